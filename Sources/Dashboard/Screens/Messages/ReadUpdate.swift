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

    /// A message that a filter could not be asked of.
    package struct Skip: Sendable, Equatable {
        package var partition: TopicPartition
        package var offset: Offset
        /// In words.
        package var reason: String

        /// A message that was passed over.
        package init(_ partition: TopicPartition, offset: Offset, reason: String) {
            self.partition = partition
            self.offset = offset
            self.reason = reason
        }
    }

    /// How a reading stands.
    package enum State: Sendable, Equatable {
        case reading
        /// Everything up to the ends was read.
        case atEnd
        /// `DashboardLimits.messages` matched; it goes on when asked to.
        case full
        /// What is left does not answer; it goes on when asked to.
        case standstill
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
    /// The first of them, at most `DashboardLimits.listedSkips`.
    package var skips: [Skip] = []
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

    /// Counts a message that the filter could not be asked of; the first ones are kept with the reason.
    package mutating func skip(_ partition: TopicPartition, offset: Offset, reason: String) {
        skipped += 1
        guard skips.count < DashboardLimits.listedSkips else { return }
        skips.append(Skip(partition, offset: offset, reason: reason))
    }

    /// Whether a message was written after the reading began.
    func isNew(_ message: ReadMessage) -> Bool {
        progress[TopicPartition(message.topic, message.partition)].map { message.offset >= $0.end } ?? true
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
