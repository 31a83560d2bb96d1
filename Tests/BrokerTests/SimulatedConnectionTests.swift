import Broker
import KafkaProtocol
import NIOCore
import Simulation
import Testing

/// The simulation's connections are as TCP's.
@Suite struct SimulatedConnectionTests {
    /// A sender that was not told that nobody is there keeps its connection: whoever starts at the other end meanwhile must
    /// not hear the later frames of it without those before them.
    @Test func aNewProcessHasNoPartInAnOldConnection() throws {
        let clock = ManualClock()
        let network = SimulatedNetwork(clock: clock, dice: Dice(seed: 1))
        network.maxDelay = 0
        let sender = SimulatedProcess(id: 1, clock: clock)
        var heard: [Int32] = []
        var failed: [PeerError] = []
        func send(_ timeout: Int32) {
            var request = ProduceRequest()
            request.timeoutMs = timeout
            network.peers(of: sender).send(
                request, version: 9, to: Endpoint(host: "", port: 2), lane: .controller, timeout: 1_000
            ) { if case .failure(let error) = $0 { failed.append(error) } }
            clock.advance(10)
        }
        network.cut = [[2, 1]]
        send(1)
        let receiver = SimulatedProcess(id: 2, clock: clock)
        let router = RequestRouter()
        router.on(ProduceRequest.self) { heard.append($0.body.timeoutMs) }
        network.attach(receiver, router)
        network.cut = []
        send(2)
        #expect(heard == [] && failed == [])
        clock.advance(1_000)
        #expect(failed == [.timedOut, .timedOut])
        send(3)
        #expect(heard == [3])
    }
}
