import ClusterInsight
import KafkaProtocol

/// What `klamm prove` shows of a proof that runs. Immutable; made some times a second beside the screen.
package struct ProofPicture: Sendable {
    /// Events per second of late.
    package struct Rates: Sendable {
        package var sent = 0.0
        package var acknowledged = 0.0
        package var read = 0.0

        package init() {}
    }

    /// A broker, and how it stands: `up`, `DOWN`, `paused`, `up, catching up`.
    package struct Broker: Sendable {
        package var id: BrokerID
        package var isController: Bool
        package var state: String

        /// A broker.
        package init(id: BrokerID, isController: Bool, state: String) {
            self.id = id
            self.isController = isController
            self.state = state
        }
    }

    /// A fault, and what it did to those who write. Times are seconds; nil is not yet.
    package struct Fault: Sendable {
        package var at: Timestamp
        package var text: String
        /// Until the cluster took leadership away from the broker.
        package var noticed: Double?
        /// The longest time that a partition took no writes.
        package var writesStopped: Double
        package var partitionsStopped: Int
        /// Until every partition had a leader again.
        package var newLeaders: Double?
        /// Until every in-sync set was whole again.
        package var fullISR: Double?
        package var lost: Int

        /// A fault.
        package init(
            at: Timestamp, text: String, noticed: Double?, writesStopped: Double, partitionsStopped: Int,
            newLeaders: Double?, fullISR: Double?, lost: Int
        ) {
            self.at = at
            self.text = text
            self.noticed = noticed
            self.writesStopped = writesStopped
            self.partitionsStopped = partitionsStopped
            self.newLeaders = newLeaders
            self.fullISR = fullISR
            self.lost = lost
        }
    }

    package var cluster: String
    package var began: Timestamp
    package var now: Timestamp
    /// Seconds until nothing more is written.
    package var left: Double
    /// Nothing is written any more; the rest is read.
    package var isEnding = false
    package var counts = ProofChecker.Counts()
    package var inFlight = 0
    /// Records sent again, after a leader moved or an answer was lost.
    package var retried = 0
    package var rates = Rates()
    package var course = ProofCourse()
    package var produceLately = LatencyHistogram()
    package var produceAll = LatencyHistogram()
    package var endToEndLately = LatencyHistogram()
    package var brokers: [Broker] = []
    package var underReplicated = 0
    package var offline = 0
    package var partitions = 0
    package var faults: [Fault] = []
    package var faultsPlanned = 0
    package var faultsArePaused = false
    /// What comes next, or why nothing does.
    package var next = ""
    /// Who writes and reads, and where.
    package var setting = ""
    /// What speaks against the claim, in sentences.
    package var findings: [String] = []
    /// Why a record got no answer last.
    package var lastError: String?

    /// A proof that begins.
    package init(cluster: String, began: Timestamp, now: Timestamp, left: Double) {
        self.cluster = cluster
        self.began = began
        self.now = now
        self.left = left
    }
}
