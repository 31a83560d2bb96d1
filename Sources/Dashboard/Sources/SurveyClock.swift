import ClusterInsight
import KafkaProtocol

/// When all of a kind of figures is asked again, not only what somebody looks at: the more there is, the more rarely, so
/// that a screen that is left open costs little, whatever the size of the cluster. Pure.
package struct SurveyClock: Sendable {
    /// How long a survey rests for each thing it looks at, and how long at most, in milliseconds.
    package struct Pace: Sendable, Equatable {
        var restPerItem: Double
        var longest: Int64

        /// Partitions and groups: 10,000 partitions are looked at every 20 seconds, 15,000 and more every 30, as older
        /// figures would be of little use; `klamm bench --scale` tells what that costs.
        package static let usual = Pace(restPerItem: 2, longest: 30_000)
        /// Offsets are asked for twice for each partition, its start and its end.
        package static let offsets = Pace(restPerItem: 3, longest: 30_000)
        /// Sizes of logs, three for most partitions, matter least of all where nobody looks.
        package static let logs = Pace(restPerItem: 4, longest: 120_000)

        /// The pace of a source of figures.
        static func of(_ name: SourceSnapshot.Name) -> Pace {
            switch name {
            case .offsets: offsets
            case .logDirs: logs
            case .metadata, .groups, .quorum, .configs: usual
            }
        }
    }

    /// While something is wrong, figures are worth ten times as much.
    package static let haste = 10.0

    private let rule: Pace

    /// How often it is asked at present, milliseconds; zero is whenever its source is.
    package private(set) var pace: Int64 = 0
    private var endedAt: Timestamp?
    private var items = 0
    private var isHurried = false

    /// A survey that was never made.
    package init(_ rule: Pace = .usual) { self.rule = rule }

    /// Whether it is to be made with the next answers. What was hurried is made at once.
    package func isDue(now: Timestamp, isInTrouble: Bool = false) -> Bool {
        guard let endedAt, !isHurried else { return true }
        return now - endedAt >= rest(items: items, isInTrouble: isInTrouble)
    }

    /// It is being made: what is hurried from now on asks for another one.
    package mutating func begin() { isHurried = false }

    /// It was made, of so many partitions or groups.
    package mutating func end(now: Timestamp, items: Int) {
        endedAt = now
        self.items = items
        pace = rest(items: items, isInTrouble: false)
    }

    /// It is to be made as soon as may be.
    package mutating func hurry() { isHurried = true }

    private func rest(items: Int, isInTrouble: Bool) -> Int64 {
        min(rule.longest, Int64(Double(items) * rule.restPerItem / (isInTrouble ? Self.haste : 1)))
    }
}
