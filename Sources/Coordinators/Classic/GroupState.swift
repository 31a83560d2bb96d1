/// The states of a classic group; the raw values are their names on the wire.
package enum GroupState: String, Sendable {
    /// No members; the group may still hold offsets.
    case empty = "Empty"
    /// Members are asked to join again.
    case preparingRebalance = "PreparingRebalance"
    /// The generation is fixed; the leader's assignment is awaited.
    case completingRebalance = "CompletingRebalance"
    /// Every member may fetch its assignment.
    case stable = "Stable"
    /// Its tombstone is on the way into the log.
    case dead = "Dead"
}
