import KafkaProtocol

/// What a topic holds, as far as it was read.
package struct AnalysisFigures: Sendable, Equatable {
    /// All partitions together.
    package var all = PartFigures()
    /// Each partition that has figures of its own, at most `Limits.analysedPartitions`.
    package var partitions: [Int32: PartFigures] = [:]
    /// The partitions beyond, together; nil for none.
    package var others: PartFigures?
    /// When the first hour that is counted begins.
    package var firstHour: Timestamp = 0

    /// Nothing is read.
    package init() {}
}

/// What a partition holds, or several together.
package struct PartFigures: Sendable, Equatable {
    package var messages = 0
    /// Batches whose records cannot be read.
    package var damaged = 0
    /// The first and the last; nil without a message.
    package var offsets: ClosedRange<Offset>?
    /// The earliest and the latest; nil when no message has a time.
    package var times: ClosedRange<Timestamp>?
    package var keys = PayloadFigures()
    package var values = PayloadFigures()
    /// Messages of each hour from `AnalysisFigures.firstHour` on, `Limits.analysedHours` of them.
    package var hours: [Int] = []
    /// Messages before the first hour.
    package var earlier = 0
    /// Messages after the last hour: their producers' clocks are ahead.
    package var later = 0

    /// Nothing.
    package init() {}
}

/// Keys or values: how many are null, how many differ, how large they are.
package struct PayloadFigures: Sendable, Equatable {
    /// The shares whose sizes are told.
    package static let shares = [0.5, 0.75, 0.95, 0.99, 0.999]

    package var nulls = 0
    /// About how many different ones there are, nulls left out; the error is that of `HyperLogLog`.
    package var unique = 0
    /// Bytes of all together.
    package var bytes = 0
    /// Bytes of the smallest and the largest; nil when all are null.
    package var sizes: ClosedRange<Int>?
    /// Bytes that each of `shares` are not above, to within 1.6 %; empty when all are null.
    package var percentiles: [Int] = []
    /// Bytes of one on average; nil when all are null.
    package var mean: Double?

    /// Nothing.
    package init() {}
}
