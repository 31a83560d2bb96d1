import KafkaProtocol
import Testing

@testable import ClusterInsight

/// Rates, lag in time and the verdicts on groups.
@Suite struct RateTests {
    @Test func ratesAreMeansOfTenSeconds() {
        var meter = RateMeter()
        for second in 0...10 { meter.observe(Double(second * 100), at: Int64(second) * 1_000) }
        #expect(meter.rate(now: 10_000) == 100)
        #expect(meter.rate(now: 60_000) == nil)
        meter.observe(5, at: 11_000)
        #expect(meter.rate(now: 11_000) == nil)
    }

    /// Of what is asked more rarely the course goes on as it stood, as if time had been let pass bit by bit.
    @Test(arguments: [0, 50]) func aCourseThatStoodIsAsIfItHadBeenFollowed(perSecond: Int64) {
        var followed = RateMeter()
        var stood = RateMeter()
        for survey in 0..<8 {
            let at = Int64(survey) * 22_000
            stood.stand(until: max(0, at - 1_000))
            for second in stride(from: max(0, at - 21_000), to: at, by: 1_000) { followed.advance(to: second) }
            followed.observe(Double(at / 1_000 * perSecond), at: at)
            stood.observe(Double(at / 1_000 * perSecond), at: at)
            followed.advance(to: at)
            stood.advance(to: at)
            #expect(stood.trend == followed.trend, "survey \(survey)")
            let seen = stood.series(now: at + 15_000)
            var later = followed
            for second in 1...15 { later.advance(to: at + Int64(second) * 1_000) }
            #expect(seen == later.series(now: at + 15_000))
        }
        #expect(stood.trend.last == Double(perSecond))
    }

    /// The first topic of a cluster has no rate after one look, but where nothing was ever written nothing comes.
    @Test(arguments: [(nil, nil), (0, 0), (5, nil)] as [(Offset?, Double?)])
    func aTopicThatWasJustMadeBringsNothing(_ latest: Offset?, _ rate: Double?) {
        var history = ClusterHistory()
        #expect(history.observe(ClusterSnapshot(at: 1_000)).messagesIn.now == 0)
        var snapshot = ClusterSnapshot(at: 2_000)
        var partition = PartitionSnapshot(id: 0, leader: 1, replicas: [1], isr: [1])
        partition.offsets = latest.map { Reading(PartitionOffsets(earliest: 0, latest: $0), at: 2_000) }
        snapshot.topics = [TopicSnapshot(name: "t", partitions: [partition])]
        #expect(history.observe(snapshot).messagesIn.now == rate)
    }

    /// A purge deletes messages at once and their bytes later: the mean size of a message stays what it was.
    @Test func aPurgeDoesNotMakeMessagesLarger() {
        var history = ClusterHistory()
        func bytesIn(at second: Int64, earliest: Offset, bytes: Int64) -> Double? {
            var snapshot = ClusterSnapshot(at: second * 1_000)
            snapshot.brokers = [BrokerSnapshot(id: 1, host: "h", port: 9092)]
            let offsets = PartitionOffsets(earliest: earliest, latest: 1_000 + second * 10)
            snapshot.topics = [
                TopicSnapshot(
                    name: "t",
                    partitions: [
                        PartitionSnapshot(
                            id: 0, leader: 1, replicas: [1], isr: [1], offsets: Reading(offsets, at: snapshot.at),
                            logs: [ReplicaLog(broker: 1, bytes: bytes, at: snapshot.at)])
                    ])
            ]
            return history.observe(snapshot).bytesIn.now
        }
        for second in 0...20 { _ = bytesIn(at: Int64(second), earliest: 0, bytes: 100 * (1_000 + Int64(second) * 10)) }
        #expect(bytesIn(at: 21, earliest: 0, bytes: 121_000) == 1_000)
        #expect(bytesIn(at: 22, earliest: 1_200, bytes: 122_000) == 1_000)
        #expect(bytesIn(at: 23, earliest: 1_200, bytes: 123_000) == 1_000)
        // The log is cut: its bytes are those of what is left.
        #expect(bytesIn(at: 24, earliest: 1_200, bytes: 4_000) == 1_000)
        #expect(bytesIn(at: 25, earliest: 1_200, bytes: 5_000) == 1_000)
    }

