import KafkaProtocol

/// What came in since the last update while reading.
package struct ReadUpdate: Sendable, Equatable {
    /// How far one partition was read.
    package struct Progress: Sendable, Equatable {
        package var start: Offset
        package var position: Offset
        /// The end when the reading began.
        package var end: Offset
        package var scanned: Int64

        /// A partition being read.
        package init(start: Offset, position: Offset, end: Offset, scanned: Int64) {
            self.start = start
            self.position = position
            self.end = end
            self.scanned = scanned
        }

        /// How much of it was read, 0 to 1.
        package var share: Double {
            end <= start ? 1 : Double(min(max(position, start), end) - start) / Double(end - start)
        }
    }

    /// How a reading stands.
    package enum State: Sendable, Equatable {
        case reading
        /// Everything up to the ends was read.
        case atEnd
        /// `DashboardLimits.messages` matched; it goes on when asked to.
        case full
    }

    /// The reading it belongs to; updates of an older one are dropped.
    package var reading: Int
    /// Messages that matched, oldest first.
    package var messages: [ReadMessage]
    /// Messages read so far, matching or not.
    package var scanned: Int64
    /// Their bytes.
    package var bytes: Int64
    /// Messages that matched so far.
    package var matched: Int64
    /// Messages whose value could not be read for the filter.
    package var skipped: Int64
    /// Messages read per second.
    package var rate: Double?
    package var progress: [TopicPartition: Progress]
    package var state: State
    /// What went wrong, in words; reading goes on.
    package var problem: String?

    /// What came in.
    package init(
        reading: Int, messages: [ReadMessage] = [], scanned: Int64 = 0, bytes: Int64 = 0, matched: Int64 = 0,
        skipped: Int64 = 0, rate: Double? = nil, progress: [TopicPartition: Progress] = [:], state: State = .reading,
        problem: String? = nil
    ) {
        self.reading = reading
        self.messages = messages
        self.scanned = scanned
        self.bytes = bytes
        self.matched = matched
        self.skipped = skipped
        self.rate = rate
        self.progress = progress
        self.state = state
        self.problem = problem
    }

    /// Messages there were to read when the reading began.
    package var total: Int64 { progress.total }
    /// How much of them was read, 0 to 1.
    package var share: Double { progress.share }
}

extension [TopicPartition: ReadUpdate.Progress] {
    /// Messages there were to read when the reading began.
    package var total: Int64 { values.reduce(0) { $0 + Swift.max(0, $1.end - $1.start) } }

    /// How much of them was read, 0 to 1.
    package var share: Double {
        let done = values.reduce(Int64(0)) { sum, part in
            sum + Swift.min(Swift.max(part.position, part.start), Swift.max(part.start, part.end)) - part.start
        }
        return total == 0 ? 1 : Double(done) / Double(total)
    }
}
