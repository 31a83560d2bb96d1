import KafkaProtocol
import Testing

@testable import ClusterInsight

/// What a check says of a cluster.
@Suite struct HealthFindingTests {
    /// Three brokers, one topic of two partitions on all of them, one group.
    private func report(
        isr: [BrokerID] = [1, 2, 3], up: [BrokerID] = [1, 2, 3], leader: BrokerID? = 1, lag: Int64 = 0,
        _ change: (inout ClusterSnapshot, inout GroupFigures) -> Void = { _, _ in }
    ) -> ClusterReport {
        var snapshot = ClusterSnapshot(at: 0)
        snapshot.controller = up.first
        snapshot.brokers = [1, 2, 3].map {
            up.contains($0) ? BrokerSnapshot(id: $0, host: "h", port: 9092) : BrokerSnapshot(unseen: $0)
        }
        var topic = TopicSnapshot(name: "t", isInternal: false, minISR: 2, cleanupPolicy: "delete")
        topic.partitions = (0..<2).map {
            PartitionSnapshot(id: $0, leader: leader, leaderEpoch: 1, replicas: [1, 2, 3], isr: isr)
        }
        snapshot.topics = [topic]
        snapshot.groups = [GroupSnapshot(name: "g", state: "stable")]
        var figures = ClusterFigures()
        var group = GroupFigures()
        group.lag = lag
        change(&snapshot, &group)
        figures.groups["g"] = Shared(group)
        return ClusterReport(snapshot, figures: figures)
    }

    @Test func aClusterThatIsWellHasNoFindings() {
        var limits = HealthLimits()
        limits.lag = 10
        #expect(HealthFinding.all(report(lag: 10), limits: limits) == [])
    }

