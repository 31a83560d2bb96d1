import KafkaProtocol
import Testing

@testable import KafkaClient

/// Where a node that is to be a voter is reached, as it follows from the other voters.
@Suite struct VoterListenerTests {
    private static func quorum(_ voters: [BrokerID: QuorumLeaderEndpoint?]) -> QuorumDescription {
        let nodes = voters.sorted { $0.key < $1.key }.map { id, listener in
            QuorumNode(
                id: id, directory: .zero, logEndOffset: 9, lastFetch: -1, lastCaughtUp: -1, listener: listener)
        }
        return QuorumDescription(leader: 1, epoch: 3, highWatermark: 9, voters: nodes, observers: [])
    }

    private static func brokers(_ ids: ClosedRange<BrokerID>, port: Int32 = 9092) -> [BrokerNode] {
        ids.map { BrokerNode(id: $0, host: "kafka-\($0)", port: port) }
    }

    private static func controller(_ id: BrokerID, port: UInt16 = 9093) -> QuorumLeaderEndpoint {
        QuorumLeaderEndpoint(name: "CONTROLLER", host: "kafka-\(id)", port: port)
    }

    /// As bundled clusters: one listener for all, another port for each broker, and one voter is down.
    @Test func oneListenerForAll() throws {
        let brokers = [(2, 19_093), (3, 19_094), (4, 19_095)].map {
            BrokerNode(id: $0.0, host: "127.0.0.1", port: $0.1)
        }
        let voters = (1...3).map {
            ($0, QuorumLeaderEndpoint(name: "PLAINTEXT", host: "127.0.0.1", port: 19_091 + UInt16($0)))
        }
        let quorum = Self.quorum(Dictionary(uniqueKeysWithValues: voters.map { (BrokerID($0.0), $0.1) }))
        let found = try VoterListener.listener(of: 4, in: quorum, amongst: brokers)
        #expect(found == QuorumLeaderEndpoint(name: "PLAINTEXT", host: "127.0.0.1", port: 19_095))
    }

    /// As Kafka's files for combined nodes: the same port of its own for the quorum everywhere.
    @Test func aPortOfTheQuorum() throws {
        let quorum = Self.quorum([1: Self.controller(1), 2: Self.controller(2), 3: Self.controller(3)])
        #expect(try VoterListener.listener(of: 4, in: quorum, amongst: Self.brokers(1...4)) == Self.controller(4))
    }

    /// Nothing follows, and an address that is another voter's would give the vote away: it must be said.
    @Test func nothingFollows() {
        let apart = Self.quorum([101: Self.controller(101), 102: Self.controller(102)])
        let mixed = Self.quorum([1: Self.controller(1), 2: Self.controller(2, port: 9_094)])
        let here = { (port: UInt16) in QuorumLeaderEndpoint(name: "CONTROLLER", host: "localhost", port: port) }
        let oneHost = Self.quorum([1: here(9_093)])
        let neighbours = [(1, 9_092), (4, 9_192)].map { BrokerNode(id: $0.0, host: "localhost", port: $0.1) }
        for (quorum, brokers, example) in [
            (apart, Self.brokers(1...4), Self.controller(101)), (mixed, Self.brokers(1...4), Self.controller(1)),
            (oneHost, neighbours, here(9_093)),
        ] {
            #expect(throws: VoterError.noListener(4, example: example)) {
                try VoterListener.listener(of: 4, in: quorum, amongst: brokers)
            }
        }
        let message = "\(VoterError.noListener(4, example: Self.controller(101)))"
        #expect(message.contains("klamm quorum add 4 --listener CONTROLLER://HOST:PORT"))
        #expect(message.contains("a voter has CONTROLLER://kafka-101:9093"))
    }

    /// Voters that are not in the log tell no listener.
    @Test func votersAreConfigured() {
        #expect(throws: VoterError.configured) {
            try VoterListener.listener(of: 4, in: Self.quorum([1: nil]), amongst: Self.brokers(1...4))
        }
    }

    /// Only brokers that are up are told.
    @Test func itIsDown() {
        let quorum = Self.quorum([1: Self.controller(1)])
        #expect(throws: VoterError.notUp(4, brokers: [1, 2])) {
            try VoterListener.listener(of: 4, in: quorum, amongst: Self.brokers(1...2))
        }
    }

    @Test func textOfAListener() {
        #expect(VoterListener.parse("CONTROLLER://kafka-4:9093") == Self.controller(4))
        let address = VoterListener.parse("C://[::1]:9")
        #expect(address == QuorumLeaderEndpoint(name: "C", host: "::1", port: 9))
        for text in ["", "kafka-4:9093", "://h:1", "C://", "C://h:0", "C://h:x", "C://h:70000", "C://h:1/x"] {
            #expect(VoterListener.parse(text) == nil, "\(text)")
        }
    }
}
