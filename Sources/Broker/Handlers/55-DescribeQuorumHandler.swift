import KafkaProtocol
import MetadataQuorum

/// Describes the metadata quorum: asked of the leader, so a broker that is not the leader hands the request on.
package struct DescribeQuorumHandler {
    let metadata: MetadataRuntime
    let channel: ControllerChannel
    let clock: any Clock

    /// A client's request, at any broker.
    func handle(_ request: Request<DescribeQuorumRequest>) {
        channel.send(request.body, version: request.version, client: request.client, timeout: 10_000) { result in
            switch result {
            case .success(let response): request.reply(response)
            case .failure(let error):
                var response = DescribeQuorumResponse()
                response.errorCode = error
                request.reply(response)
            }
        }
    }

    /// On the controller's router: nil when this node does not lead.
    func decide(_ request: Request<DescribeQuorumRequest>) {
        guard let quorum = metadata.machine.describe(now: clock.now) else { return request.reply(nil) }
        var response = DescribeQuorumResponse()
        for topic in request.body.topics {
            var entry = NamedTopic<DescribeQuorumResponse.Partition>()
            entry.name = topic.name
            entry.partitions = topic.partitions.map { partition in
                let isMetadata = topic.name == .metadataTopic && partition.partitionIndex == 0
                return isMetadata ? describe(quorum) : Self.unknown(partition.partitionIndex)
            }
            response.topics.append(entry)
        }
        response.nodes = metadata.machine.voters.voters.map { voter in
            var node = DescribeQuorumResponse.Node()
            node.nodeID = voter.key.id
            node.listeners = voter.listeners.map(QuorumLeaderEndpoint.init)
            return node
        }
        request.reply(response)
    }

    private static func unknown(_ index: Int32) -> DescribeQuorumResponse.Partition {
        var partition = DescribeQuorumResponse.Partition()
        partition.partitionIndex = index
        partition.errorCode = .unknownTopicOrPartition
        return partition
    }

    private func describe(_ quorum: QuorumDescription) -> DescribeQuorumResponse.Partition {
        // The machine's times are monotonic; clients want times since 1970.
        let shift = clock.wall - clock.now
        func state(_ replica: QuorumDescription.Replica) -> DescribeQuorumResponse.ReplicaState {
            var state = DescribeQuorumResponse.ReplicaState()
            state.replicaID = replica.id
            state.replicaDirectoryID = replica.directory
            state.logEndOffset = replica.endOffset ?? -1
            state.lastFetchTimestamp = replica.lastFetch.map { $0 + shift } ?? -1
            state.lastCaughtUpTimestamp = replica.lastCaughtUp.map { $0 + shift } ?? -1
            return state
        }
        var partition = DescribeQuorumResponse.Partition()
        partition.leaderID = quorum.leader
        partition.leaderEpoch = quorum.epoch
        partition.highWatermark = quorum.highWatermark
        partition.currentVoters = quorum.voters.map(state)
        partition.observers = quorum.observers.map(state)
        return partition
    }
}
