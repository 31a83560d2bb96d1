import KafkaProtocol

/// One topic.
package struct TopicSnapshot: Sendable, Equatable, NamedPart {
    private struct Parts: Sendable, Equatable {
        var name: String
        var id: TopicID?
        var isInternal: Bool
        var minISR: Int?
        var capsMinISR: Bool = false
        var cleanupPolicy: String?
        var isTransactional: Bool = false
        var startsAt: Timestamp?
        var partitions: [PartitionSnapshot]
        var error: String?
    }

    /// Shared by all pictures in which nothing of it is different.
    private var parts: Shared<Parts>

    /// Its name.
    package var name: String {
        get { parts.value.name }
        set { parts.value.name = newValue }
    }
    /// Its id, which a later topic of the same name does not share.
    package var id: TopicID? {
        get { parts.value.id }
        set { parts.value.id = newValue }
    }
    /// Whether it belongs to Kafka itself.
    package var isInternal: Bool {
        get { parts.value.isInternal }
        set { parts.value.isInternal = newValue }
    }
    /// `min.insync.replicas`, once its configs were read.
    package var minISR: Int? {
        get { parts.value.minISR }
        set { parts.value.minISR = newValue }
    }
    /// Whether its brokers ask for no more replicas in sync than a partition has (Kafka from 3.7 on); those before refuse
    /// acks=all where `min.insync.replicas` is larger than that.
    package var capsMinISR: Bool {
        get { parts.value.capsMinISR }
        set { parts.value.capsMinISR = newValue }
    }
    /// `cleanup.policy`, once its configs were read.
    package var cleanupPolicy: String? {
        get { parts.value.cleanupPolicy }
        set { parts.value.cleanupPolicy = newValue }
    }
    /// Whether it was seen to be written in transactions, whose markers take offsets of their own.
    package var isTransactional: Bool {
        get { parts.value.isTransactional }
        set { parts.value.isTransactional = newValue }
    }
    /// When its first offsets were read, which is done more rarely than its last ones; nil where that was with these.
    package var startsAt: Timestamp? {
        get { parts.value.startsAt }
        set { parts.value.startsAt = newValue }
    }
    /// Its partitions by number.
    package var partitions: [PartitionSnapshot] {
        _read { yield parts.value.partitions }
        _modify { yield &parts.value.partitions }
    }
    /// Why its metadata could not be read.
    package var error: String? {
        get { parts.value.error }
        set { parts.value.error = newValue }
    }

    /// A topic with its partitions.
    package init(
        name: String, id: TopicID? = nil, isInternal: Bool = false, minISR: Int? = nil, cleanupPolicy: String? = nil,
        partitions: [PartitionSnapshot] = []
    ) {
        parts = Shared(
            Parts(
                name: name, id: id, isInternal: isInternal, minISR: minISR, cleanupPolicy: cleanupPolicy,
                partitions: partitions))
    }

    /// Whether both are the same topic of one picture that another took over.
    package func isIdentical(to other: TopicSnapshot) -> Bool { parts.isIdentical(to: other.parts) }

    /// Where a partition stands: nearly always at its number.
    package func position(of partition: Int32) -> Int? {
        let guess = Int(partition)
        if partitions.indices.contains(guess), partitions[guess].id == partition { return guess }
        return partitions.firstIndex { $0.id == partition }
    }

    /// Where partitions stand that have another leader or other replicas than in an earlier picture. They are lent, not
    /// copied: of a hundred thousand that is most of what a picture costs the screen.
    package func placesMoved(since old: TopicSnapshot) -> [Int] {
        old.partitions.withUnsafeBufferPointer { before in
            partitions.withUnsafeBufferPointer { after in
                (0..<min(before.count, after.count)).filter { place in
                    before[place].id == after[place].id
                        && (before[place].leader != after[place].leader
                            || before[place].placement != after[place].placement)
                }
            }
        }
    }

    /// When the first offset of a partition was read, and so how many messages it has.
    package func startAt(of partition: PartitionSnapshot) -> Timestamp? {
        partition.offsets.map { min($0.at, startsAt ?? $0.at) }
    }

    /// How many replicas of a partition have to be in sync for acks=all; nil before its configs were read.
    package func minISR(of partition: PartitionSnapshot) -> Int? {
        minISR.map { capsMinISR ? min($0, max(1, partition.replicas.count)) : $0 }
    }

    /// The smallest of these, with what is set where that is more: `1 (2 set)`.
    package var minISRText: String? {
        guard let minISR else { return nil }
        let least = partitions.compactMap { self.minISR(of: $0) }.min() ?? minISR
        return least == minISR ? "\(minISR)" : "\(least) (\(minISR) set)"
    }

    /// Whether its offsets are known and no message was ever written to it.
    var isUnwritten: Bool { partitions.allSatisfy { $0.offsets?.value.latest == 0 } }
    /// Whether message counts from offsets are estimates only: offsets are left out by compaction, or taken by markers.
    package var hasOnlyEstimates: Bool { isTransactional || cleanupPolicy?.contains("compact") ?? false }
    /// The smallest and the largest replication factor of its partitions.
    package var replicationFactors: ClosedRange<Int> {
        let counts = partitions.map(\.targetReplicas.count)
        return (counts.min() ?? 0)...(counts.max() ?? 0)
    }
}

