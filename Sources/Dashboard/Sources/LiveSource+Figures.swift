import ClusterInsight
import KafkaClient
import KafkaProtocol
import KafkaRecords

/// Offsets, sizes, groups.
extension LiveSource {
    /// Partitions of topics, as requests name them.
    typealias Wanted = [(name: String, partitions: [Int32])]

    /// What one broker told of the partitions it leads.
    private struct LeaderAnswer: Sendable {
        let leader: BrokerID
        var ends: [ListOffsetsResponse.Topic] = []
        /// Nil where they were not asked for: those known stand.
        var starts: [ListOffsetsResponse.Topic]?
        /// The ends of what is committed or aborted, of partitions that are written in transactions.
        var stable: [ListOffsetsResponse.Topic] = []
        var failure: ClientError?
    }

    /// First and last offsets, each broker asked for its own partitions, so that one that is silent delays nobody else:
    /// of all partitions when a survey is due, else of those that somebody looks at.
    func askOffsets() async throws {
        lookForTransactions()
        let isSurvey = beginSurvey(.offsets)
        var byLeader = wantedOffsets(all: isSurvey)
        let probes = isSurvey ? [:] : probes(beside: byLeader)
        byLeader.merge(probes) { wanted, _ in wanted }
        guard !byLeader.isEmpty else { return }
        let (client, all) = (client, snapshot.partitionCount)
        let timeout = isSurvey ? SourceTimes.survey(of: all) : SourceTimes.call
        let unstable = topicsWithTransactions
        let asksStarts = isSurvey || areStartsDue
        var failed: [BrokerID: ClientError] = [:]
        await withTaskGroup(of: LeaderAnswer.self) { group in
            for (leader, wanted) in byLeader {
                let open = unstable.isEmpty ? [] : wanted.filter { unstable.contains($0.name) }
                group.addTask {
                    await Self.offsets(
                        of: wanted, withStarts: asksStarts, inTransactions: open, at: leader, client, timeout)
                }
            }
            for await answer in group {
                let now = WallClock.now()
                // What was asked only to see whether anybody answers changes no picture.
                let found = take(answer, now: now, keeps: probes[answer.leader] == nil)
                guard found == 0, let failure = answer.failure ?? lastOffsetsFailure else {
                    memory.noteAnswer(of: answer.leader)
                    noteAnswerInPart(.offsets)
                    continue
                }
                failed[answer.leader] = failure
                if failure.isSilence { memory.noteSilence(of: answer.leader, now: now) }
            }
        }
        if isSurvey { endSurvey(.offsets, items: snapshot.partitionCount) }
        if !failed.isEmpty { throw NoAnswer(of: "ListOffsets", failed, asked: byLeader.count) }
    }

    private static func offsets(
        of wanted: Wanted, withStarts asksStarts: Bool, inTransactions open: Wanted, at leader: BrokerID,
        _ client: KafkaClient, _ timeout: Duration
    ) async -> LeaderAnswer {
        var answer = LeaderAnswer(leader: leader)
        do {
            async let first = asksStarts ? client.listOffsets(.earliest, of: wanted, at: leader, timeout: timeout) : nil
            answer.ends = try await client.listOffsets(.latest, of: wanted, at: leader, timeout: timeout)
            if !open.isEmpty {
                // After the ends: told before them it would be short of ends that nothing holds back.
                answer.stable = try await client.listOffsets(
                    .latest, of: open, at: leader, isolation: .readCommitted, timeout: timeout)
            }
            answer.starts = try await first
        } catch {
            answer.failure = ClientError(error)
        }
        return answer
    }

    /// Whether first offsets are asked for with the last ones: they move when old messages are deleted, which is rare, but
    /// of what was never read both are needed.
    private var areStartsDue: Bool {
        let now = WallClock.now()
        let isUnread = attendedTopics.contains { name in
            topicPositions[name].map { snapshot.topics[$0].partitions.contains { $0.offsets == nil } } ?? false
        }
        guard isUnread || now - startsAskedAt >= SourceTimes.starts else { return false }
        startsAskedAt = now
        return true
    }

