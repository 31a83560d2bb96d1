import KafkaProtocol
import Testing

@testable import ClusterInsight

/// What is worked out of a large cluster in parts is the same as worked out as a whole.
@Suite struct ManyTopicsTests {
    private static func partition(
        _ id: Int32, leader: BrokerID?, isr: [BrokerID], latest: Offset? = nil, at: Timestamp = 0
    ) -> PartitionSnapshot {
        PartitionSnapshot(
            id: id, leader: leader, leaderEpoch: 1, replicas: [1, 2, 3], isr: isr,
            offsets: latest.map { Reading(PartitionOffsets(earliest: 0, latest: $0), at: at) },
            logs: latest.map { bytes in
                [1, 2].map { ReplicaLog(broker: $0, bytes: bytes * Int64($0), behind: 0, at: at) }
            } ?? [])
    }

    private static func cluster(at: Timestamp, topics: Int) -> ClusterSnapshot {
        var snapshot = ClusterSnapshot(at: at)
        snapshot.brokers = (1...3).map { BrokerSnapshot(id: $0, host: "h", port: 9092) }
        snapshot.topics = (0..<topics).map { number in
            TopicSnapshot(
                name: "t\(number + 10)", id: TopicID(high: 1, low: UInt64(number + 1)), minISR: 2,
                partitions: (0..<3).map { index in
                    partition(
                        index, leader: index + 1, isr: [1, 2, 3], latest: Int64(100 * number) + Int64(index), at: at)
                })
        }
        snapshot.groups = ["a", "b"].enumerated().map { number, name in
            GroupSnapshot(
                name: name, state: "stable", committed: [TopicPartition("t\(number + 10)", 0): 0], committedAt: at)
        }
        return snapshot
    }

    @Test func countsAreThoseOfTheHealthPanel() {
        var snapshot = Self.cluster(at: 0, topics: 4)
        snapshot.topics[1].partitions[0].isr = [1]
        snapshot.topics[2].partitions[1].leader = nil
        snapshot.topics[3].partitions[2].adding = [4]
        let health = ClusterHealth(snapshot)
        #expect(health.partitions == 12)
        #expect(health.offline == [TopicPartition("t12", 1)])
        #expect(health.belowMinISR == [TopicPartition("t11", 0)])
        #expect(health.underReplicated == 1)
        #expect(health.moving == 1)
        #expect(health.nonPreferred == snapshot.topics.flatMap(\.partitions).count { $0.isLeaderNotPreferred })
        let counts = TopicCounts(snapshot.topics[3])
        #expect(counts.messages == Int64(903))
        #expect(counts.leaderBytes == Int64(1_506))
        #expect(counts.replicaBytes == Int64(2_709))
        #expect(counts.replicationFactors == 3...3)
    }