/// One partition.
package struct PartitionSnapshot: Sendable, Equatable {
    /// Its number.
    package var id: Int32
    /// Who leads it; nil when nobody does.
    package var leader: BrokerID?
    /// The leader epoch.
    package var leaderEpoch: Epoch?
    /// Where its replicas are.
    package var placement: Shared<Placement>
    /// First and last offsets.
    package var offsets: Reading<PartitionOffsets>?
    /// The logs of its replicas, by broker, as far as brokers told.
    package var logs: [ReplicaLog]

    /// A partition; everything that was not read stays empty.
    package init(
        id: Int32, leader: BrokerID?, leaderEpoch: Epoch? = nil, replicas: [BrokerID], isr: [BrokerID],
        adding: [BrokerID] = [], removing: [BrokerID] = [], offsets: Reading<PartitionOffsets>? = nil,
        logs: [ReplicaLog] = []
    ) {
        self.id = id
        self.leader = leader
        self.leaderEpoch = leaderEpoch
        var placement = Placement()
        placement.replicas = replicas
        placement.isr = isr
        placement.adding = adding
        placement.removing = removing
        self.placement = Shared(placement)
        self.offsets = offsets
        self.logs = logs
    }

    /// All replicas in assignment order, the first is preferred to lead.
    package var replicas: [BrokerID] {
        get { placement.value.replicas }
        set { placement.value.replicas = newValue }
    }
    /// Replicas in sync, as the controller decided last.
    package var isr: [BrokerID] {
        get { placement.value.isr }
        set { placement.value.isr = newValue }
    }
    /// Replicas on brokers that do not take part now: metadata goes on to name them as leaders and in sync until the
    /// controller fences them, and for ever while the quorum has no leader.
    package var away: [BrokerID] {
        get { placement.value.away }
        set { placement.value.away = newValue }
    }
    /// Replicas a running reassignment adds.
    package var adding: [BrokerID] {
        get { placement.value.adding }
        set { placement.value.adding = newValue }
    }
    /// Replicas a running reassignment removes.
    package var removing: [BrokerID] {
        get { placement.value.removing }
        set { placement.value.removing = newValue }
    }

    /// The replicas it has, or will have when the running move ends.
    package var targetReplicas: [BrokerID] { replicas.filter { !removing.contains($0) } }
    /// Whether a reassignment runs.
    package var isMoving: Bool { !adding.isEmpty || !removing.isEmpty }
    /// Whether metadata names a leader that does not take part.
    package var isLeaderAway: Bool { leader.map(away.contains) ?? false }
    /// Who serves it: the leader, while that takes part.
    package var servingLeader: BrokerID? { isLeaderAway ? nil : leader }
    /// Whether nobody serves it.
    package var isOffline: Bool { servingLeader == nil }
    /// Whether nobody serves it and nobody takes over: without a quorum nobody is elected.
    package func isAbandoned(hasQuorum: Bool) -> Bool { leader == nil || isLeaderAway && !hasQuorum }
    /// Replicas in sync on brokers that take part.
    package var inSync: [BrokerID] { away.isEmpty ? isr : isr.filter { !away.contains($0) } }
    /// Whether it has a leader and a replica that is not being added is out of sync.
    package var isUnderReplicated: Bool {
        guard !isOffline else { return false }
        let inSync = inSync
        return replicas.contains { !inSync.contains($0) && !adding.contains($0) }
    }
    /// Whether a replica is out of sync though its broker is there.
    package var isCatchingUp: Bool { away.isEmpty && isUnderReplicated }
    /// Whether somebody else than the first replica leads it.
    package var isLeaderNotPreferred: Bool {
        guard let leader, let first = targetReplicas.first else { return false }
        return leader != first
    }
    /// Bytes of one replica's log.
    package func bytes(on broker: BrokerID) -> Int64? { logs.first { $0.broker == broker }?.bytes }
    /// The log that stands for the partition: the leader's, else that of the largest known replica.
    package var toldLog: ReplicaLog? {
        var largest: ReplicaLog?
        for log in logs {
            if log.broker == leader { return log }
            if largest.map({ log.bytes > $0.bytes }) ?? true { largest = log }
        }
        return largest
    }
    /// Seconds until a replica has all that the leader has, as both grow now; nil when it does not come closer, or nothing
    /// shows that it lacks anything. By bytes, as followers tell of offsets only what they know themselves.
    package func secondsUntilInSync(_ broker: BrokerID) -> Double? {
        guard let told = toldLog, told.broker != broker, let own = logs.first(where: { $0.broker == broker }),
            let growth = own.growth, told.bytes > own.bytes
        else { return nil }
        let closing = growth - (told.growth ?? 0)
        return closing > 0 ? Double(told.bytes - own.bytes) / closing : nil
    }
    /// Bytes of the leader's log, else of the largest known replica.
    package var leaderBytes: Int64? { toldLog?.bytes }
    /// Bytes of all known replicas.
    package var replicaBytes: Int64? { logs.isEmpty ? nil : logs.reduce(0) { $0 + $1.bytes } }
    /// When the oldest size shown here was read.
    package var sizesAt: Timestamp? { logs.map(\.at).min() }
    /// Messages the slowest out-of-leader replica is behind.
    package var followerLag: Int64? {
        guard let leader else { return nil }
        return logs.filter { $0.broker != leader }.compactMap(\.behind).max()
    }
}

