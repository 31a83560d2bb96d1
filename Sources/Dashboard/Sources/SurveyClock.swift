import ClusterInsight
import KafkaProtocol

/// When all of a kind of figures is asked again, not only what somebody looks at: the more there is, the more rarely, so
/// that a screen that is left open costs little, whatever the size of the cluster. Pure.
package struct SurveyClock: Sendable {
    /// Milliseconds of rest for each partition or group of a survey. Chosen so that 10,000 partitions are looked at every
    /// 20 seconds; `klamm bench --scale` tells what that costs.
    package static let restPerItem = 2.0
    /// While something is wrong, figures are worth ten times as much.
    package static let restPerItemInTrouble = restPerItem / 10
    /// The longest rest, milliseconds, reached at 15,000 partitions: older figures would be of little use.
    package static let longest: Int64 = 30_000

    /// How often it is asked at present, milliseconds; zero is whenever its source is.
    package private(set) var pace: Int64 = 0
    private var endedAt: Timestamp?
    private var items = 0
    private var isHurried = false

    /// A survey that was never made.
    package init() {}

    /// Whether it is to be made with the next answers. What was hurried is made at once.
    package func isDue(now: Timestamp, isInTrouble: Bool = false) -> Bool {
        guard let endedAt, !isHurried else { return true }
        return now - endedAt >= Self.rest(items: items, isInTrouble: isInTrouble)
    }

    /// It is being made: what is hurried from now on asks for another one.
    package mutating func begin() { isHurried = false }

    /// It was made, of so many partitions or groups.
    package mutating func end(now: Timestamp, items: Int) {
        endedAt = now
        self.items = items
        pace = Self.rest(items: items, isInTrouble: false)
    }

    /// It is to be made as soon as may be.
    package mutating func hurry() { isHurried = true }

    private static func rest(items: Int, isInTrouble: Bool) -> Int64 {
        min(longest, Int64(Double(items) * (isInTrouble ? restPerItemInTrouble : restPerItem)))
    }
}
