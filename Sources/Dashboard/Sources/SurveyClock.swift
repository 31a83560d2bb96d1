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

    /// How things stand, which makes rests shorter or longer.
    package enum Mood: Sendable {
        case usual
        /// Something is wrong: figures are worth ten times as much.
        case inTrouble
        /// Nobody has touched the screen for long and all is well: surveys of a large cluster are most of what it costs to
        /// leave it open.
        case leftAlone
    }

    /// What rests are divided by in trouble, and multiplied by when left alone.
    package static let haste = 10.0
    package static let leisure: Int64 = 3

    private let rule: Pace

    /// How often it is asked at present, milliseconds; zero is whenever its source is.
    package private(set) var pace: Int64 = 0
    private var endedAt: Timestamp?
    private var items = 0
    private var isHurried = false

    /// A survey that was never made.
    package init(_ rule: Pace = .usual) { self.rule = rule }

    /// Whether it is to be made with the next answers. What was hurried is made at once.
    package func isDue(now: Timestamp, _ mood: Mood = .usual) -> Bool {
        guard let endedAt, !isHurried else { return true }
        return now - endedAt >= rest(items: items, mood)
    }

    /// It is being made: what is hurried from now on asks for another one.
    package mutating func begin() { isHurried = false }

    /// It was made, of so many partitions or groups.
    package mutating func end(now: Timestamp, items: Int, _ mood: Mood = .usual) {
        endedAt = now
        self.items = items
        pace = rest(items: items, mood == .leftAlone ? .leftAlone : .usual)
    }

    /// It is to be made as soon as may be.
    package mutating func hurry() { isHurried = true }

    private func rest(items: Int, _ mood: Mood) -> Int64 {
        let usual = Double(items) * rule.restPerItem
        return switch mood {
        case .usual: min(rule.longest, Int64(usual))
        case .inTrouble: min(rule.longest, Int64(usual / Self.haste))
        case .leftAlone: min(rule.longest, Int64(usual)) * Self.leisure
        }
    }
}