    /// What to ask whom.
    private func wantedOffsets(all: Bool) -> [BrokerID: Wanted] {
        var wanted: [BrokerID: Wanted] = [:]
        let away = leadersAway
        let indexes = all ? Array(snapshot.topics.indices) : attendedTopics.compactMap { topicPositions[$0] }
        for index in indexes {
            let topic = snapshot.topics[index]
            for partition in topic.partitions {
                guard let leader = partition.leader, !away.contains(leader) else { continue }
                Self.add(partition.id, of: topic.name, to: &wanted[leader, default: []])
            }
        }
        return wanted
    }

    /// One partition of each broker of which nothing else is asked, so that its silence is seen.
    private func probes(beside wanted: [BrokerID: Wanted]) -> [BrokerID: Wanted] {
        let away = leadersAway
        return firstLed.filter { wanted[$0.key] == nil && !away.contains($0.key) }
            .mapValues { [($0.topic, [$0.partition])] }
    }

    /// Brokers of which it is known that they answer nothing, though metadata may go on to name them as leaders.
    private var leadersAway: Set<BrokerID> { Set(memory.snapshots.filter { !$0.isWorthAsking }.map(\.id)) }

    private static func add(_ partition: Int32, of topic: String, to wanted: inout Wanted) {
        if wanted.last?.name == topic {
            wanted[wanted.count - 1].partitions.append(partition)
        } else {
            wanted.append((topic, [partition]))
        }
    }

    /// Takes offsets of partitions of which both ends were told.
    ///
    /// - Parameter keeps: whether they are shown.
    /// - Returns: how many.
    private func take(_ answer: LeaderAnswer, now: Timestamp, keeps: Bool) -> Int {
        let (starts, stable) = (answer.starts.map(Self.byName), Self.byName(answer.stable))
        var found = 0
        lastOffsetsFailure = nil
        for topic in answer.ends {
            guard let index = topicPositions[topic.name] else { continue }
            let (ownStarts, ownStable) = (starts?[topic.name], stable[topic.name])
            if keeps, starts != nil { snapshot.topics[index].startsAt = now }
            for (place, partition) in topic.partitions.enumerated() {
                let id = partition.partitionIndex
                guard let position = snapshot.topics[index].position(of: id) else { continue }
                let known = snapshot.topics[index].partitions[position].offsets?.value.earliest
                let told = starts == nil ? known : ownStarts?.offset(of: id, near: place)
                guard partition.errorCode == .none, let start = told else {
                    note(partition.errorCode)
                    continue
                }
                found += 1
                guard keeps else { continue }
                var offsets = PartitionOffsets(earliest: start, latest: partition.offset)
                if let end = ownStable?.offset(of: id, near: place), end < offsets.latest {
                    offsets.stable = end
                    if !snapshot.topics[index].isTransactional { snapshot.topics[index].isTransactional = true }
                }
                snapshot.topics[index].partitions[position].offsets = Reading(offsets, at: now)
            }
        }
        return found
    }

