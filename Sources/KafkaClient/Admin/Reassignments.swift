import KafkaProtocol

/// A partition on its way to other brokers.
package struct OngoingReassignment: Sendable, Equatable {
    /// All replicas while the move lasts.
    package var replicas: [BrokerID]
    package var adding: [BrokerID]
    package var removing: [BrokerID]
}

/// Which replica is to be elected.
package enum ElectionType: Int8, Sendable {
    /// The first in the list, if it is in sync.
    case preferred = 0
    /// Any, even one that has lost records.
    case unclean = 1
}

extension KafkaClient {
    /// Moves partitions to these brokers (the first is the preferred leader); nil cancels a move under way (KIP-455).
    package func reassign(
        _ targets: [TopicPartition: [BrokerID]?], timeout: Duration? = nil
    ) async -> Outcomes<TopicPartition, Bool> {
        let deadline = deadline(timeout)
        var outcomes: Outcomes<TopicPartition, Bool> = [:]
        let all = targets.keys.sorted()
        for start in stride(from: 0, to: all.count, by: ClientLimits.chunk) {
            let chunk = Array(all[start..<min(start + ClientLimits.chunk, all.count)])
            let part = await retrying(chunk, deadline: deadline) { partitions in
                var request = AlterPartitionReassignmentsRequest()
                request.timeoutMs = try self.timeLeft(deadline).milliseconds
                request.topics = partitions.byTopic {
                    var partition = AlterPartitionReassignmentsRequest.Partition()
                    (partition.partitionIndex, partition.replicas) = ($0.partition, targets[$0] ?? nil)
                    return partition
                }
                let answer = try await self.call(request, to: .controller, deadline: deadline) {
                    ($0.errorCode, $0.errorMessage)
                }
                return answer.responses.outcomes { ($0.partitionIndex, $0.errorCode.outcome($0.errorMessage, true)) }
            }
            outcomes.merge(part) { $1 }
        }
        return outcomes
    }

    /// All moves under way.
    package func listReassignments(timeout: Duration? = nil) async throws -> [TopicPartition: OngoingReassignment] {
        let deadline = deadline(timeout)
        var request = ListPartitionReassignmentsRequest()
        request.topics = nil
        request.timeoutMs = try timeLeft(deadline).milliseconds
        let answer = try await call(request, to: .controller, deadline: deadline) { ($0.errorCode, $0.errorMessage) }
        var moves: [TopicPartition: OngoingReassignment] = [:]
        for topic in answer.topics {
            for partition in topic.partitions {
                moves[TopicPartition(topic.name, partition.partitionIndex)] = OngoingReassignment(
                    replicas: partition.replicas, adding: partition.addingReplicas,
                    removing: partition.removingReplicas)
            }
        }
        return moves
    }

    /// Elects leaders; nil is all partitions. A partition whose leader is the right one already counts as done.
    package func electLeaders(
        _ type: ElectionType, _ partitions: [TopicPartition]?, timeout: Duration? = nil
    ) async throws -> Outcomes<TopicPartition, Bool> {
        let deadline = deadline(timeout)
        var request = ElectLeadersRequest()
        request.electionType = type.rawValue
        request.timeoutMs = try timeLeft(deadline).milliseconds
        request.topicPartitions = partitions?.byTopic()
        let answer = try await call(request, to: .controller, deadline: deadline) { ($0.errorCode, nil) }
        var outcomes: Outcomes<TopicPartition, Bool> = [:]
        for topic in answer.replicaElectionResults {
            for result in topic.partitions {
                let partition = TopicPartition(topic.name, result.partitionID)
                let isDone = result.errorCode == .electionNotNeeded
                outcomes[partition] = isDone ? .success(true) : result.errorCode.outcome(result.errorMessage, true)
                await cluster.forget(topic: topic.name)
            }
        }
        return outcomes
    }
}
