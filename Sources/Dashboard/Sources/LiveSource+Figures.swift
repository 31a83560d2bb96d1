import ClusterInsight
import KafkaClient
import KafkaProtocol
import KafkaRecords

/// Offsets, sizes, groups.
extension LiveSource {
    /// First and last offsets, each broker asked for its own partitions, so that one that is silent delays nobody else.
    func askOffsets() async throws {
        var byLeader: [BrokerID: [TopicPartition]] = [:]
        for topic in snapshot.topics {
            for partition in topic.partitions {
                guard let leader = partition.leader else { continue }
                byLeader[leader, default: []].append(TopicPartition(topic.name, partition.id))
            }
        }
        guard !byLeader.isEmpty else { return }
        let client = client
        var failed: [BrokerID: ClientError] = [:]
        await withTaskGroup(of: (BrokerID, [TopicPartition: PartitionOffsets], ClientError?).self) { group in
            for (leader, partitions) in byLeader {
                group.addTask {
                    async let last = client.listOffsets(
                        Dictionary(partitions.map { ($0, .latest) }, uniquingKeysWith: { a, _ in a }),
                        timeout: SourceLimits.call)
                    async let first = client.listOffsets(
                        Dictionary(partitions.map { ($0, .earliest) }, uniquingKeysWith: { a, _ in a }),
                        timeout: SourceLimits.call)
                    let (ends, starts) = await (last, first)
                    var found: [TopicPartition: PartitionOffsets] = [:]
                    var failure: ClientError?
                    for partition in partitions {
                        switch (starts[partition], ends[partition]) {
                        case (.success(let start)?, .success(let end)?):
                            found[partition] = PartitionOffsets(earliest: start.offset, latest: end.offset)
                        case (_, .failure(let error)?), (.failure(let error)?, _): failure = error
                        default: break
                        }
                    }
                    return (leader, found, failure)
                }
            }
            for await (leader, found, failure) in group {
                let now = WallClock.now()
                take(found, now: now)
                guard found.isEmpty, let failure else {
                    memory.noteAnswer(of: leader)
                    continue
                }
                failed[leader] = failure
                if failure.isSilence { memory.noteSilence(of: leader, now: now) }
            }
        }
        if !failed.isEmpty { throw NoAnswer(of: "ListOffsets", failed, asked: byLeader.count) }
    }

    private func take(_ found: [TopicPartition: PartitionOffsets], now: Timestamp) {
        for topic in snapshot.topics.indices {
            let name = snapshot.topics[topic].name
            for partition in snapshot.topics[topic].partitions.indices {
                let id = TopicPartition(name, snapshot.topics[topic].partitions[partition].id)
                guard let offsets = found[id] else { continue }
                snapshot.topics[topic].partitions[partition].offsets = Reading(offsets, at: now)
            }
        }
    }

    /// Sizes of logs and directories; brokers that are silent keep their last ones.
    func askLogDirs() async throws {
        let present = memory.snapshots.filter(\.isWorthAsking).map(\.id)
        guard !present.isEmpty else { return }
        let found = try await client.describeLogDirs(present, timeout: SourceLimits.call)
        let now = WallClock.now()
        var logs: [TopicPartition: [ReplicaLog]] = [:]
        var failed: [BrokerID: ClientError] = [:]
        for (broker, outcome) in found {
            let dirs: [LogDirDescription]
            switch outcome {
            case .success(let told): dirs = told
            case .failure(let error):
                failed[broker] = error
                // A broker may take its time over its sizes.
                if case .unreachable = error { memory.noteSilence(of: broker, now: now) }
                continue
            }
            memory.noteAnswer(of: broker)
            var shown: [LogDirSnapshot] = []
            for dir in dirs {
                let bytes = dir.replicas.values.reduce(Int64(0)) { $0 + $1.bytes }
                shown.append(
                    LogDirSnapshot(
                        path: dir.path, bytes: bytes, logs: dir.replicas.count,
                        error: dir.error == .none ? nil : "\(dir.error)"))
                for (partition, replica) in dir.replicas where !replica.isFuture {
                    logs[partition, default: []].append(
                        ReplicaLog(broker: broker, bytes: replica.bytes, behind: max(0, replica.offsetLag), at: now))
                }
            }
            let free = dirs.map(\.usableBytes).max().flatMap { $0 < 0 ? nil : $0 }
            let total = dirs.map(\.totalBytes).max().flatMap { $0 < 0 ? nil : $0 }
            memory.take(logDirs: shown, free: free, total: total, of: broker, now: now)
        }
        merge(logs, answered: Set(found.keys).subtracting(failed.keys))
        if !failed.isEmpty { throw NoAnswer(of: "DescribeLogDirs", failed, asked: found.count) }
    }

