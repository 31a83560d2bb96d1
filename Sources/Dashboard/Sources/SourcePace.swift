import ClusterInsight

/// How often each kind of figures is asked for, as a person has set and as things stand. Pure.
package struct SourcePace: Sendable, Equatable {
    /// What the person has set, milliseconds; zero is never by itself.
    package var interval: Int64
    /// Whether a broker is away or partitions move, so that what was read a moment ago is soon wrong.
    package var isInTrouble = false
    /// Whether partitions move.
    package var isMoving = false
    /// Whether nobody has touched the screen for long, so that it costs next to nothing to leave it open.
    package var isLeftAlone = false
    /// Topics there are.
    package var topics = 0

    /// A pace of a quiet cluster without topics.
    package init(interval: Int64) { self.interval = interval }

    /// Milliseconds between two calls.
    package func every(_ name: SourceSnapshot.Name) -> Int64 {
        // While all is well, whom nobody looks at may wait.
        let interval =
            isLeftAlone && !isInTrouble && interval > 0 ? max(interval, Self.leftAlone) : interval
        return switch name {
        // While a broker is away its partitions find other leaders, whatever else is worth looking at how often.
        case .metadata: isInTrouble ? min(interval, 1_000) : interval
        case .offsets, .groups: interval
        case .quorum: max(interval, 1_000)
        // While partitions move, sizes are their progress.
        case .logDirs: isMoving ? interval : max(interval, 5_000)
        // Configurations are nearly always the same, and the answers are long.
        case .configs:
            max(interval, 10_000, min(SurveyClock.Pace.usual.longest, Int64(topics) * 30))
                * (isLeftAlone && !isInTrouble ? SurveyClock.leisure : 1)
        }
    }

    /// How often a screen that is left alone asks, milliseconds.
    package static let leftAlone: Int64 = 5_000
}
