import KafkaProtocol
import Testing

@testable import ClusterInsight

/// What a check says of a cluster.
@Suite struct HealthFindingTests {
    /// Three brokers, one topic of two partitions on all of them, one group.
    private func report(
        isr: [BrokerID] = [1, 2, 3], up: [BrokerID] = [1, 2, 3], leader: BrokerID? = 1, lag: Int64 = 0
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
}