    private func merge(_ logs: [TopicPartition: [ReplicaLog]], answered: Set<BrokerID>) {
        for topic in snapshot.topics.indices {
            let name = snapshot.topics[topic].name
            for partition in snapshot.topics[topic].partitions.indices {
                let id = TopicPartition(name, snapshot.topics[topic].partitions[partition].id)
                let kept = snapshot.topics[topic].partitions[partition].logs.filter { !answered.contains($0.broker) }
                snapshot.topics[topic].partitions[partition].logs =
                    (kept + (logs[id] ?? [])).sorted { $0.broker < $1.broker }
            }
        }
    }

    /// Groups, their members and committed offsets. Groups of a silent coordinator keep their last answer.
    func askGroups() async throws {
        let listings = try await client.listGroups(timeout: SourceLimits.call)
        let names = listings.groups.map(\.id).prefix(SourceLimits.groups)
        guard !names.isEmpty || !snapshot.groups.isEmpty else { return }
        async let described = client.describeGroups(Array(names), timeout: SourceLimits.call)
        async let offsets = client.committedOffsets(Array(names), timeout: SourceLimits.call)
        let (descriptions, commits) = await (described, offsets)
        let now = WallClock.now()
        let before = Dictionary(snapshot.groups.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        let types = Dictionary(listings.groups.map { ($0.id, $0.type) }, uniquingKeysWith: { a, _ in a })
        var groups: [GroupSnapshot] = []
        for name in names {
            var group = before[name] ?? GroupSnapshot(name: name, state: "?")
            group.error = nil
            if let type = types[name], !type.isEmpty { group.type = type.lowercased() }
            switch descriptions[name] {
            case .success(let description)?:
                group.state = Self.state(description.state)
                group.assignor = description.protocolName.isEmpty ? nil : description.protocolName
                group.members = description.members.map {
                    MemberSnapshot(
                        id: $0.id, clientID: $0.clientID.isEmpty ? $0.id : $0.clientID,
                        host: $0.host.hasPrefix("/") ? String($0.host.dropFirst()) : $0.host,
                        partitions: $0.assignment, target: $0.target, epoch: $0.epoch)
                }
                group.epoch = description.epoch
                group.coordinator = coordinator(of: name)
                group.describedAt = now
            case .failure(let error)?: group.error = "\(error)"
            case nil: break
            }
            switch commits[name] {
            case .success(let found)?:
                group.committed = found.mapValues(\.offset).filter { $0.value >= 0 }
                group.committedAt = now
            case .failure(let error)?: group.error = "\(error)"
            case nil: break
            }
            groups.append(group)
        }
        if !listings.failures.isEmpty {
            let listed = Set(names)
            groups += snapshot.groups.filter { !listed.contains($0.name) }
        }
        snapshot.groups = groups.sorted { $0.name < $1.name }
    }

    /// The leader of the offsets partition a group belongs to; nil where that topic is not shown.
    private func coordinator(of group: String) -> BrokerID? {
        guard let offsets = snapshot.topic("__consumer_offsets") else { return nil }
        let index = CoordinatorPartition.of(group, count: Int32(offsets.partitions.count))
        return offsets.partitions.first { $0.id == index }?.leader
    }

    /// Kafka's state in one lower-case word.
    private static func state(_ state: String) -> String {
        switch state {
        case "PreparingRebalance", "CompletingRebalance": "rebalancing"
        default: state.lowercased()
        }
    }
}
