import KafkaProtocol

/// Where the other voters would reach a node that is to be a voter. Kafka tells this of voters only (DescribeQuorum from
/// version 2 on), and a wrong address would take the quorum one of its votes: so it is concluded where it is certain to be
/// the node itself that answers there or nobody, and asked for elsewhere.
package enum VoterListener {
    /// What follows for a broker from where the voters are and where clients reach the brokers.
    ///
    /// - One listener serves the quorum and clients: the broker's address for clients.
    /// - Nodes are brokers and voters, with another port for the quorum: the broker's host and that port.
    /// - Throws: `VoterError` when the broker is down, nothing follows, or the voters are configured and not in the log.
    package static func listener(
        of id: BrokerID, in quorum: QuorumDescription, amongst brokers: [BrokerNode]
    ) throws(VoterError) -> QuorumLeaderEndpoint {
        let addresses = Dictionary(brokers.map { ($0.id, $0) }) { first, _ in first }
        let known = quorum.voters.compactMap(\.listener)
        guard let example = known.first else { throw .configured }
        // The voters of separate controllers are no brokers.
        let ofBrokers = quorum.voters.filter { addresses[$0.id] != nil }.compactMap(\.listener)
        guard let name = ofBrokers.first?.name, let port = ofBrokers.first?.port else {
            throw .noListener(id, example: example)
        }
        guard let broker = addresses[id], let clients = UInt16(exactly: broker.port) else {
            throw .notUp(id, brokers: brokers.map(\.id))
        }
        let isShared = quorum.voters.contains { voter in
            voter.listener.map { Int32($0.port) == addresses[voter.id]?.port } ?? false
        }
        let found = QuorumLeaderEndpoint(name: name, host: broker.host, port: isShared ? clients : port)
        let isTaken = known.contains { $0.host == found.host && $0.port == found.port }
        guard isShared || ofBrokers.allSatisfy({ $0.port == port && $0.name == name }), !isTaken else {
            throw .noListener(id, example: example)
        }
        return found
    }

    /// A listener as Kafka's files write it, CONTROLLER://host:9093; nil for other text.
    package static func parse(_ text: String) -> QuorumLeaderEndpoint? {
        guard let scheme = text.firstRange(of: "://"), scheme.lowerBound > text.startIndex,
            let address = BrokerAddress(text[scheme.upperBound...]), !address.host.contains("/"),
            let port = UInt16(exactly: address.port)
        else { return nil }
        return QuorumLeaderEndpoint(name: String(text[..<scheme.lowerBound]), host: address.host, port: port)
    }
}
