import KafkaProtocol

/// Collects what a topic holds, record after record, in an amount of memory that does not grow with them: about 20 KiB for
/// each of `Limits.analysedPartitions`.
package struct TopicAnalysis: Sendable {
    private static let hour: Int64 = 3_600_000

    private var parts: [Int32: Part] = [:]
    private var others: Part?
    /// Hours since 1970 of the first that is counted.
    private let firstHour: Int64

    /// Nothing is read.
    ///
    /// - Parameter now: the hours that are counted end with the one it is in.
    package init(now: Timestamp) {
        firstHour = now / Self.hour - Int64(Limits.analysedHours) + 1
    }

    /// Takes a record. A time below zero is none.
    package mutating func take(
        partition: Int32, offset: Offset, timestamp: Timestamp, key: PayloadMark?, value: PayloadMark?
    ) {
        let hour = timestamp < 0 ? nil : Int(clamping: timestamp / Self.hour - firstHour)
        change(partition) { part in
            part.messages += 1
            part.offsets = part.offsets.including(offset)
            if let hour { part.take(timestamp, hour: hour) }
            part.keys.take(key)
            part.values.take(value)
        }
    }

    /// Takes a batch whose records cannot be read.
    package mutating func takeDamage(partition: Int32) {
        change(partition) { $0.damaged += 1 }
    }

    /// What was found so far.
    package var figures: AnalysisFigures {
        var figures = AnalysisFigures()
        figures.firstHour = firstHour * Self.hour
        figures.partitions = parts.mapValues(\.figures)
        figures.others = others?.figures
        var all = others ?? Part()
        for part in parts.values { all.add(part) }
        figures.all = all.figures
        return figures
    }

    /// Partitions beyond the bound are counted together.
    private mutating func change(_ partition: Int32, _ body: (inout Part) -> Void) {
        if parts[partition] != nil || parts.count < Limits.analysedPartitions {
            body(&parts[partition, default: Part()])
        } else {
            if others == nil { others = Part() }
            body(&others!)
        }
    }

    /// What was seen of a partition, or of several.
    private struct Part {
        var messages = 0
        var damaged = 0
        var offsets: ClosedRange<Offset>?
        var times: ClosedRange<Timestamp>?
        var keys = Payloads()
        var values = Payloads()
        var hours = [Int](repeating: 0, count: Limits.analysedHours)
        var earlier = 0
        var later = 0

        mutating func take(_ timestamp: Timestamp, hour: Int) {
            times = times.including(timestamp)
            switch hour {
            case ..<0: earlier += 1
            case ..<hours.count: hours[hour] += 1
            default: later += 1
            }
        }

        mutating func add(_ other: Part) {
            messages += other.messages
            damaged += other.damaged
            if let range = other.offsets {
                offsets = offsets.including(range.lowerBound).including(range.upperBound)
            }
            if let range = other.times { times = times.including(range.lowerBound).including(range.upperBound) }
            keys.add(other.keys)
            values.add(other.values)
            for index in hours.indices { hours[index] += other.hours[index] }
            earlier += other.earlier
            later += other.later
        }

        var figures: PartFigures {
            var figures = PartFigures()
            figures.messages = messages
            figures.damaged = damaged
            figures.offsets = offsets
            figures.times = times
            figures.keys = keys.figures
            figures.values = values.figures
            figures.hours = hours
            figures.earlier = earlier
            figures.later = later
            return figures
        }
    }

    /// What was seen of keys or values.
    private struct Payloads {
        var nulls = 0
        var bytes = 0
        var unique = HyperLogLog()
        var sizes = Histogram()

        mutating func take(_ mark: PayloadMark?) {
            guard let mark else {
                nulls += 1
                return
            }
            bytes += mark.size
            unique.add(hash: mark.hash)
            sizes.add(UInt64(mark.size))
        }

        mutating func add(_ other: Payloads) {
            nulls += other.nulls
            bytes += other.bytes
            unique.add(other.unique)
            sizes.add(other.sizes)
        }

        var figures: PayloadFigures {
            var figures = PayloadFigures()
            figures.nulls = nulls
            figures.unique = min(unique.estimate, sizes.count)
            figures.bytes = bytes
            guard let smallest = sizes.smallest, let largest = sizes.largest else { return figures }
            figures.sizes = Int(smallest)...Int(largest)
            figures.percentiles = PayloadFigures.shares.compactMap { sizes.quantile($0).map { Int($0) } }
            figures.mean = Double(bytes) / Double(sizes.count)
            return figures
        }
    }
}

extension Optional {
    /// The range that also has a number.
    fileprivate func including<Bound>(_ number: Bound) -> ClosedRange<Bound>? where Wrapped == ClosedRange<Bound> {
        guard let range = self else { return number...number }
        return min(range.lowerBound, number)...max(range.upperBound, number)
    }
}
