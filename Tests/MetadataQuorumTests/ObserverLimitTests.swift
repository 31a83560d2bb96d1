import KafkaProtocol
import Testing

@testable import MetadataQuorum

@Suite("Observers of a leader")
struct ObserverLimitTests {
    private func known(_ node: Scenario) -> Int {
        if case .leader(let leadership) = node.machine.role { leadership.replicas.count } else { 0 }
    }

    @Test("only so many are remembered, and none that is silent; all are served")
    func observers() {
        var node = Scenario()
        node.lead()
        func read(_ id: Int) -> [QuorumEffect] {
            node.fetch(BrokerID(id), epoch: 1, offset: 1, lastEpoch: 1, maxWait: 0)
        }
        _ = read(2)
        let voters = known(node)
        for id in voters..<Limits.observers { _ = read(1_000 + id) }
        #expect(known(node) == Limits.observers)
        #expect(read(9_999).fetched == .records(from: 1))
        #expect(known(node) == Limits.observers)
        let seconds = Int(Scenario.config.observerExpiry / 1_000)
        for _ in 0...seconds + seconds / 10 {
            _ = node.pass(1_000)
            _ = read(2)
        }
        #expect(read(9_999).fetched == .records(from: 1))
        #expect(known(node) == voters + 1)
    }
}
