/// How a proof went from its beginning until now, in at most as many samples as a line of the screen has cells: when
/// there would be more, two by two become one.
package struct ProofCourse: Sendable {
    /// Events of each kind within one span of time.
    package struct Sample: Sendable, Equatable {
        /// How many ticks it covers.
        package var ticks = 0
        package var sent = 0
        package var acknowledged = 0
        package var read = 0
        /// What befell a broker in this time.
        package var fault: Character?

        package init() {}
    }

    /// The most samples that are kept.
    package static let room = 36

    /// From the beginning on.
    package private(set) var samples: [Sample] = []
    /// How many ticks a sample covers that is over.
    private var span = 1
    private var last = ProofChecker.Counts()

    /// Nothing has happened.
    package init() {}

    /// Takes what there is now; called at even distances.
    package mutating func tick(_ counts: ProofChecker.Counts) {
        if samples.last.map({ $0.ticks >= span }) ?? true { begin() }
        samples[samples.count - 1].ticks += 1
        samples[samples.count - 1].sent += counts.sent - last.sent
        samples[samples.count - 1].acknowledged += counts.acknowledged - last.acknowledged
        samples[samples.count - 1].read += counts.read - last.read
        last = counts
    }

    /// Marks a fault where the course is now.
    package mutating func mark(_ fault: Character) {
        if samples.isEmpty { samples.append(Sample()) }
        samples[samples.count - 1].fault = fault
    }

    private mutating func begin() {
        if samples.count == Self.room {
            samples = stride(from: 0, to: samples.count, by: 2).map { samples[$0] + samples[$0 + 1] }
            span *= 2
        }
        samples.append(Sample())
    }
}

extension ProofCourse.Sample {
    fileprivate static func + (a: Self, b: Self) -> Self {
        var sum = Self()
        sum.ticks = a.ticks + b.ticks
        sum.sent = a.sent + b.sent
        sum.acknowledged = a.acknowledged + b.acknowledged
        sum.read = a.read + b.read
        sum.fault = b.fault ?? a.fault
        return sum
    }
}
