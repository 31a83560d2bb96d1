import ClusterInsight
import KafkaProtocol
import TerminalUI

@testable import Dashboard

/// The timeline of the fixture's day: broker 2 killed at 12:04:29.031, whole again at 12:05:16.412; and the journal.
extension Fixture {
    private static func event(
        _ at: Timestamp, _ kind: ClusterEvent.Kind, _ text: String, _ weight: ClusterEvent.Weight = .normal,
        broker: BrokerID? = nil, incident: Int? = nil
    ) -> ClusterEvent {
        var event = ClusterEvent(at: at, kind: kind, text: text, weight: weight, broker: broker)
        event.incident = incident
        return event
    }

    /// Events as they came, with one incident.
    static func timeline() -> EventLog {
        var incident = Incident(id: 1, title: "broker 2 killed here", from: at(12, 4, 29, 31))
        incident.to = at(12, 5, 16, 412)
        incident.broker = 2
        incident.isProcessExit = true
        incident.fencedBy = 1
        incident.ledBefore = 42
        incident.seenAfter = 3
        incident.fencedAfter = 1_611
        incident.leadersAfter = 1_617
        incident.leadersMoved = 41
        incident.longestOffline = 40_563
        incident.offlinePartition = TopicPartition("dead-letters", 0)
        incident.longestBelowMin = 44_097
        incident.belowMinCount = 2
        incident.startedAt = at(12, 5, 10, 20)
        let filler = (0..<184).map { number in
            event(at(10, 0, Int64(number) * 1_000), .group, "search-indexer stable, \(number % 3 + 1) members")
        }
        let before = [
            event(at(11, 2, 13, 0), .controller, "1, epoch 4"),
            event(at(11, 30, 12, 0), .topic, "orders-retry created"),
            event(
                at(11, 31, 55, 120), .change, "clickstream/0 purged to offset 120,000, by this Klamm (journal 3)"),
            event(
                at(11, 48, 30, 771), .change, "user-profiles segment.ms 7 d → 1 h, by this Klamm (journal 4)"),
            event(at(11, 58, 2, 500), .group, "notification-push WARN: lag grew for 4 m"),
            event(at(12, 4, 13, 8), .group, "billing empty: last member left"),
            event(at(12, 4, 22, 114), .group, "search-indexer rebalancing: member indexer-3 joined"),
            event(at(12, 4, 27, 300), .group, "search-indexer stable, 3 members"),
        ]
        let inside = [
            event(at(12, 4, 29, 31), .change, "kill −9 broker 2, by this Klamm (journal 5)"),
            event(at(12, 4, 29, 34), .broker, "DOWN: process 4242 exited, signal 9", .bad, broker: 2),
            event(at(12, 4, 30, 642), .broker, "fenced by controller 1: no heartbeat for 1.5 s", .bad, broker: 2),
            event(at(12, 4, 30, 648), .leaders, "41 moved from 2: 19 to 1, 22 to 3"),
            event(at(12, 4, 30, 651), .isrShrank, "121 partitions lost 2", .bad),
            event(at(12, 4, 30, 651), .offline, "dead-letters/0: no in-sync replica left", .bad),
            event(at(12, 4, 30, 651), .minISR, "orders-retry/0 /1 below: 1 of 2; acks=all refused", .bad),
            event(at(12, 4, 30, 655), .group, "search-indexer rebalancing: coordinator moved 2 → 1"),
            event(at(12, 4, 32, 217), .group, "search-indexer stable, 3 members, coordinator 1"),
            event(at(12, 5, 10, 20), .broker, "started here (pid 4391)", broker: 2),
            event(at(12, 5, 10, 902), .broker, "registered, log recovery 0.4 s, no data lost", broker: 2),
            event(at(12, 5, 11, 190), .broker, "unfenced by controller 1", .good, broker: 2),
            event(at(12, 5, 11, 214), .online, "dead-letters/0, leader 2, epoch 7, after 40.6 s", .good),
            event(at(12, 5, 13, 128), .minISR, "orders-retry/0 /1 again at 2 of 2", .good),
            event(at(12, 5, 14, 906), .isrFull, "118 → 36 partitions left, 2.1 s", .good),
            event(at(12, 5, 16, 412), .isrFull, "notifications/4 (last of 121)", .good),
        ].map { event in
            var event = event
            event.incident = 1
            return event
        }
        let closed = event(
            at(12, 5, 16, 412), .incident, "1 closed: all partitions at full ISR", .good, incident: 1)
        return EventLog(filler + before + inside + [closed], incidents: [incident])
    }

