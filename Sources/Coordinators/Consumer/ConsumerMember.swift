import KafkaProtocol

/// A member of a consumer group of the new protocol (KIP-848).
struct ConsumerMember: Sendable, Equatable {
    /// How far a member is on its way to its target.
    enum State: Int8, Sendable {
        /// It has what the target of its epoch gives it.
        case stable = 0
        /// It has not confirmed yet that it gave partitions up.
        case unrevokedPartitions = 1
        /// It waits for partitions that others have not given up yet.
        case unreleasedPartitions = 2
    }

    /// What its heartbeat brings to join.
    static let joining: Int32 = 0
    /// What its heartbeat brings to leave.
    static let leaving: Int32 = -1
    /// The epoch of a static member that is away and comes back.
    static let away: Int32 = -2

    let id: String
    var subscription = ConsumerGroupMemberValue()
    var epoch: Int32 = 0
    /// A member whose last answer was lost comes with this one again.
    var previousEpoch: Int32 = -1
    var state = State.stable
    /// What it may use.
    var assigned = PartitionSet()
    /// What it must give up, and nobody else may have until it did.
    var pendingRevocation = PartitionSet()

    init(id: String) { self.id = id }

    var instanceID: String? { subscription.instanceID }

    /// Whether it speaks the classic protocol, and is only told of the new one in its terms.
    var usesClassicProtocol: Bool { subscription.classicMemberMetadata != nil }

    mutating func move(to epoch: Int32) {
        if epoch != self.epoch { previousEpoch = self.epoch }
        self.epoch = epoch
    }

    /// The member's current assignment as its record.
    var current: ConsumerGroupCurrentValue {
        get {
            var value = ConsumerGroupCurrentValue()
            value.memberEpoch = epoch
            value.previousMemberEpoch = previousEpoch
            value.state = state.rawValue
            value.assignedPartitions = assigned.list
            value.partitionsPendingRevocation = pendingRevocation.list
            return value
        }
        set {
            epoch = newValue.memberEpoch
            previousEpoch = newValue.previousMemberEpoch
            state = State(rawValue: newValue.state) ?? .stable
            assigned = PartitionSet(newValue.assignedPartitions)
            pendingRevocation = PartitionSet(newValue.partitionsPendingRevocation)
        }
    }

    /// Whether a heartbeat or commit with this epoch comes from the member as it is known: the present epoch, or the
    /// previous one with partitions that are still its own, when the answer that told of the present one was lost.
    func accepts(epoch received: Int32, owned: PartitionSet?) -> Bool {
        if received == epoch { return true }
        return received < epoch && received == previousEpoch && (owned?.isSubset(of: assigned) ?? false)
    }
}
