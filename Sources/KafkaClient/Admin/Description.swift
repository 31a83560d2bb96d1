import KafkaProtocol

/// A broker of the cluster as clients see it.
package struct BrokerNode: Sendable, Hashable {
    package var id: BrokerID
    package var host: String
    package var port: Int32
    package var rack: String?
    /// Registered but not taking part (Kafka 4.0 on tells).
    package var isFenced = false
}

/// The cluster as one broker described it.
package struct ClusterDescription: Sendable, Equatable {
    package var clusterID: String?
    /// −1 when there is none. In KRaft clusters a broker that forwards, not the quorum's leader.
    package var controllerID: BrokerID
    package var brokers: [BrokerNode]
}

/// A partition as Metadata describes it.
package struct PartitionDescription: Sendable, Equatable {
    package var partition: Int32
    /// −1 when there is none.
    package var leader: BrokerID
    package var leaderEpoch: Epoch
    package var replicas: [BrokerID]
    package var isr: [BrokerID]
    package var offlineReplicas: [BrokerID]
    package var error: ErrorCode
}

/// A topic as Metadata describes it.
package struct TopicDescription: Sendable, Equatable {
    package var name: String
    /// Zero before Kafka 2.8.
    package var id: TopicID
    package var isInternal: Bool
    package var partitions: [PartitionDescription]
    package var error: ErrorCode

    init(_ topic: MetadataResponse.Topic) {
        name = topic.name ?? ""
        id = topic.topicID
        isInternal = topic.isInternal
        error = topic.errorCode
        partitions = topic.partitions.map {
            PartitionDescription(
                partition: $0.partitionIndex, leader: $0.leaderID, leaderEpoch: $0.leaderEpoch,
                replicas: $0.replicaNodes, isr: $0.isrNodes, offlineReplicas: $0.offlineReplicas, error: $0.errorCode)
        }.sorted { $0.partition < $1.partition }
    }
}

extension KafkaClient {
    /// The cluster's brokers and controller: DescribeCluster, or Metadata where that is not offered (before 2.8).
    package func describeCluster(timeout: Duration? = nil) async throws -> ClusterDescription {
        let deadline = deadline(timeout)
        do {
            var request = DescribeClusterRequest()
            request.includeFencedBrokers = true
            let answer = try await call(request, to: .any, deadline: deadline) { ($0.errorCode, $0.errorMessage) }
            return ClusterDescription(
                clusterID: answer.clusterID, controllerID: answer.controllerID,
                brokers: answer.brokers.map {
                    BrokerNode(id: $0.brokerID, host: $0.host, port: $0.port, rack: $0.rack, isFenced: $0.isFenced)
                }.sorted { $0.id < $1.id })
        } catch ClientError.notOffered {
            let answer = try await metadata([], deadline)
            return ClusterDescription(
                clusterID: answer.clusterID, controllerID: answer.controllerID,
                brokers: answer.brokers.map { BrokerNode(id: $0.nodeID, host: $0.host, port: $0.port, rack: $0.rack) }
                    .sorted { $0.id < $1.id })
        }
    }

    /// All topics with their partitions, sorted by name.
    package func listTopics(includeInternal: Bool = true, timeout: Duration? = nil) async throws -> [TopicDescription] {
        try await metadata(nil, deadline(timeout)).topics.map(TopicDescription.init)
            .filter { includeInternal || !$0.isInternal }.sorted { $0.name < $1.name }
    }

    /// These topics with their partitions. A topic that was made a moment ago is asked for a few times.
    package func describeTopics(
        _ names: [String], timeout: Duration? = nil
    ) async -> Outcomes<String, TopicDescription> {
        let deadline = deadline(timeout)
        return await retrying(names, deadline: deadline) { names in
            let answer = try await metadata(names, deadline)
            var outcomes: Outcomes<String, TopicDescription> = [:]
            for topic in answer.topics {
                outcomes[topic.name ?? ""] = topic.errorCode.outcome(nil, TopicDescription(topic))
            }
            return outcomes
        }
    }

    /// What one broker knows of these topics now, sorted by name; those it does not know have their error.
    package func topics(named names: [String], timeout: Duration? = nil) async throws -> [TopicDescription] {
        guard !names.isEmpty else { return [] }
        return try await metadata(names, deadline(timeout)).topics.map(TopicDescription.init)
            .sorted { $0.name < $1.name }
    }

    /// Metadata with retries; nil is all topics.
    private func metadata(_ names: [String]?, _ deadline: Deadline) async throws -> MetadataResponse {
        var attempt = 0
        while true {
            do {
                return try await cluster.refresh(topics: names, by: deadline)
            } catch {
                let error = ClientError(error)
                guard error.isRetriable else { throw error }
                try await pause(attempt, until: deadline, or: error)
                attempt += 1
            }
        }
    }
}
