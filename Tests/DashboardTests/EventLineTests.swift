import ClusterInsight
import Foundation
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Events as lines: in files, and as `klamm events` prints them.
@Suite struct EventLineTests {
    private let down = ClusterEvent(
        at: Fixture.at(12, 4, 30), kind: .broker, text: "DOWN: exited, signal 9", weight: .bad, broker: 2)

    private func log() -> EventLog {
        var incident = Incident(id: 1, title: "broker 2 killed here", from: Fixture.at(12, 4, 27))
        incident.seenAfter = 100
        incident.leadersAfter = 1_651
        incident.to = Fixture.at(12, 4, 58)
        var closed = ClusterEvent(
            at: Fixture.at(12, 4, 58), kind: .incident, text: "1 closed: all partitions at full ISR")
        closed.incident = 1
        return EventLog([down, closed], incidents: [incident])
    }

    @Test func anIncidentsEndTellsItsTimes() throws {
        let log = log()
        let closed = try #require(log.newestFirst.first)
        #expect(
            EventLine.plain(closed, of: log, zone: .utc)
                == "2026-11-23 12:04:58  incident     1 closed: all partitions at full ISR, detected after 100 ms, "
                + "new leaders after 1.7 s, recovered after 31.0 s")
        let json = EventLine.json(closed, of: log)
        #expect(json.contains(#""began":1795435467000,"detectMs":100,"leadersMs":1651,"recoverMs":31000"#), "\(json)")
        #expect(
            EventLine.plain(down, of: log, zone: .utc) == "2026-11-23 12:04:30  broker 2     DOWN: exited, signal 9")
    }

    @Test func earlierEventsComeBeforeThoseOfThisLook() {
        var engine = InsightEngine()
        var earlier = down
        earlier.incident = 7
        engine.restore([earlier])
        let report = engine.observe(Fixture.healthy().snapshot)
        #expect(engine.events.newestFirst.map(\.text) == [down.text] && engine.events.newestFirst[0].incident == nil)
        // They are no news.
        var model = Fixture.model(Fixture.healthy(), .events)
        model.latest = nil
        _ = Update.update(&model, .report(report, engine.events))
        #expect(model.flash == nil && View.view(model).lines.contains { $0.contains("DOWN: exited, signal 9") })
    }

    @Test func whatWasKeptIsReadBackByClusterAndTime() {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("events-\(UUID().uuidString)").path
        defer { for end in ["", ".lock"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let file = EventsFile(path: path)
        var moved = ClusterEvent(
            at: Fixture.at(12, 4, 31), kind: .leaders, text: "2 moved from 2",
            partitions: [TopicPartition("orders", 3)],
            isSeenOnly: true)
        moved.incident = 1
        file.append([down, moved], of: EventLog(), cluster: .init(name: "bundled", id: "a"))
        file.append([down], of: EventLog(), cluster: .init(name: "bundled", id: "b"))
        file.append([down], of: EventLog(), cluster: .init(name: "prod"))
        #expect(file.kept(of: .init(name: "bundled", id: "a"), since: 0).map(\.text) == [down.text, moved.text])
        #expect(file.kept(of: .init(name: "bundled", id: "a"), since: moved.at) == [moved])
        #expect(file.kept(of: .init(name: "bundled"), since: 0).count == 3)
        #expect(file.kept(of: .init(name: "prod", id: "c"), since: 0) == [down])
        #expect(file.kept(of: .init(name: "other"), since: 0).isEmpty)
    }

    /// Two dashboards that show one cluster see the same: it is kept once, by one of them, and what each does itself by it.
    @Test func whatSeveralDashboardsSeeIsKeptOnce() {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("events-\(UUID().uuidString)").path
        defer { for end in ["", ".lock"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let (shown, other) = (EventsFile.Cluster(name: "bundled", id: "a"), EventsFile.Cluster(name: "prod", id: "b"))
        func kept() -> [String] { EventsFile(path: path).kept(of: shown, since: 0).map(\.text) }
        let change = ClusterEvent(at: down.at, kind: .change, text: "topic made")
        let second = EventsFile(path: path)
        do {
            let first = EventsFile(path: path)
            first.append([down], of: EventLog(), cluster: shown)
            second.append([down, change], of: EventLog(), cluster: shown)
            first.append([down], of: EventLog(), cluster: shown)
            #expect(kept() == [down.text, change.text, down.text])
            second.append([down], of: EventLog(), cluster: other)
            #expect(second.kept(of: other, since: 0).count == 1)
            first.append([down], of: EventLog(), cluster: other)
            #expect(second.kept(of: other, since: 0).count == 1)
        }
        // The first has ended.
        second.append([down], of: EventLog(), cluster: shown)
        #expect(kept().count == 4)
    }
}