/// First and last offsets of a partition.
package struct PartitionOffsets: Sendable, Equatable {
    /// The log start offset.
    package var earliest: Offset
    /// The high watermark: what a reader can see up to.
    package var latest: Offset
    /// The last stable offset when a transaction is open, else nil.
    package var stable: Offset?

    /// The offsets of a partition.
    package init(earliest: Offset, latest: Offset, stable: Offset? = nil) {
        self.earliest = earliest
        self.latest = latest
        self.stable = stable
    }

    /// Offsets between the ends; an estimate when the log is compacted.
    package var messages: Int64 { max(0, latest - earliest) }
}

/// The log of one replica on one broker.
package struct ReplicaLog: Sendable, Equatable {
    /// The broker that has it.
    package var broker: BrokerID
    /// Its size.
    package var bytes: Int64
    /// Messages it is behind the leader, when told.
    package var behind: Int64?
    /// A number, as a path would be larger than all the rest: there may be three hundred thousand of these.
    private var dirCode: UInt8
    /// Bytes it grew by per second between the last looks; below every number while there was only one.
    private var speed: Float = -.infinity
    /// When the broker told.
    package var at: Timestamp

    /// Bytes it grows by per second; nil after a first look.
    package var growth: Double? { speed == -.infinity ? nil : Double(speed) }

    /// Takes how it grew since an earlier look, half of what is known and half of what is new, as a mean of two looks that
    /// are a second apart would jump.
    package mutating func grow(since before: ReplicaLog) {
        guard at > before.at else { return speed = before.speed }
        let fresh = Float(bytes - before.bytes) * 1_000 / Float(at - before.at)
        speed = before.speed == -.infinity ? fresh : (before.speed + fresh) / 2
    }

    /// Which of the broker's log dirs it lies in, by its place in `BrokerSnapshot.logDirs`; nil when that is not known, as
    /// of dirs beyond the 255th.
    package var dir: Int? { dirCode == .max ? nil : Int(dirCode) }

    /// A replica's log.
    package init(broker: BrokerID, bytes: Int64, behind: Int64? = nil, dir: Int? = nil, at: Timestamp) {
        self.broker = broker
        self.bytes = bytes
        self.behind = behind
        dirCode = dir.flatMap { UInt8(exactly: $0) } ?? .max
        self.at = at
    }
}