    /// Sizes are told more rarely than messages are counted: what came since does not make messages smaller.
    @Test func aMessageIsAsLargeAsWhenItsLogWasRead() {
        var size = MessageSize()
        var partition = PartitionSnapshot(id: 0, leader: 1, replicas: [1], isr: [1])
        size.observe(partition, PartitionOffsets(earliest: 0, latest: 100))
        #expect(size.mean == nil)
        partition.logs = [ReplicaLog(broker: 1, bytes: 5_000, at: 0)]
        size.observe(partition, PartitionOffsets(earliest: 0, latest: 100))
        #expect(size.mean == 50)
        size.observe(partition, PartitionOffsets(earliest: 0, latest: 900))
        #expect(size.mean == 50)
        partition.logs = [ReplicaLog(broker: 1, bytes: 90_000, at: 5_000)]
        size.observe(partition, PartitionOffsets(earliest: 0, latest: 900))
        #expect(size.mean == 100)
    }

    @Test func aRateStandsUntilItIsTooOld() {
        var meter = RateMeter()
        #expect(meter.knownUntil == nil)
        meter.observe(0, at: 0)
        meter.observe(2_200, at: 22_000)
        #expect(meter.knownUntil == 55_000)
        #expect(meter.rate(now: 55_000) == 100)
        #expect(meter.rate(now: 55_001) == nil)
        meter.observe(9_000, at: 300_000)
        #expect(meter.knownUntil == nil)
    }

    /// A topic of which nothing is heard any more has no rate after a while, and who reads it neither.
    @Test func ratesOfTopicsAndGroupsEndWithTheirTime() {
        var history = ClusterHistory()
        let reads = TopicPartition("t", 0)
        func look(at: Timestamp, readAt: Timestamp) -> ClusterFigures {
            var snapshot = ClusterSnapshot(at: at)
            let offsets = PartitionOffsets(earliest: 0, latest: readAt / 10)
            let partition = PartitionSnapshot(
                id: 0, leader: 1, replicas: [1], isr: [1], offsets: Reading(offsets, at: readAt))
            if kept.isEmpty || kept[0].partitions[0] != partition {
                kept = [TopicSnapshot(name: "t", partitions: [partition])]
            }
            snapshot.topics = kept
            snapshot.groups = [
                GroupSnapshot(name: "g", state: "stable", committed: [reads: readAt / 20], committedAt: readAt)
            ]
            return history.observe(snapshot)
        }
        var kept: [TopicSnapshot] = []
        for second in 0...20 { _ = look(at: Int64(second) * 1_000, readAt: Int64(second) * 1_000) }
        let standing = look(at: 32_000, readAt: 20_000)
        #expect(standing.topics["t"]?.rate == 100)
        #expect(standing.group("g").inRate == 100 && standing.group("g").readRate == 50)
        #expect(standing.topics["t"]?.course.trend(at: 32_000).last == 100)
        let old = look(at: 33_000, readAt: 20_000)
        #expect(old.topics["t"]?.rate == nil && old.messagesIn.now == nil)
        #expect(old.group("g").inRate == nil && old.group("g").readRate == nil)
    }

    @Test func lagInTimeIsInterpolated() {
        var meter = RateMeter()
        for second in 0...10 { meter.observe(Double(second * 100), at: Int64(second) * 1_000) }
        #expect(meter.time(ofPassing: 450, now: 10_000) == 4_500)
        #expect(meter.time(ofPassing: 1_000, now: 10_000) == nil)
        #expect(meter.time(ofPassing: -100, now: 10_000) == -1_000)
    }

    private func samples(_ pairs: [(Int64, Int64)]) -> [CommitSample] {
        pairs.enumerated().map {
            CommitSample(at: Int64($0.offset) * 10_000, committed: $0.element.0, lag: $0.element.1)
        }
    }

    @Test func verdictsFollowBurrow() {
        func status(_ pairs: [(Int64, Int64)], member: Bool = true) -> GroupStatus {
            GroupRules.status(samples: samples(pairs), lag: pairs.last?.1 ?? 0, seconds: nil, hasMember: member)
        }
        let growing: [(Int64, Int64)] = (Int64(0)..<10).map { ($0 * 10, 2_000 + $0 * 50) }
        #expect(status(growing) == .warn)
        #expect(status(growing.map { ($0.0, $0.1 - 1_990) }) == .ok)
        let standing: [(Int64, Int64)] = (Int64(0)..<10).map { (7, 2_000 + $0 * 50) }
        #expect(status(standing) == .stall)
        #expect(status(standing, member: false) == .stop)
        #expect(status([(10, 5_000), (20, 5_000), (5, 5_000), (6, 5_000)]) == .rewind)
        #expect(status([(10, 3_000), (20, 0), (30, 3_000), (40, 3_100)]) == .ok)
        #expect(status([(10, 3_000)]) == .ok)
    }

    @Test func ringsForgetTheOldest() {
        var ring = Ring<Int>(capacity: 3)
        for number in 1...5 { ring.append(number) }
        #expect(ring.elements == [3, 4, 5])
        #expect(ring.first == 3)
        #expect(ring.last == 5)
    }
}
