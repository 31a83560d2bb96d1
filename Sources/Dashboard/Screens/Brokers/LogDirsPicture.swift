import ClusterInsight
import KafkaProtocol

/// The log dirs of a broker and what lies in each, as the broker told; read while somebody looks at it.
package struct LogDirsPicture: Sendable, Equatable {
    /// The copy of a replica that grows in another log dir and will take its place (a future replica, KIP-113).
    package struct Copy: Sendable, Equatable {
        package var dir: String
        package var bytes: Int64

        /// A copy that has grown so far.
        package init(dir: String, bytes: Int64) {
            self.dir = dir
            self.bytes = bytes
        }
    }

    /// One replica.
    package struct Replica: Sendable, Equatable {
        package var partition: TopicPartition
        package var dir: String
        package var bytes: Int64
        /// Its copy, while it moves.
        package var copy: Copy?

        /// A replica in a log dir.
        package init(_ partition: TopicPartition, dir: String, bytes: Int64, copy: Copy? = nil) {
            self.partition = partition
            self.dir = dir
            self.bytes = bytes
            self.copy = copy
        }

        /// Where it is, or will be when its move ends.
        package var heading: String { copy?.dir ?? dir }
        /// What it is kept under: `orders/3`.
        package var id: String { "\(partition.topic)/\(partition.partition)" }
        /// How much of it is copied, 0 to 1; nil while it does not move.
        package var progress: Double? {
            copy.map { bytes == 0 ? 1 : min(1, Double($0.bytes) / Double(bytes)) }
        }
    }

    /// Whose they are.
    package var broker: BrokerID
    /// By path; their bytes with copies that grow there, their logs without.
    package var dirs: [LogDirSnapshot]
    /// By topic and number.
    package var replicas: [Replica]

    /// What a broker told.
    package init(broker: BrokerID, dirs: [LogDirSnapshot], replicas: [Replica]) {
        self.broker = broker
        self.dirs = dirs
        self.replicas = replicas
    }

    /// Those that can hold replicas.
    package var usable: [LogDirSnapshot] { dirs.filter { $0.error == nil } }
    /// A replica by partition.
    package func replica(_ partition: TopicPartition) -> Replica? { replicas.first { $0.partition == partition } }
    /// Replicas that move.
    package var moving: [Replica] { replicas.filter { $0.copy != nil } }
}

/// The log dirs that are shown, and how fast replicas move between them.
package struct LogDirsShown: Sendable, Equatable {
    package private(set) var picture: Reading<LogDirsPicture>
    private var meters: [TopicPartition: RateMeter] = [:]

    /// A first picture.
    package init(_ picture: LogDirsPicture, at now: Timestamp) {
        self.picture = Reading(picture, at: now)
        meters = Self.measured(picture, at: now, [:])
    }

    /// A later picture of the same broker.
    ///
    /// - Returns: replicas whose move has ended, as they were before.
    package mutating func take(_ new: LogDirsPicture, at now: Timestamp) -> [LogDirsPicture.Replica] {
        let moving = Set(new.moving.map(\.partition))
        let ended = picture.value.moving.filter { !moving.contains($0.partition) }
        meters = Self.measured(new, at: now, meters)
        picture = Reading(new, at: now)
        return ended
    }

    /// Bytes a second that a move copies; nil while unknown.
    package func speed(_ partition: TopicPartition, now: Timestamp) -> Double? { meters[partition]?.rate(now: now) }

    private static func measured(
        _ picture: LogDirsPicture, at now: Timestamp, _ before: [TopicPartition: RateMeter]
    ) -> [TopicPartition: RateMeter] {
        picture.moving.reduce(into: [:]) { meters, replica in
            var meter = before[replica.partition] ?? RateMeter()
            meter.observe(Double(replica.copy?.bytes ?? 0), at: now)
            meters[replica.partition] = meter
        }
    }
}
