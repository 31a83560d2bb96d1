import KafkaProtocol

/// One log directory of a broker.
package struct LogDirDescription: Sendable, Equatable {
    /// What one replica takes.
    package struct Replica: Sendable, Equatable {
        package var bytes: Int64
        /// Records behind the high watermark, or for a future replica behind the current one.
        package var offsetLag: Int64
        package var isFuture: Bool
    }

    package var path: String
    package var error: ErrorCode
    /// −1 before Kafka 3.3.
    package var totalBytes: Int64
    package var usableBytes: Int64
    package var replicas: [TopicPartition: Replica]
}

/// A node of the metadata quorum as its leader sees it.
package struct QuorumNode: Sendable, Equatable {
    package var id: BrokerID
    /// Of its metadata log; zero before Kafka 3.9 and where voters are configured.
    package var directory: UUID
    package var logEndOffset: Offset
    /// Milliseconds since 1970; −1 when the broker does not tell.
    package var lastFetch: Timestamp
    package var lastCaughtUp: Timestamp
    /// Where other voters reach a voter; nil for observers and before Kafka 3.9.
    package var listener: QuorumLeaderEndpoint?
}

/// The metadata quorum.
package struct QuorumDescription: Sendable, Equatable {
    package var leader: BrokerID
    package var epoch: Epoch
    package var highWatermark: Offset
    package var voters: [QuorumNode]
    package var observers: [QuorumNode]
}

extension KafkaClient {
    /// The log directories of brokers, all by default; each broker has its own result.
    package func describeLogDirs(
        _ brokers: [BrokerID]? = nil, timeout: Duration? = nil
    ) async throws -> Outcomes<BrokerID, [LogDirDescription]> {
        var request = DescribeLogDirsRequest()
        request.topics = nil
        let answers = try await fromAllBrokers(request, only: brokers, deadline: deadline(timeout)) {
            ($0.errorCode, nil)
        }
        return answers.mapValues { $0.map { $0.results.map(LogDirDescription.init) } }
    }

    /// What brokers tell of their log directories, as it came; for who asks about very many replicas, again and again.
    ///
    /// - Parameter topics: those of interest with their partitions; nil is all.
    package func logDirs(
        of topics: [(name: String, partitions: [Int32])]?, timeout: Duration
    ) async throws -> Outcomes<BrokerID, [DescribeLogDirsResponse.Result]> {
        var request = DescribeLogDirsRequest()
        request.topics = topics?.map { NamedPartitions($0, $1) }
        return try await fromAllBrokers(request, deadline: deadline(timeout)) { ($0.errorCode, nil) }
            .mapValues { $0.map(\.results) }
    }

    /// The metadata quorum (KRaft clusters from Kafka 3.3 on).
    package func describeQuorum(timeout: Duration? = nil) async throws -> QuorumDescription {
        var request = DescribeQuorumRequest()
        request.topics = [NamedTopic(.metadataTopic, [.init()])]
        let answer = try await call(request, to: .any, deadline: deadline(timeout), lane: Cluster.controllerLane) {
            answer in
            guard answer.errorCode == .none else { return (answer.errorCode, answer.errorMessage) }
            let partition = answer.topics.first?.partitions.first
            return (partition?.errorCode ?? .none, partition?.errorMessage)
        }
        guard let found = answer.topics.first?.partitions.first else { throw ClientError.malformed("no quorum") }
        let listeners = Dictionary(answer.nodes.map { ($0.nodeID, $0.listeners.first) }) { first, _ in first }
        return QuorumDescription(
            leader: found.leaderID, epoch: found.leaderEpoch, highWatermark: found.highWatermark,
            voters: found.currentVoters.map { QuorumNode($0, listener: listeners[$0.replicaID] ?? nil) },
            observers: found.observers.map { QuorumNode($0, listener: nil) })
    }

    /// Makes a node that observes the metadata quorum a voter of it (Kafka 3.9 on), and waits until it is one.
    ///
    /// - Parameters:
    ///   - directory: of its metadata log, as `describeQuorum` tells.
    ///   - listener: where the other voters reach it.
    package func addVoter(
        _ id: BrokerID, directory: UUID, listener: QuorumLeaderEndpoint, timeout: Duration? = nil
    ) async throws {
        let deadline = deadline(timeout)
        var request = AddRaftVoterRequest()
        request.timeoutMs = try timeLeft(deadline).milliseconds
        request.voterID = id
        request.voterDirectoryID = directory
        request.listeners = [listener]
        _ = try await call(request, to: .any, deadline: deadline, lane: Cluster.controllerLane) {
            ($0.errorCode, $0.errorMessage)
        }
    }

    /// Takes a voter's vote away (Kafka 3.9 on); it goes on observing the quorum.
    package func removeVoter(_ id: BrokerID, directory: UUID, timeout: Duration? = nil) async throws {
        var request = RemoveRaftVoterRequest()
        request.voterID = id
        request.voterDirectoryID = directory
        _ = try await call(request, to: .any, deadline: deadline(timeout), lane: Cluster.controllerLane) {
            ($0.errorCode, $0.errorMessage)
        }
    }

    /// Takes a broker that is down out of the cluster for good (KRaft clusters from Kafka 3.3 on).
    package func unregisterBroker(_ id: BrokerID, timeout: Duration? = nil) async throws {
        var request = UnregisterBrokerRequest()
        request.brokerID = id
        _ = try await call(request, to: .any, deadline: deadline(timeout), lane: Cluster.controllerLane) {
            ($0.errorCode, $0.errorMessage)
        }
    }
}

extension LogDirDescription {
    fileprivate init(_ result: DescribeLogDirsResponse.Result) {
        path = result.logDir
        error = result.errorCode
        totalBytes = result.totalBytes
        usableBytes = result.usableBytes
        replicas = [:]
        for topic in result.topics {
            for partition in topic.partitions {
                replicas[TopicPartition(topic.name, partition.partitionIndex)] = Replica(
                    bytes: partition.partitionSize, offsetLag: partition.offsetLag, isFuture: partition.isFutureKey)
            }
        }
    }
}

extension QuorumNode {
    fileprivate init(_ state: DescribeQuorumResponse.ReplicaState, listener: QuorumLeaderEndpoint?) {
        id = state.replicaID
        directory = state.replicaDirectoryID
        logEndOffset = state.logEndOffset
        lastFetch = state.lastFetchTimestamp
        lastCaughtUp = state.lastCaughtUpTimestamp
        self.listener = listener
    }
}
