import ClusterInsight
import KafkaProtocol
import TerminalUI

@testable import Dashboard

/// The moments of the fixture's day: a picture of the cluster and the timeline up to it. Later moments are in files of
/// their own.
struct Story {
    var report: ClusterReport
    var events: EventLog

    /// A model that shows this moment at a place.
    func model(_ place: Place, width: Int = 120, height: Int = 34) -> Model {
        Fixture.model(report, place, width: width, height: height, events: events)
    }

    /// 12:04:26: all is well.
    static var healthy: Story { Story(report: Fixture.healthy(), events: morning) }

    /// What happened up to 12:04:26.
    static var morning: EventLog {
        var log = EventLog()
        func add(_ at: Timestamp, _ kind: ClusterEvent.Kind, _ text: String, short: String, line: String? = nil) {
            log.append(ClusterEvent(at: at, kind: kind, text: text, short: short, line: line))
        }
        add(
            Fixture.at(11, 2, 13), .controller, "1, epoch 4; 3 brokers", short: "cluster up",
            line: "cluster up: 3 brokers, controller 1")
        add(
            Fixture.at(11, 30, 12), .change, "create topic orders-retry, by this Klamm", short: "orders-retry created",
            line: "topic orders-retry created, here")
        add(
            Fixture.at(11, 31, 55, 120), .change, "clickstream/0 purged to offset 120,000, by this Klamm (journal 3)",
            short: "clickstream/0 purged", line: "clickstream/0 purged to 120,000, here")
        add(
            Fixture.at(11, 48, 30, 771), .change, "user-profiles segment.ms 7 d → 1 h, by this Klamm (journal 4)",
            short: "user-profiles config", line: "user-profiles: segment.ms 7 d → 1 h, here")
        add(
            Fixture.at(11, 58, 2, 500), .group, "notification-push WARN: lag grew for 4 m",
            short: "notification-push WARN", line: "group notification-push WARN: lag grew 4 m")
        add(Fixture.at(12, 4, 13, 8), .group, "billing empty: last member left", short: "billing empty")
        add(
            Fixture.at(12, 4, 22, 114), .group, "search-indexer rebalancing: member indexer-3 joined",
            short: "search-indexer rebalancing", line: "group search-indexer rebalancing: 1 joined")
        return log
    }
}
