import KafkaProtocol
import MetadataQuorum
import Testing

@testable import Broker

/// Where the nodes of the quorum are looked for.
@Suite struct QuorumAddressesTests {
    private let servers = [Endpoint(host: "a", port: 1), Endpoint(host: "b", port: 2)]
    private let voters = VoterSet([Voter]())

    /// Every node has its turn at every address, also where there were too many to remember.
    @Test func onlySoManyNodesAreRememberedAsMissed() {
        var addresses = QuorumAddresses(configured: [:], bootstrap: servers)
        func miss(_ node: Int) {
            guard let endpoint = addresses.endpoint(of: BrokerID(node), voters) else { return }
            addresses.missed(BrokerID(node), at: endpoint, voters)
        }
        for node in 0..<Limits.quorumAddresses { miss(node) }
        #expect(addresses.endpoint(of: 0, voters) == servers[1])
        miss(0)
        #expect(addresses.endpoint(of: 0, voters) == servers[0], "it is known, and goes on")
        #expect(addresses.endpoint(of: 1, voters) == servers[1])
        miss(Limits.quorumAddresses)
        #expect(addresses.endpoint(of: BrokerID(Limits.quorumAddresses), voters) == servers[1])
        #expect(addresses.endpoint(of: 1, voters) == servers[0])
    }
}