    /// Screen 8 at 12:06:00.
    static func events(_ place: Place = .events, width: Int = 120, height: Int = 34) -> Model {
        var model = model(healthy(), place, width: width, height: height)
        model.now = at(12, 6, 0, 0)
        model.latestEvents = timeline()
        return model
    }

    /// The journal at 12:20:30.
    static func journal(width: Int = 120, height: Int = 34) -> Model {
        let report = fourBrokers()
        var snapshot = report.snapshot
        if let group = snapshot.groups.firstIndex(where: { $0.name == "billing" }) {
            for (number, offsets) in billingOffsets.enumerated() {
                snapshot.groups[group].committed[TopicPartition("payments", Int32(number))] =
                    number == 5 ? offsets.before : offsets.after
            }
        }
        var model = model(
            ClusterReport(snapshot, figures: report.figures), .journal, width: width, height: height)
        model.now = at(12, 20, 30, 0)
        let reset = Change.resetOffsets(
            group: "billing",
            Dictionary(
                billingOffsets.enumerated().map { (TopicPartition("payments", Int32($0)), $1.before) },
                uniquingKeysWith: { a, _ in a }))
        let items = billingOffsets.enumerated().map { number, offsets in
            let before = Format.count(Int(offsets.before))
            return number == 5
                ? ChangeItem(
                    "payments/5", detail: before, failure: "NOT_COORDINATOR, then timed out after 5 s; nothing changed")
                : ChangeItem("payments/\(number)", detail: "\(before) → \(Format.count(Int(offsets.after)))")
        }
        func entry(
            _ number: Int, _ at: Timestamp, _ change: String, _ result: String, _ undo: String, failed: Bool = false
        ) -> JournalEntry {
            JournalEntry(
                number: number, at: at, cluster: "bundled", change: change, result: result, failed: failed, undo: undo)
        }
        var eight = entry(
            8, at(12, 16, 44, 310), "reset offsets of billing on payments", "5 ok, 1 failed", reset.undoWords(reset),
            failed: true)
        eight.items = items
        eight.undoChange = reset
        eight.command =
            "klamm groups reset-offsets billing --topic payments --to-datetime 2026-11-23T12:09:00.000"
        model.journal = [
            entry(9, at(12, 20, 14, 0), "add broker 4 on 127.0.0.1:9095, rack d", "ok in 0.9 s", "no: S stops it"),
            eight,
            entry(7, at(12, 6, 2, 0), "elect preferred leaders: 41 partitions", "41 ok in 38 ms", "no: not needed"),
            entry(6, at(12, 5, 10, 0), "start broker 2", "up in 1.2 s", "yes: stop it"),
            entry(5, at(12, 4, 29, 0), "kill −9 broker 2", "exited in 3 ms", "done: start (6)"),
            entry(4, at(11, 48, 30, 0), "user-profiles: segment.ms 7 d → 1 h", "ok", "yes: back to 7 d"),
            entry(3, at(11, 31, 55, 0), "purge clickstream/0", "ok, 120,000 messages", "no: messages are gone"),
            entry(2, at(11, 30, 12, 0), "create topic orders-retry", "ok", "yes: delete (typed name)"),
            entry(1, at(11, 2, 15, 0), "create 11 topics and demo data", "11 ok", "no: nothing was known before"),
        ]
        model.list.cursorID = eight.id
        return model
    }
}
