import ClusterInsight
import KafkaClient
import KafkaProtocol
import KafkaRecords

/// Groups: which there are, their members and where they read.
extension LiveSource {
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
