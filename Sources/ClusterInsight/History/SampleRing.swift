import KafkaProtocol

/// The samples of a counter over minutes, in half the room: there is one ring for each partition that moves, and they only
/// tell when a counter passed a value. Moments are kept to a tenth of a second, values to seven digits of what the counter
/// has grown by since the first sample.
struct SampleRing: Sendable, Equatable {
    private struct Packed: Sendable, Equatable {
        let tenths: Int32
        let growth: Float
    }

    private let first: RateWindow.Sample
    private var ring: Ring<Packed>

    /// A ring that begins with a sample and keeps `capacity`.
    init(_ first: RateWindow.Sample, capacity: Int) {
        self.first = first
        ring = Ring(capacity: capacity)
        append(first)
    }

    /// Adds the newest sample.
    mutating func append(_ sample: RateWindow.Sample) {
        let tenths = Int32(clamping: (sample.at - first.at + 50) / 100)
        ring.append(Packed(tenths: tenths, growth: Float(sample.value - first.value)))
    }

    /// When the newest sample was taken.
    var lastAt: Timestamp { ring.last.map(sample)?.at ?? first.at }

    /// All samples, oldest first.
    var elements: [RateWindow.Sample] { ring.elements.map(sample) }

    private func sample(_ packed: Packed) -> RateWindow.Sample {
        RateWindow.Sample(at: first.at + Int64(packed.tenths) * 100, value: first.value + Double(packed.growth))
    }
}