    @Test func theWorstComesFirst() {
        let findings = HealthFinding.all(report(isr: [1], up: [1, 2], lag: 11))
        #expect(
            findings.map(\.check) == ["below min.insync.replicas", "under-replicated", "brokers away"])
        #expect(findings.map(\.level) == [.critical, .warning, .warning])
        #expect(findings.map(\.detail) == ["t-0, t-1", "2 of 2 partitions", "3"])
    }

    @Test func limitsDecideWhatIsAWarning() {
        var limits = HealthLimits()
        limits.underReplicated = 2
        limits.atMinISR = 2
        limits.lag = 10
        let findings = HealthFinding.all(report(isr: [1, 2], lag: 11), limits: limits)
        #expect(findings.map(\.detail) == ["group g has 11 unread, above 10"])
    }

    @Test func offlineAndWithoutControllerIsCritical() {
        let findings = HealthFinding.all(report(isr: [], up: [], leader: nil))
        #expect(findings.filter { $0.level == .critical }.map(\.check) == ["offline partitions", "controller"])
    }

    @Test func whatCouldNotBeReadIsSaid() {
        var report = report()
        var snapshot = report.snapshot
        snapshot.sources = [SourceSnapshot(.groups, failure: "no rights"), SourceSnapshot(.metadata, answeredAt: 1)]
        report = ClusterReport(snapshot, figures: report.figures)
        #expect(HealthFinding.all(report) == [HealthFinding(level: .warning, check: "groups", detail: "no rights")])
    }

    @Test(arguments: [SourceSnapshot.Name.quorum, .offsets]) func whoMustAnswerAndDoesNotIsCritical(
        _ name: SourceSnapshot.Name
    ) {
        var report = report()
        var snapshot = report.snapshot
        snapshot.sources = [SourceSnapshot(name, failure: "no answer from 1")]
        report = ClusterReport(snapshot, figures: report.figures)
        #expect(HealthFinding.all(report).map(\.level) == [.critical])
    }

    private func found(
        _ report: ClusterReport, _ change: (inout HealthLimits) -> Void = { _ in }
    ) -> [String] {
        var limits = HealthLimits()
        change(&limits)
        let findings = HealthFinding.all(report, limits: limits)
        #expect(findings.allSatisfy { $0.level == .warning })
        return findings.map { "\($0.check): \($0.detail)" }
    }

    @Test func oneLossFromRefusingIsAWarning() {
        let atMin = report(isr: [1, 2])
        #expect(
            found(atMin) { $0.underReplicated = 2 } == [
                "at min.insync.replicas: 2 of 2 partitions: one replica more and acks=all is refused"
            ])
        #expect(found(report(isr: [1, 2, 3]) { snapshot, _ in snapshot.topics[0].minISR = 3 }) == [])
    }

    @Test func verdictsAreFindings() {
        let report = report { _, group in
            group.status = .stall
            group.lag = 5
        }
        #expect(found(report) == ["groups: group g STALL: it has members, but no progress"])
    }

    @Test func lagCountsInSecondsAndByGroup() {
        let report = report(lag: 7) { _, group in group.seconds = 12.4 }
        #expect(found(report) == [])
        #expect(
            found(report) { $0.lagSeconds = 10 }
                == ["lag in seconds: the oldest unread message of group g is 12 s old, above 10 s"])
        #expect(found(report) { $0.lagSeconds = 13 } == [])
        // What is said of one group counts more than what is said of all.
        #expect(
            found(report) {
                $0.lag = 0
                $0.lagOfGroups = ["g": 7]
            } == [])
        #expect(found(report) { $0.lagOfGroups = ["g": 6] } == ["lag: group g has 7 unread, above 6"])
        #expect(found(report) { $0.lagOfGroups = ["h": 6] } == ["lag: there is no group h"])
    }

    @Test func disksThatFailOrFillAreFindings() {
        let report = report { snapshot, _ in
            snapshot.brokers[1].logDirs = [
                LogDirSnapshot(path: "/a", bytes: 1, logs: 1, free: 9, total: 100),
                LogDirSnapshot(path: "/b", bytes: 1, logs: 1, free: 10, total: 100),
                LogDirSnapshot(path: "/c", bytes: 0, logs: 0, error: "KAFKA_STORAGE_ERROR"),
                LogDirSnapshot(path: "/d", bytes: 0, logs: 0),
            ]
        }
        #expect(
            found(report) == [
                "disks: broker 2 /a: 91 % used, above 90 %", "log dirs: broker 2 /c: KAFKA_STORAGE_ERROR",
            ])
        #expect(found(report) { $0.usedPercent = 95 } == ["log dirs: broker 2 /c: KAFKA_STORAGE_ERROR"])
    }

    @Test func leftOverThrottlesAreFindingsUnlessSomethingMoves() {
        let throttles = ThrottleSnapshot(brokers: [2: 1_000, 1: 1_000], topics: ["t"])
        #expect(
            found(report { snapshot, _ in snapshot.throttles = throttles }) == [
                "left-over throttles: nothing moves, but replication is throttled on brokers 1, 2 and on topics t"
            ])
        let moving = report { snapshot, _ in
            snapshot.throttles = throttles
            snapshot.topics[0].partitions[0].adding = [4]
        }
        #expect(found(moving) == [])
    }

    @Test func transactionsThatAreOpenTooLongAreFindings() {
        func transaction(_ id: String, since: Timestamp, state: String = "Ongoing") -> TransactionSnapshot {
            var transaction = TransactionSnapshot(id: id, state: state, coordinator: 1, producerID: 1)
            transaction.timeout = 60_000
            transaction.start = since
            return transaction
        }
        let report = report { snapshot, _ in snapshot.at = 100_000 }
        let told = TransactionsSnapshot([
            transaction("old", since: 10_000), transaction("young", since: 50_000),
            transaction("ended", since: 10_000, state: "Empty"),
        ])
        #expect(HealthFinding.all(report, transactions: told).map(\.detail) == ["open: old for 90 s"])
        var limits = HealthLimits()
        limits.transactionSeconds = 49
        #expect(
            HealthFinding.all(report, limits: limits, transactions: told).map(\.detail)
                == ["open: old for 90 s, young for 50 s"])
        limits.transactionSeconds = 90
        #expect(HealthFinding.all(report, limits: limits, transactions: told) == [])
    }

    @Test func whatFailsAtTheEndOfALongLookIsSaid() {
        let report = report { snapshot, _ in
            snapshot.sources = [SourceSnapshot(.offsets, answeredAt: 1, failure: "no answer from 2")]
        }
        #expect(HealthFinding.all(report).map(\.detail) == ["no answer from 2"])
    }

    @Test func fileSystemsCountOnce() {
        let (one, two) = (
            LogDirSnapshot(path: "/a", bytes: 0, logs: 0, free: 10, total: 100),
            LogDirSnapshot(path: "/b", bytes: 0, logs: 0, free: 30, total: 100)
        )
        var again = one
        again.path = "/c"
        let space = [one, two, again, LogDirSnapshot(path: "/d", bytes: 0, logs: 0)].space
        #expect(space?.free == 40 && space?.total == 200)
        #expect([LogDirSnapshot(path: "/d", bytes: 0, logs: 0)].space == nil)
    }
}
