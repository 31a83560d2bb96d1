import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Columns that `w` adds.
@Suite struct WideColumnTests {
    private func lines(_ report: ClusterReport, _ place: Place, isWide: Bool = true) -> [String] {
        var model = Fixture.model(report, place, width: 200, height: 40)
        model.list.wide = isWide
        return View.view(model).lines
    }

    private func report(_ change: (inout ClusterSnapshot) -> Void) -> ClusterReport {
        var snapshot = Fixture.healthy().snapshot
        change(&snapshot)
        var engine = InsightEngine()
        return engine.observe(snapshot)
    }

    @Test func brokersTellReplicaSkewAndDisks() throws {
        let report = report { snapshot in
            snapshot.brokers[0].diskFree = 5 << 30
            snapshot.brokers[0].diskTotal = 100 << 30
        }
        let shown = lines(report, .brokers)
        #expect(shown.contains { $0.contains(" REPL SKEW ") && $0.contains(" FREE  USED ") })
        let first = try #require(shown.first { $0.contains("127.0.0.1:9092") })
        let skew = try #require(report.figures.brokers[1]?.replicaSkew)
        #expect(abs(skew - (121 - 364.0 / 3) / (364.0 / 3) * 100) < 0.01)
        #expect(first.contains(" −0.3 % ") && first.contains(" 5.0 GiB  95 % "))
        let second = try #require(shown.first { $0.contains("127.0.0.1:9093") })
        #expect(second.contains(" +0.5 % ") && second.contains("—     — "))
        #expect(!lines(report, .brokers, isWide: false).contains { $0.contains("REPL SKEW") })
    }

    @Test func topicsTellWhatIsAtItsMinimumAndHowLeadersAreSpread() throws {
        let report = report { snapshot in
            let index = snapshot.topics.firstIndex { $0.name == "payments" } ?? 0
            for place in snapshot.topics[index].partitions.indices {
                snapshot.topics[index].partitions[place].leader = 1
                if place < 4 { snapshot.topics[index].partitions[place].isr = [1, 2] }
            }
        }
        let shown = lines(report, .topics)
        #expect(shown.contains { $0.contains(" AT MIN BROKERS ") && $0.contains(" SKEW ") })
        // Six leaders on one of three brokers: four above an even share of two.
        let payments = try #require(shown.first { $0.contains(" payments ") })
        #expect(payments.contains("     4     3/3 ") && payments.contains(" 200.0 % "))
        let letters = try #require(shown.first { $0.contains(" dead-letters ") })
        #expect(letters.contains("     0     1/3 ") && letters.contains(" 0.0 % "))
        #expect(!lines(report, .topics, isWide: false).contains { $0.contains("AT MIN") })
    }

    @Test func filtersKnowThemAlsoWhereTheyAreNotShown() {
        let report = report { snapshot in
            let index = snapshot.topics.firstIndex { $0.name == "payments" } ?? 0
            snapshot.topics[index].partitions[0].isr = [1, 2]
        }
        var model = Fixture.model(report, .topics)
        model.list.filter = "atmin>0"
        #expect(Screens.list(model).map { Array($0.ids) } == ["payments"])
    }

    @Test func logDirsTellTheirRoom() {
        let report = report { snapshot in
            snapshot.brokers[0].logDirs = [
                LogDirSnapshot(path: "/a", bytes: 1 << 30, logs: 1, free: 5 << 30, total: 100 << 30),
                LogDirSnapshot(path: "/b", bytes: 2 << 30, logs: 2),
            ]
        }
        let shown = lines(report, .broker(1, .dirs), isWide: false)
        #expect(shown.contains { $0.contains("/a ") && $0.contains("5.0 GiB  95 % ") })
        #expect(shown.contains { $0.contains("/b ") && $0.contains("—     — ") })
    }
}
