import ClusterInsight
import KafkaClient
import KafkaProtocol

/// First and last offsets.
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
        guard !byLeader.isEmpty else { return try nobodyIsLeft(for: "ListOffsets") }
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
}

extension ListOffsetsResponse.Topic {
    /// What is told of a partition, which nearly always stands where another answer to the same question has it.
    fileprivate func offset(of partition: Int32, near place: Int) -> Offset? {
        let isThere = partitions.indices.contains(place) && partitions[place].partitionIndex == partition
        let told = isThere ? partitions[place] : partitions.first { $0.partitionIndex == partition }
        return told.flatMap { $0.errorCode == .none ? $0.offset : nil }
    }
}