    private static func byName(_ topics: [ListOffsetsResponse.Topic]) -> [String: ListOffsetsResponse.Topic] {
        Dictionary(topics.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// A broker that does not lead a partition any more knows more than was read of metadata.
    private func note(_ error: ErrorCode) {
        guard error != .none else { return }
        lastOffsetsFailure = .broker(error, nil)
        hurrySurvey(.metadata)
    }

    /// Sizes of logs and directories: of all replicas when a survey is due, else of those that somebody looks at; brokers
    /// that are silent keep their last ones.
    func askLogDirs() async throws {
        let present = Set(memory.snapshots.filter(\.isWorthAsking).map(\.id))
        let isSurvey = beginSurvey(.logDirs)
        let wanted = isSurvey ? nil : attendedTopics.union(movingTopics).sorted().compactMap(wantedLogs)
        guard !present.isEmpty, wanted?.isEmpty != true else { return }
        let timeout = isSurvey ? SourceTimes.survey : SourceTimes.call
        let answers = try await client.logDirs(of: wanted, timeout: timeout).filter { present.contains($0.key) }
        let now = WallClock.now()
        var failed: [BrokerID: ClientError] = [:]
        var items = 0
        for (broker, outcome) in answers {
            switch outcome {
            case .success(let dirs):
                memory.noteAnswer(of: broker)
                if isSurvey { note(dirs, of: broker, now: now) }
                items += take(dirs, of: broker, all: isSurvey, now: now)
            case .failure(let error):
                failed[broker] = error
                // A broker may take its time over its sizes.
                if case .unreachable = error { memory.noteSilence(of: broker, now: now) }
            }
        }
        if isSurvey { endSurvey(.logDirs, items: items) }
        if !failed.isEmpty { throw NoAnswer(of: "DescribeLogDirs", failed, asked: answers.count) }
    }

    private func wantedLogs(_ topic: String) -> (name: String, partitions: [Int32])? {
        topicPositions[topic].map { (topic, snapshot.topics[$0].partitions.map(\.id)) }
    }

    private var movingTopics: Set<String> { Set(lastMoves.keys.map(\.topic)) }

    /// What all logs of a broker add up to.
    private func note(_ dirs: [DescribeLogDirsResponse.Result], of broker: BrokerID, now: Timestamp) {
        let shown = dirs.map { dir in
            let logs = dir.topics.reduce(0) { $0 + $1.partitions.count }
            let bytes = dir.topics.reduce(Int64(0)) { $0 + $1.partitions.reduce(0) { $0 + $1.partitionSize } }
            return LogDirSnapshot(
                path: dir.logDir, bytes: bytes, logs: logs, error: dir.errorCode == .none ? nil : "\(dir.errorCode)",
                free: dir.usableBytes < 0 ? nil : dir.usableBytes, total: dir.totalBytes < 0 ? nil : dir.totalBytes)
        }
        memory.take(logDirs: shown, of: broker, now: now)
    }

    /// Takes the sizes of a broker's logs; of all its logs, what it does not tell of any more is gone.
    ///
    /// - Returns: how many were told.
    private func take(
        _ dirs: [DescribeLogDirsResponse.Result], of broker: BrokerID, all: Bool, now: Timestamp
    ) -> Int {
        var count = 0
        let known = memory.logDirs(of: broker)
        for dir in dirs {
            let place = known.firstIndex { $0.path == dir.logDir }
            for topic in dir.topics {
                guard let index = topicPositions[topic.name] else { continue }
                for partition in topic.partitions where !partition.isFutureKey {
                    guard let position = snapshot.topics[index].position(of: partition.partitionIndex) else { continue }
                    count += 1
                    snapshot.topics[index].partitions[position].take(
                        ReplicaLog(
                            broker: broker, bytes: partition.partitionSize, behind: max(0, partition.offsetLag),
                            dir: place, at: now))
                }
            }
        }
        guard all else { return count }
        for index in snapshot.topics.indices {
            for position in snapshot.topics[index].partitions.indices {
                let isGone = snapshot.topics[index].partitions[position].logs.contains {
                    $0.broker == broker && $0.at < now
                }
                guard isGone else { continue }
                snapshot.topics[index].partitions[position].logs.removeAll { $0.broker == broker && $0.at < now }
            }
        }
        return count
    }

    /// What the coordinator of some groups told of them; nil where it is not known who that is.
    private struct CoordinatorAnswer: Sendable {
        let coordinator: BrokerID?
        let groups: Set<String>
        let descriptions: Outcomes<String, GroupDescription>
        let commits: Outcomes<String, [TopicPartition: CommittedOffset]>
        let shares: Outcomes<String, [TopicPartition: ShareOffset]>

        /// Why nothing was heard of any of them.
        var silence: ClientError? {
            var failure: ClientError?
            for outcome in descriptions.values {
                guard case .failure(let error) = outcome, error.isSilence else { return nil }
                failure = error
            }
            return failure
        }
    }

    /// Groups, their members and where they read: of all when a survey is due, else of those that somebody looks at; which
    /// there are is asked beside that, and what the list tells anew after it. Each coordinator is asked for its own, so that
    /// those of a silent one keep their last answer and delay nobody else's.
    func askGroups() async throws {
        let isSurvey = beginSurvey(.groups)
        let isListing = isSurvey || groupList.isDue(now: WallClock.now(), mood)
        async let listing = isListing ? listGroups() : []
        var failed = await ask(isSurvey ? Set(listedGroups.keys) : attendedGroups, isSurvey: isSurvey)
        let fresh = try await listing
        if isListing { dropGone() }
        if !fresh.isEmpty { failed.merge(await ask(fresh, isSurvey: isSurvey)) { $1 } }
        if isSurvey {
            endSurvey(.groups, items: committedOffsets + snapshot.groups.count)
            askEndsAfterCommits()
        }
        if !failed.isEmpty { throw NoAnswer(of: "DescribeGroups", failed, asked: failed.count + 1) }
    }

    /// Offsets that all groups have committed, or begin at.
    private var committedOffsets: Int { snapshot.groups.reduce(0) { $0 + $1.committed.count + $1.shares.count } }

    /// Asks about groups, and shows what each coordinator tells as it comes.
    ///
    /// - Returns: the coordinators that are silent.
    private func ask(_ names: Set<String>, isSurvey: Bool) async -> [BrokerID: ClientError] {
        let asked = Array(names.sorted().prefix(DashboardLimits.describedGroups))
        if names.count > asked.count { showNew(names.subtracting(asked)) }
        let client = client
        let timeout = isSurvey ? SourceTimes.survey(of: committedOffsets + asked.count) : SourceTimes.call
        let coordinators = Coordinators(topicPositions["__consumer_offsets"].map { snapshot.topics[$0] })
        let types = asked.reduce(into: [:]) { $0[$1] = listedGroups[$1].flatMap { GroupType(told: $0.type) } }
        var failed: [BrokerID: ClientError] = [:]
        await withTaskGroup(of: CoordinatorAnswer.self) { group in
            for (coordinator, share) in Dictionary(grouping: asked, by: coordinators.leader) {
                group.addTask {
                    let sharing = share.filter { types[$0] == .share }
                    let committing = sharing.isEmpty ? share : share.filter { types[$0] != .share }
                    async let described = client.describeGroups(share, types: types, timeout: timeout)
                    async let offsets = client.committedOffsets(committing, timeout: timeout)
                    async let shares = client.shareOffsets(sharing, timeout: timeout)
                    return CoordinatorAnswer(
                        coordinator: coordinator, groups: Set(share), descriptions: await described,
                        commits: await offsets, shares: await shares)
                }
            }
            for await answer in group {
                take(answer)
                if let id = answer.coordinator, let silence = answer.silence {
                    failed[id] = silence
                } else {
                    noteAnswerInPart(.groups)
                }
            }
        }
        return failed
    }

    private func take(_ answer: CoordinatorAnswer) {
        let now = WallClock.now()
        showNew(answer.groups)
        for name in answer.groups {
            guard let index = groupPositions[name] else { continue }
            var group = snapshot.groups[index]
            group.error = nil
            if let type = listedGroups[group.name]?.type, !type.isEmpty { group.become(type.lowercased()) }
            group.take(
                answer.descriptions[group.name], coordinator: answer.coordinator, exists: exists, now: now)
            group.take(answer.commits[group.name], now: now)
            group.take(answer.shares[group.name], now: now)
            if group.isUntold, let state = listedGroups[name]?.state { group.state = GroupSnapshot.state(state) }
            snapshot.groups[index] = group
        }
    }

    private func exists(_ id: TopicPartition) -> Bool {
        topicPositions[id.topic].map { snapshot.topics[$0].position(of: id.partition) != nil } ?? true
    }

    /// Reads which groups there are.
    ///
    /// - Returns: those that are new or in another state than they were in.
    private func listGroups() async throws -> Set<String> {
        groupList.begin()
        let listings = try await client.listGroups(timeout: SourceTimes.call)
        groupList.end(now: WallClock.now(), items: 2 * listings.groups.count, mood)
        let before = listedGroups
        let listed = Dictionary(listings.groups.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        // What brokers that did not answer would have told stands.
        listedGroups = listings.failures.isEmpty ? listed : before.merging(listed) { $1 }
        return Set(listed.values.filter { before[$0.id] != $0 }.map(\.id))
    }

    /// Shows groups that were asked about and are not shown yet.
    private func showNew(_ asked: Set<String>) {
        let fresh = asked.filter { groupPositions[$0] == nil && listedGroups[$0] != nil }
        guard !fresh.isEmpty else { return }
        snapshot.groups += fresh.map { GroupSnapshot(name: $0, state: "?") }
        snapshot.groups.sort { $0.name < $1.name }
        noteGroupPositions()
    }

    private func noteGroupPositions() {
        groupPositions = Dictionary(
            snapshot.groups.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// Shows no longer what is not listed any more.
    private func dropGone() {
        guard !snapshot.groups.allSatisfy({ listedGroups[$0.name] != nil }) else { return }
        snapshot.groups.removeAll { listedGroups[$0.name] == nil }
        noteGroupPositions()
    }
}

extension ListOffsetsResponse.Topic {
    /// What is told of a partition, which nearly always stands where another answer to the same question has it.
    fileprivate func offset(of partition: Int32, near place: Int) -> Offset? {
        let isThere = partitions.indices.contains(place) && partitions[place].partitionIndex == partition
        let told = isThere ? partitions[place] : partitions.first { $0.partitionIndex == partition }
        return told.flatMap { $0.errorCode == .none ? $0.offset : nil }
    }
}

extension PartitionSnapshot {
    /// Takes what a broker told of its log.
    fileprivate mutating func take(_ log: ReplicaLog) {
        if let index = logs.firstIndex(where: { $0.broker >= log.broker }) {
            guard logs[index].broker == log.broker else { return logs.insert(log, at: index) }
            let before = logs[index]
            logs[index] = log
            logs[index].grow(since: before)
        } else {
            if logs.isEmpty { logs.reserveCapacity(replicas.count) }
            logs.append(log)
        }
    }
}

extension GroupSnapshot {
    /// A name may be that of another group by now, of another type.
    fileprivate mutating func become(_ new: String) {
        let wasShare = isShare
        type = new
        if isShare != wasShare { self = GroupSnapshot(name: name, state: state, type: new) }
    }

    fileprivate mutating func take(
        _ outcome: Result<GroupDescription, ClientError>?, coordinator: BrokerID?, exists: (TopicPartition) -> Bool,
        now: Timestamp
    ) {
        switch outcome {
        case .success(let description)?:
            state = Self.state(description.state)
            assignor = description.protocolName.isEmpty ? nil : description.protocolName
            let told = description.members.map { member in
                // Tasks are numbered by the largest of their topics: the others do not have so many partitions.
                let isWhole = member.streams == nil
                return MemberSnapshot(
                    id: member.id, clientID: member.clientID.isEmpty ? member.id : member.clientID,
                    host: member.host.hasPrefix("/") ? String(member.host.dropFirst()) : member.host,
                    partitions: isWhole ? member.assignment : member.assignment.filter(exists),
                    target: isWhole ? member.target : member.target?.filter(exists), epoch: member.epoch,
                    streams: member.streams)
            }
            if told != members { members = told }
            epoch = description.epoch
            topology = description.topology
            self.coordinator = coordinator
            describedAt = now
        // The cluster lists such groups and tells no more of them.
        case .failure(.notOffered)?: self.coordinator = coordinator
        case .failure(let error)?: self.error = "\(error)"
        case nil: break
        }
    }

    fileprivate mutating func take(
        _ outcome: Result<[TopicPartition: CommittedOffset], ClientError>?, now: Timestamp
    ) {
        switch outcome {
        case .success(let found)?:
            // Nearly always all of them have been committed, and a table that is filtered is built anew.
            let all = found.mapValues(\.offset)
            let told = all.values.contains { $0 < 0 } ? all.filter { $0.value >= 0 } : all
            if told != committed { committed = told }
            committedAt = now
        case .failure(let error)?: self.error = "\(error)"
        case nil: break
        }
    }

    fileprivate mutating func take(
        _ outcome: Result<[TopicPartition: ShareOffset], ClientError>?, now: Timestamp
    ) {
        switch outcome {
        case .success(let found)?:
            let told = found.mapValues { ShareSnapshot(start: $0.start, lag: $0.lag) }
            if told != shares { shares = told }
            committedAt = now
        case .failure(.notOffered)?, nil: break
        case .failure(let error)?: self.error = "\(error)"
        }
    }

    /// Kafka's state in lower case.
    fileprivate static func state(_ state: String) -> String {
        switch state {
        case "NotReady": "not ready"
        case "PreparingRebalance", "CompletingRebalance": "rebalancing"
        default: state.lowercased()
        }
    }
}

/// Who coordinates which group: the leaders of the offsets topic's partitions.
private struct Coordinators {
    private let leaders: [Int32: BrokerID]
    private let count: Int32

    init(_ offsets: TopicSnapshot?) {
        count = Int32(offsets?.partitions.count ?? 0)
        leaders = (offsets?.partitions ?? []).reduce(into: [:]) { $0[$1.id] = $1.leader }
    }

    /// The coordinator of a group; nil where the offsets topic is not shown.
    func leader(of group: String) -> BrokerID? {
        count > 0 ? leaders[CoordinatorPartition.of(group, count: count)] : nil
    }
}
