import ClusterInsight
import KafkaClient
import KafkaProtocol

/// Asks a cluster once how it does, over connections that are closed afterwards.
package enum ClusterProbe {
    /// How long a cluster may take to answer, and one attempt to connect.
    private static let patience = Duration.seconds(5)
    private static let connecting = Duration.seconds(2)

    /// Asks the cluster that a configuration leads to; what that says of times holds as far as it is shorter.
    package static func ask(_ configuration: ClientConfiguration) async -> ClusterOutcome {
        var own = configuration
        own.callTimeout = min(own.callTimeout, patience)
        own.requestTimeout = min(own.requestTimeout, patience)
        own.connectTimeout = min(own.connectTimeout, connecting)
        own.readOnlyReason = "the table of clusters only looks"
        let client = KafkaClient(own)
        defer { Task { await client.close() } }
        do {
            return .answered(try await answer(client, until: .now + own.callTimeout))
        } catch ClientError.nobodyThere(let failures) {
            return .failed(words(failures))
        } catch {
            return .failed("\(ClientError(error))")
        }
    }

    /// One reason is said once; the table has the addresses.
    private static func words(_ failures: [AddressFailure]) -> String {
        let reasons = Set(failures.map(\.reason))
        return reasons.count == 1 ? reasons.first ?? "" : failures.map(\.description).joined(separator: "; ")
    }

    private static func answer(_ client: KafkaClient, until deadline: Deadline) async throws -> ClusterAnswer {
        func left() -> Duration { max(.milliseconds(1), Deadline.now.duration(to: deadline)) }
        // Opens the connection, so that what is measured is one request.
        let features = try await client.features()
        let began = Deadline.now
        let cluster = try await client.describeCluster(timeout: left())
        let took = began.duration(to: .now)
        let time = left()
        async let listed = client.listTopics(timeout: time)
        async let moving = client.listReassignments(timeout: time)
        async let quorum = client.describeQuorum(timeout: time)
        let controller = try? await quorum.leader
        let moves = (try? await moving) ?? [:]
        var answer = ClusterAnswer()
        answer.id = cluster.clusterID
        answer.latency = Double(took / .microseconds(1)) / 1_000
        answer.controller = [controller ?? cluster.controllerID].first { $0 >= 0 }
        answer.version = MetadataVersion.name(in: features.mapValues { Int($0) })
        answer.count(try await listed, brokers: cluster.brokers, moves)
        if answer.version == nil { answer.version = await protocolVersion(client, cluster.brokers, timeout: left()) }
        return answer
    }

    /// What brokers before metadata versions speak among each other: the version of the cluster as a whole.
    private static func protocolVersion(
        _ client: KafkaClient, _ brokers: [BrokerNode], timeout: Duration
    ) async -> String? {
        guard let broker = brokers.first else { return nil }
        let key = "inter.broker.protocol.version"
        let found = await client.describeConfigs([.broker(broker.id)], keys: [key], timeout: timeout)
        guard case .success(let values)? = found[.broker(broker.id)] else { return nil }
        return values.first { $0.name == key }?.value
    }
}

extension ClusterAnswer {
    /// Counts brokers and what is wrong with partitions, by the same rules as line 1 does.
    fileprivate mutating func count(
        _ topics: [TopicDescription], brokers: [BrokerNode], _ moves: [TopicPartition: OngoingReassignment]
    ) {
        let up = Set(brokers.filter { !$0.isFenced }.map(\.id))
        var known = Set(brokers.map(\.id))
        self.topics = topics.count
        for topic in topics {
            var shown = TopicSnapshot(name: topic.name)
            shown.partitions = topic.partitions.map { partition in
                known.formUnion(partition.replicas)
                let move = moves[TopicPartition(topic.name, partition.partition)]
                var own = PartitionSnapshot(
                    id: partition.partition, leader: partition.leader < 0 ? nil : partition.leader,
                    replicas: partition.replicas, isr: partition.isr, adding: move?.adding ?? [],
                    removing: move?.removing ?? [])
                own.away = partition.replicas.filter { !up.contains($0) }
                return own
            }
            let counts = TopicCounts(shown)
            partitions += counts.partitions
            underReplicated += counts.underReplicated
            offline += counts.offline.count
        }
        brokersUp = up.count
        brokersKnown = known.count
    }
}
