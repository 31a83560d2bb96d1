import ClusterInsight

/// Times since the beginning, and those of the last ten seconds.
struct RecentLatencies: Sendable {
    private(set) var all = LatencyHistogram()
    /// One for each second, the newest last.
    private var seconds = [LatencyHistogram()]
    private static let kept = 10

    mutating func add(_ time: Duration) {
        all.add(time)
        seconds[seconds.count - 1].add(time)
    }

    /// A second has gone by.
    mutating func tick() {
        if seconds.count == Self.kept { seconds.removeFirst() }
        seconds.append(LatencyHistogram())
    }

    /// Those of the last ten seconds.
    var recent: LatencyHistogram { seconds.reduce(into: LatencyHistogram()) { $0.add($1) } }
}
