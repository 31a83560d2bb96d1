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
        var earlier = KeptEvents()
        earlier.events = [down]
        engine.restore(earlier, in: Fixture.healthy().snapshot)
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
        let moved = ClusterEvent(
            at: Fixture.at(12, 4, 31), kind: .leaders, text: "2 moved from 2",
            partitions: [TopicPartition("orders", 3)],
            isSeenOnly: true)
        file.append([down, moved], of: EventLog(), cluster: .init(name: "bundled", id: "a"))
        file.append([down], of: EventLog(), cluster: .init(name: "bundled", id: "b"))
        file.append([down], of: EventLog(), cluster: .init(name: "prod"))
        #expect(file.kept(of: .init(name: "bundled", id: "a"), since: 0).events.map(\.text) == [down.text, moved.text])
        #expect(file.kept(of: .init(name: "bundled", id: "a"), since: moved.at).events == [moved])
        #expect(file.kept(of: .init(name: "bundled"), since: 0).events.count == 3)
        #expect(file.kept(of: .init(name: "prod", id: "c"), since: 0).events == [down])
        #expect(file.kept(of: .init(name: "other"), since: 0).events.isEmpty)
    }

    /// What a dashboard kept of a story, as the next one reads it.
    private func kept(_ log: EventLog, dropping: (ClusterEvent) -> Bool = { _ in false }) -> KeptEvents {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("events-\(UUID().uuidString)").path
        defer { for end in ["", ".lock"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let cluster = EventsFile.Cluster(name: "bundled", id: "a")
        // The change that began it is kept before the incident is known.
        let events = log.newestFirst.reversed().filter { !dropping($0) }.map { event in
            var event = event
            if event.kind == .change { event.incident = nil }
            return event
        }
        EventsFile(path: path).append(events, of: log, cluster: cluster)
        return EventsFile(path: path).kept(of: cluster, since: 0)
    }

    /// A broker is killed, and all is well again.
    private var recovered: Story {
        var teller = StoryTeller(from: Story.killed)
        teller.tell(Fixture.at(12, 5, 16, 412)) { $0 = Fixture.snapshot(at: $0.at) }
        return teller.end(at: Fixture.at(12, 5, 17), Fixture.healthyRates)
    }

    @Test func incidentsKeepTheirHeadsOverARestart() throws {
        let story = recovered
        let kept = kept(story.events)
        #expect(kept.running == nil && !kept.incidents.isEmpty)
        #expect(kept.incidents == story.events.incidents)
        #expect(kept.events.map(\.incident) == story.events.newestFirst.reversed().map(\.incident))
        var engine = InsightEngine()
        engine.restore(kept, in: story.report.snapshot)
        _ = engine.observe(story.report.snapshot)
        let again = Story(report: story.report, events: engine.events)
        let (before, after) = (View.view(story.model(.events)).lines, View.view(again.model(.events)).lines)
        #expect(before == after)
        #expect(after.contains { $0.contains("incident 1   broker 2 DOWN: exited, signal 9") })
    }

    @Test func incidentsOfSeveralRunsAreTold() throws {
        // Each run counts from 1.
        let first = kept(recovered.events)
        var second = first
        for index in second.incidents.indices { second.incidents[index].from += 3_600_000 }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("events-\(UUID().uuidString)").path
        defer { for end in ["", ".lock"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let cluster = EventsFile.Cluster(name: "bundled", id: "a")
        for run in [first, second] { EventsFile(path: path).append(run.events, of: run.log, cluster: cluster) }
        let kept = EventsFile(path: path).kept(of: cluster, since: 0)
        let count = first.incidents.count
        #expect(kept.incidents.map(\.id) == Array(1...(2 * count)))
        #expect(kept.events.last { $0.kind == .incident }?.text == "\(2 * count) closed: all partitions at full ISR")
    }

    @Test func theChangeThatBeganAnIncidentBelongsToIt() {
        let change = ClusterEvent(
            at: Story.killedAt - 3, kind: .change, text: "kill −9 broker 2, by this Klamm", short: "kill −9 broker 2")
        var log = EventLog()
        log.append(change)
        let healthy = Fixture.snapshot(at: Story.killedAt - 1_000)
        var killed = healthy
        killed.at = Story.killedAt
        killed.kill(2, cause: "exited, signal 9, asked here", ledBefore: 42)
        log.observe(from: healthy, to: killed)
        let again = kept(log)
        #expect(again.running?.title == "broker 2 killed here" && again.running?.title == log.running?.title)
        #expect(again.events.first?.text == change.text && again.events.allSatisfy { $0.incident == 1 })
    }

    @Test func anIncidentThatRanGoesOnWhileItsBrokerIsAway() throws {
        let story = Story.killed
        let running = try #require(story.events.running)
        let kept = kept(story.events)
        #expect(kept.running?.title == running.title && kept.running?.from == running.from)
        var engine = InsightEngine()
        engine.restore(kept, in: story.report.snapshot)
        let again = try #require(engine.events.running)
        #expect(again.title == running.title && again.leadersAfter == running.leadersAfter)
        #expect(again.fencedAfter == running.fencedAfter && again.broker == running.broker)
        #expect(engine.events.newestFirst.map(\.incident) == story.events.newestFirst.map(\.incident))
        // Nobody saw when it ended: it is none.
        var other = InsightEngine()
        other.restore(kept, in: Fixture.healthy().snapshot)
        #expect(other.events.incidents.isEmpty && other.events.newestFirst.allSatisfy { $0.incident == nil })
    }

    /// Two dashboards that show one cluster see the same: it is kept once, by one of them, and what each does itself by it.
    @Test func whatSeveralDashboardsSeeIsKeptOnce() {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("events-\(UUID().uuidString)").path
        defer { for end in ["", ".lock"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let (shown, other) = (EventsFile.Cluster(name: "bundled", id: "a"), EventsFile.Cluster(name: "prod", id: "b"))
        func kept() -> [String] { EventsFile(path: path).kept(of: shown, since: 0).events.map(\.text) }
        let change = ClusterEvent(at: down.at, kind: .change, text: "topic made")
        let second = EventsFile(path: path)
        do {
            let first = EventsFile(path: path)
            first.append([down], of: EventLog(), cluster: shown)
            second.append([down, change], of: EventLog(), cluster: shown)
            first.append([down], of: EventLog(), cluster: shown)
            #expect(kept() == [down.text, change.text, down.text])
            second.append([down], of: EventLog(), cluster: other)
            #expect(second.kept(of: other, since: 0).events.count == 1)
            first.append([down], of: EventLog(), cluster: other)
            #expect(second.kept(of: other, since: 0).events.count == 1)
        }
        // The first has ended.
        second.append([down], of: EventLog(), cluster: shown)
        #expect(kept().count == 4)
    }
}
