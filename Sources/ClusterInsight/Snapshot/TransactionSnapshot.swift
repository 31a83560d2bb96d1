import KafkaProtocol

/// The transactional ids of a cluster at one moment.
package struct TransactionsSnapshot: Sendable, Equatable {
    /// By id.
    package var transactions: [TransactionSnapshot]
    /// Coordinators that did not tell theirs.
    package var silent: [BrokerID]

    /// Transactional ids, and who did not tell.
    package init(_ transactions: [TransactionSnapshot], silent: [BrokerID] = []) {
        self.transactions = transactions
        self.silent = silent
    }
}

/// A transactional id as its coordinator knows it (KIP-664).
package struct TransactionSnapshot: Sendable, Equatable {
    /// The transactional id.
    package var id: String
    /// Kafka's word: Empty, Ongoing, PrepareCommit, CompleteAbort and so on.
    package var state: String
    /// The broker that coordinates it.
    package var coordinator: BrokerID
    /// Who uses it now.
    package var producerID: Int64
    /// The epoch of that producer; nil while it was not described.
    package var epoch: Int16?
    /// After how long the coordinator aborts its transaction, milliseconds; nil while it was not described.
    package var timeout: Int64?
    /// When its transaction began; nil without one.
    package var start: Timestamp?
    /// Partitions of the transaction that have no marker yet.
    package var partitions: [TopicPartition] = []

    /// A transactional id as it is listed.
    package init(id: String, state: String, coordinator: BrokerID, producerID: Int64) {
        self.id = id
        self.state = state
        self.coordinator = coordinator
        self.producerID = producerID
    }

    /// Whether it has a transaction that is neither committed nor aborted in all its partitions.
    package var isOpen: Bool { state == "Ongoing" || state.hasPrefix("Prepare") }

    /// For how long the transaction has been open, milliseconds; nil without one.
    package func age(now: Timestamp) -> Int64? { isOpen ? start.map { max(0, now - $0) } : nil }

    /// A coordinator looks for transactions that are over their time every ten seconds.
    private static let grace: Int64 = 20_000

    /// Whether the transaction is open for longer than it may be: its coordinator should have ended it.
    package func isOverdue(now: Timestamp) -> Bool {
        guard let age = age(now: now), let timeout else { return false }
        return age > timeout + Self.grace
    }
}

/// The producers that the partitions of a topic remember, at one moment.
package struct ProducersSnapshot: Sendable, Equatable {
    /// The topic.
    package var topic: String
    /// By partition and id.
    package var producers: [ProducerSnapshot]
    /// Partitions that did not tell, with the reason.
    package var failures: [Int32: String]

    /// Producers of a topic.
    package init(topic: String, _ producers: [ProducerSnapshot], failures: [Int32: String] = [:]) {
        self.topic = topic
        self.producers = producers
        self.failures = failures
    }
}

/// A producer that a partition remembers (KIP-664): idempotent ones and transactional ones.
package struct ProducerSnapshot: Sendable, Equatable {
    /// The partition.
    package var partition: Int32
    /// The producer id.
    package var id: Int64
    /// Its epoch.
    package var epoch: Int32
    /// The sequence number of its last batch; nil when it has sent none in this epoch.
    package var lastSequence: Int32?
    /// When it last wrote here.
    package var lastAt: Timestamp?
    /// Where its open transaction begins here; nil when none is open.
    package var transactionStart: Offset?
    /// The epoch of the coordinator that ended its last transaction; nil before the first.
    package var coordinatorEpoch: Epoch?

    /// A producer of a partition.
    package init(
        partition: Int32, id: Int64, epoch: Int32, lastSequence: Int32? = nil, lastAt: Timestamp? = nil,
        transactionStart: Offset? = nil, coordinatorEpoch: Epoch? = nil
    ) {
        self.partition = partition
        self.id = id
        self.epoch = epoch
        self.lastSequence = lastSequence
        self.lastAt = lastAt
        self.transactionStart = transactionStart
        self.coordinatorEpoch = coordinatorEpoch
    }

    /// The longest transaction that brokers allow as they come, `transaction.max.timeout.ms`: an open one whose producer has
    /// been silent for longer is ended by nobody.
    private static let longest: Int64 = 900_000

    /// Whether it left a transaction open that nobody ends any more.
    package func hangs(now: Timestamp) -> Bool {
        guard transactionStart != nil, let lastAt else { return false }
        return now - lastAt > Self.longest
    }
}
