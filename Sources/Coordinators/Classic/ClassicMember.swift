import KafkaProtocol
import NIOCore

/// A member of a classic group.
final class ClassicMember {
    /// Changes only when a static member comes back under a new id.
    var id: String
    let instanceID: String?
    let clientID: String
    let clientHost: String
    var rebalanceTimeoutMs: Int32
    var sessionTimeoutMs: Int32
    /// In the order of the member's preference.
    var protocols: [JoinGroupRequest.GroupProtocol]
    var assignment = ByteBuffer()
    /// The Join that waits for the rebalance to complete.
    var parkedJoin: RequestToken?
    /// The Sync that waits for the leader's assignment.
    var parkedSync: RequestToken?
    /// Its first Join is still parked: it does not know its id and cannot send heartbeats.
    var isNew = false
    /// Order of arrival, which decides where Kafka would take the first member.
    let order: UInt64

    init(
        id: String, instanceID: String?, clientID: String, clientHost: String, rebalanceTimeoutMs: Int32,
        sessionTimeoutMs: Int32, protocols: [JoinGroupRequest.GroupProtocol], order: UInt64
    ) {
        self.id = id
        self.instanceID = instanceID
        self.clientID = clientID
        self.clientHost = clientHost
        self.rebalanceTimeoutMs = rebalanceTimeoutMs
        self.sessionTimeoutMs = sessionTimeoutMs
        self.protocols = protocols
        self.order = order
    }

    /// What the member said for a protocol.
    func metadata(for name: String?) -> ByteBuffer {
        protocols.first { $0.name == name }?.metadata ?? ByteBuffer()
    }

    /// The member's vote: the first of its protocols that all members support.
    func vote(among candidates: Set<String>) -> String? {
        protocols.first { candidates.contains($0.name) }?.name
    }
}