    @Test func whatIsLookedUpByNameIsFoundInAnyOrder() {
        var snapshot = Self.cluster(at: 0, topics: 40)
        for _ in 0..<2 {
            for topic in snapshot.topics {
                #expect(snapshot.topic(topic.name) == topic)
                #expect(snapshot.partition(TopicPartition(topic.name, 2)) == topic.partitions.first { $0.id == 2 })
            }
            for name in ["", "t", "t30x", "z"] { #expect(snapshot.topic(name) == nil) }
            #expect(snapshot.group("a")?.name == "a" && snapshot.group("b")?.name == "b" && snapshot.group("c") == nil)
            #expect(snapshot.partition(TopicPartition("t12", 3)) == nil)
            #expect(snapshot.partition(TopicPartition("t12", -1)) == nil)
            snapshot.topics.reverse()
            snapshot.groups.reverse()
            for index in snapshot.topics.indices { snapshot.topics[index].partitions.reverse() }
        }
    }

    /// Without what grows with the time alone, which groups are told when they are read, and with their courses up to a
    /// moment up to which they stood.
    private static func timeless(
        _ groups: [String: Shared<GroupFigures>], _ now: Timestamp
    ) -> [String: GroupFigures] {
        groups.mapValues { figures in
            var figures = figures.value
            figures.seconds = nil
            figures.course = LevelMeter(of: figures.course.trend(at: now))
            for index in figures.partitions.indices {
                figures.partitions[index].seconds = nil
                let trend = figures.partitions[index].course.trend(at: now)
                figures.partitions[index].course = LevelMeter(of: trend)
            }
            return figures
        }
    }

    /// Topics with their courses up to a moment up to which they stood.
    private static func stood(_ topics: [String: Shared<TopicFigures>], _ now: Timestamp) -> [String: TopicFigures] {
        topics.mapValues { figures in
            var stood = figures.value
            stood.course = LevelMeter(of: stood.course.trend(at: now))
            return stood
        }
    }

    /// Looks that change some topics and groups each, held against a history that sees everything as new.
    @Test func whatDidNotChangeKeepsItsFigures() {
        var engine = InsightEngine()
        var plain = InsightEngine()
        var snapshot = Self.cluster(at: 1_000, topics: 6)
        for look in 1...30 {
            snapshot.at = Int64(look) * 1_000
            let touched = look % snapshot.topics.count
            for index in snapshot.topics[touched].partitions.indices {
                let before = snapshot.topics[touched].partitions[index].offsets?.value.latest ?? 0
                snapshot.topics[touched].partitions[index].offsets = Reading(
                    PartitionOffsets(earliest: 0, latest: before + Int64(look)), at: snapshot.at)
            }
            if look % 7 == 0 { snapshot.topics[touched].partitions[1].isr = look % 2 == 0 ? [1, 2, 3] : [2] }
            if look % 5 == 0 {
                snapshot.groups[0].committed[TopicPartition("t10", 0)] = Int64(look)
                snapshot.groups[0].committedAt = snapshot.at
            }
            if look == 12 { snapshot.topics.remove(at: 3) }
            if look == 20 { snapshot.topics.insert(Self.cluster(at: snapshot.at, topics: 6).topics[3], at: 3) }
            var copied = snapshot
            for index in copied.topics.indices {
                copied.topics[index].partitions = snapshot.topics[index].partitions.map { $0 }
            }
            let report = engine.observe(snapshot)
            let whole = plain.observe(copied)
            #expect(report.health == whole.health)
            #expect(report.health == ClusterHealth(snapshot, groups: report.figures.groups))
            #expect(
                Self.stood(report.figures.topics, snapshot.at) == Self.stood(whole.figures.topics, snapshot.at),
                "look \(look)")
            #expect(
                Self.timeless(report.figures.groups, snapshot.at) == Self.timeless(whole.figures.groups, snapshot.at),
                "look \(look)")
            #expect(report.figures.brokers == whole.figures.brokers, "look \(look)")
            #expect(engine.events == plain.events)
        }
        #expect(engine.events.total > 0)
    }

    /// A sum of which most parts are missing is no sum.
    @Test func theRateOfTheClusterIsUnknownWhileMostOfItIs() {
        var history = ClusterHistory()
        var snapshot = Self.cluster(at: 1_000, topics: 4)
        _ = history.observe(snapshot)
        func tell(_ topics: Range<Int>, at: Timestamp) -> Double? {
            snapshot.at = at
            for topic in topics {
                for index in snapshot.topics[topic].partitions.indices {
                    let latest = snapshot.topics[topic].partitions[index].offsets?.value.latest ?? 0
                    snapshot.topics[topic].partitions[index].offsets = Reading(
                        PartitionOffsets(earliest: 0, latest: latest + 10), at: at)
                }
            }
            return history.observe(snapshot).messagesIn.now
        }
        #expect(tell(0..<1, at: 2_000) == nil)
        #expect(tell(0..<3, at: 3_000).map { $0 > 0 } == true)
    }

    @Test func topicsSayWhoReadsThem() {
        var engine = InsightEngine()
        var snapshot = Self.cluster(at: 1_000, topics: 3)
        #expect(engine.observe(snapshot).figures.topics["t11"]?.groups == ["b"])
        snapshot.groups[1].committed = [TopicPartition("t12", 1): 150]
        snapshot.at = 2_000
        let figures = engine.observe(snapshot).figures
        #expect(figures.topics["t11"]?.groups == [])
        #expect(figures.topics["t11"]?.lag == nil)
        #expect(figures.topics["t12"]?.groups == ["b"])
        #expect(figures.topics["t12"]?.lag == 51)
        #expect(figures.readers.topics(of: "b") == ["t12"])
        snapshot.groups.removeLast()
        snapshot.at = 3_000
        #expect(engine.observe(snapshot).figures.topics["t12"]?.groups == [])
    }

    @Test func namesArePairedWhereverTheyStand() {
        let same = NamedPairs(["a", "b"], ["a", "b"], oldName: \.self, newName: \.self)
        #expect(same.isUnmoved && same.gone.isEmpty && same.old(1) == 1)
        let moved = NamedPairs(["a", "b", "c"], ["b", "d"], oldName: \.self, newName: \.self)
        #expect(!moved.isUnmoved)
        #expect(moved.old(0) == 1)
        #expect(moved.old(1) == nil)
        #expect(moved.gone == [0, 2])
    }

    @Test func onlyWhatIsNotTheVerySameIsLookedAt() {
        let old = ["a", "b", "c"].map { TopicSnapshot(name: $0) }
        #expect(NamedPairs(old, old).changed.isEmpty)
        var new = old
        new[1].minISR = 2
        new[2] = TopicSnapshot(name: "c")
        #expect(NamedPairs(old, new).isUnmoved)
        #expect(NamedPairs(old, new).changed == [1, 2], "an equal copy may differ, as far as is known without looking")
        #expect(old[1].minISR == nil)
        new[0].name = "d"
        #expect(NamedPairs(old, new).changed == [0, 1, 2])
        #expect(NamedPairs(old, new).gone == [0] && NamedPairs(old, new).old(0) == nil)
    }

    @Test func whoChangesWhatIsSharedLeavesTheOthersAlone() {
        var first = Shared([1, 2])
        let second = first
        #expect(first.isIdentical(to: second))
        first.value.append(3)
        #expect(!first.isIdentical(to: second) && second.value == [1, 2])
        let third = first
        first.value = [9]
        #expect(third.value == [1, 2, 3] && first != third)
    }

    @Test func ratesOfRareLooksAreMeansBetweenThem() {
        var meter = RateMeter()
        for second in [0, 20, 40] { meter.observe(Double(second * 5), at: Int64(second) * 1_000) }
        #expect(meter.rate(now: 41_000) == 5)
        #expect(meter.rate(now: 69_000) == 5)
        #expect(meter.rate(now: 71_000) == nil)
        meter.observe(500, at: 130_000)
        #expect(meter.rate(now: 130_000) == 300.0 / 90, "a screen that is left alone looks so rarely")
        meter.observe(1_000, at: 260_000)
        #expect(meter.rate(now: 260_000) == nil, "two minutes tell nothing of now")
    }

    @Test func countersThatStandHaveNoRateAndTheSameCourse() {
        var meter = RateMeter()
        for second in 0...35 {
            meter.observe(7, at: Int64(second) * 1_000)
            meter.advance(to: Int64(second) * 1_000)
        }
        #expect(meter.rate(now: 35_000) == 0)
        #expect(meter.trend == [0, 0, 0])
        meter.observe(17, at: 36_000)
        #expect(meter.trend == [0, 0, 0])
        #expect(meter.rate(now: 36_000) == 1)
    }

    @Test func levelsThatStandKeepTheirCourse() {
        var meter = LevelMeter(capacity: 3)
        for slot in 0...5 { meter.observe(4, at: Int64(slot) * 10_000) }
        #expect(meter.trend == [4, 4, 4, 4])
        meter.observe(5, at: 60_000)
        meter.observe(nil, at: 70_000)
        #expect(meter.trend == [4, 4, 5, nil])
        #expect(LevelMeter(of: [1, nil, 3]).trend == [1, nil, 3])
    }
}
