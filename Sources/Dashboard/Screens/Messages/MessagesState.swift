import KafkaProtocol

/// One message as it was read.
package struct ReadMessage: Sendable, Equatable {
    package var partition: Int32
    package var offset: Offset
    package var timestamp: Timestamp
    /// Whether the broker set the time (LogAppendTime) or the producer (CreateTime).
    package var isLogAppendTime: Bool
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: [RecordHeader]
    /// Where it stood: producer, epoch, sequence, codec and size of its batch; nil when the reader was not told.
    package var batch: BatchFacts?

    /// A message.
    package init(
        partition: Int32, offset: Offset, timestamp: Timestamp, isLogAppendTime: Bool = false, key: [UInt8]?,
        value: [UInt8]?, headers: [RecordHeader] = [], batch: BatchFacts? = nil
    ) {
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.isLogAppendTime = isLogAppendTime
        self.key = key
        self.value = value
        self.headers = headers
        self.batch = batch
    }

    /// Bytes it takes in memory, roughly.
    package var cost: Int {
        64 + (key?.count ?? 0) + (value?.count ?? 0)
            + headers.reduce(0) { $0 + $1.key.utf8.count + ($1.value?.count ?? 0) + 32 }
    }
}

/// What a message shares with its batch.
package struct BatchFacts: Sendable, Equatable {
    package var producerID: Int64
    package var producerEpoch: Int16
    package var sequence: Int32
    package var isTransactional: Bool
    package var leaderEpoch: Int32
    package var codec: String
    package var bytes: Int
    package var records: Int

    /// Facts that were not told.
    package init(
        producerID: Int64 = -1, producerEpoch: Int16 = -1, sequence: Int32 = -1, isTransactional: Bool = false,
        leaderEpoch: Int32 = -1, codec: String = "none", bytes: Int = 0, records: Int = 0
    ) {
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.sequence = sequence
        self.isTransactional = isTransactional
        self.leaderEpoch = leaderEpoch
        self.codec = codec
        self.bytes = bytes
        self.records = records
    }
}

/// What came in since the last update while reading.
package struct ReadUpdate: Sendable, Equatable {
    /// How far one partition was read.
    package struct Progress: Sendable, Equatable {
        package var start: Offset
        package var position: Offset
        package var end: Offset
        package var scanned: Int64

        /// A partition being read.
        package init(start: Offset, position: Offset, end: Offset, scanned: Int64) {
            self.start = start
            self.position = position
            self.end = end
            self.scanned = scanned
        }
    }

    package var topic: String
    /// Messages that matched, oldest first.
    package var messages: [ReadMessage]
    /// Messages read so far, matching or not.
    package var scanned: Int64
    /// Their bytes.
    package var bytes: Int64
    /// Messages read per second.
    package var rate: Double?
    package var progress: [Int32: Progress]
    /// Whether everything up to the end was read.
    package var atEnd: Bool
    /// What went wrong, in words; reading goes on.
    package var problem: String?

    /// What came in.
    package init(
        topic: String, messages: [ReadMessage], scanned: Int64, bytes: Int64, rate: Double? = nil,
        progress: [Int32: Progress] = [:], atEnd: Bool = false, problem: String? = nil
    ) {
        self.topic = topic
        self.messages = messages
        self.scanned = scanned
        self.bytes = bytes
        self.rate = rate
        self.progress = progress
        self.atEnd = atEnd
        self.problem = problem
    }
}

/// The messages screen: what is read, what was kept, whether it follows.
package struct MessagesState: Sendable {
    /// What is being read; nil before a topic was chosen.
    package var request: ReadRequest?
    /// Whether reading goes on.
    package var isReading = false
    /// Whether the newest message keeps the cursor.
    package var isFollowing = true
    /// Messages kept, oldest first, bounded by number and bytes.
    package private(set) var kept: [ReadMessage] = []
    /// Messages that came while not following.
    package var missed = 0
    /// Messages that left because the bounds were reached.
    package private(set) var dropped: Int64 = 0
    /// Counters of the last update.
    package var last: ReadUpdate?
    /// Whether long values are wrapped.
    package var wraps = false
    private var bytes = 0

    /// Nothing is read yet.
    package init() {}

    /// Bytes of the messages kept.
    package var keptBytes: Int { bytes }

    /// Begins to read something else.
    package mutating func begin(_ request: ReadRequest) {
        self.request = request
        kept = []
        bytes = 0
        missed = 0
        dropped = 0
        last = nil
        isReading = true
        isFollowing = request.follow
    }

    /// Takes what came in.
    package mutating func take(_ update: ReadUpdate) {
        guard update.topic == request?.topic else { return }
        kept += update.messages
        bytes += update.messages.reduce(0) { $0 + $1.cost }
        if !isFollowing { missed += update.messages.count }
        var surplus = 0
        var freed = 0
        while kept.count - surplus > DashboardLimits.messages || bytes - freed > DashboardLimits.messageBytes,
            surplus < kept.count
        {
            freed += kept[surplus].cost
            surplus += 1
        }
        if surplus > 0 {
            kept.removeFirst(surplus)
            bytes -= freed
            dropped += Int64(surplus)
        }
        var counters = update
        counters.messages = []
        last = counters
    }
}
