import KafkaProtocol
import MetadataQuorum

/// Where the nodes of the quorum are reached.
///
/// A voter's entry in the log may be of before it moved, so the addresses in `controller.quorum.bootstrap.servers` are
/// tried as well: requests name whom they are for, and a node that is not meant says so.
struct QuorumAddresses {
    /// `controller.quorum.voters`
    let configured: [BrokerID: Endpoint]
    /// `controller.quorum.bootstrap.servers`; the machine has numbers below −1 for them.
    let bootstrap: [Endpoint]
    /// What the last answer said of the leader.
    private var leader: (id: BrokerID, endpoint: Endpoint)?
    /// How often each node was not found where it was looked for; one entry for each voter or server.
    private var misses: [BrokerID: Int] = [:]

    init(configured: [BrokerID: Endpoint], bootstrap: [Endpoint]) {
        self.configured = configured
        self.bootstrap = bootstrap
    }

    private static let firstServer: BrokerID = -2

    /// The numbers of the bootstrap servers.
    var servers: [BrokerID] { bootstrap.indices.map { Self.firstServer - BrokerID($0) } }

    /// Where to look for a node next; nil when nobody knows.
    func endpoint(of node: BrokerID, _ voters: VoterSet) -> Endpoint? {
        let places = places(of: node, voters)
        return places.isEmpty ? nil : places[misses[node, default: 0] % places.count]
    }

    /// Whether a node may be somewhere else than it was looked for.
    func hasOtherPlaces(for node: BrokerID, _ voters: VoterSet) -> Bool { places(of: node, voters).count > 1 }

    /// A node was not found where it was looked for. What comes late says nothing of where it is looked for by now.
    mutating func missed(_ node: BrokerID, at endpoint: Endpoint, _ voters: VoterSet) {
        guard node >= 0, endpoint == self.endpoint(of: node, voters) else { return }
        if misses[node] == nil, misses.count >= Limits.quorumAddresses { misses = [:] }
        misses[node] = (misses[node, default: 0] + 1) % Limits.quorumAddresses
    }

    /// An answer names the leader.
    mutating func learned(_ node: BrokerID, at endpoint: Endpoint) {
        guard node >= 0, !endpoint.host.isEmpty, endpoint.port > 0 else { return }
        if leader?.id != node || leader?.endpoint != endpoint { misses[node] = nil }
        leader = (node, endpoint)
    }

    private func places(of node: BrokerID, _ voters: VoterSet) -> [Endpoint] {
        if node < 0 {
            let index = Int(Self.firstServer - node)
            return bootstrap.indices.contains(index) ? [bootstrap[index]] : []
        }
        if voters.version == 0, let known = configured[node] { return [known] }
        let told = leader?.id == node ? leader?.endpoint : nil
        let named = [told, voters[node]?.endpoint, configured[node]].compactMap { $0 }
        return (named + bootstrap).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
