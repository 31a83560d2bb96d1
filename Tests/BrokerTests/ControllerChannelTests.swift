import KafkaProtocol
import NIOCore
import Simulation
import Testing

@testable import Broker

/// How a broker's requests find the controller, and how long they look for it.
@Suite struct ControllerChannelTests {
    /// Brokers that answer envelopes after a while, as the one that they come to would.
    private final class SlowPeers: Peers {
        let clock: ManualClock
        /// By port, after how many milliseconds; the others are silent.
        var delays: [Int: Int64] = [:]
        private(set) var asked: [Int] = []

        init(_ clock: ManualClock) { self.clock = clock }

        func send<R: KafkaRequest>(
            _ request: R, version: Int16, to endpoint: Endpoint, lane: Lane, timeout: Int64,
            _ done: @escaping (Result<R.Response, PeerError>) -> Void
        ) {
            asked.append(endpoint.port)
            let delay = delays[endpoint.port] ?? .max
            clock.schedule(after: min(delay, timeout)) {
                guard delay < timeout, let answer = Self.answer(of: endpoint.port) as? R.Response else {
                    return done(.failure(.timedOut))
                }
                done(.success(answer))
            }
        }

        /// A heartbeat's answer in which the throttle time tells who gave it.
        private static func answer(of port: Int) -> EnvelopeResponse {
            var heartbeat = BrokerHeartbeatResponse()
            heartbeat.throttleTimeMs = Int32(port)
            var answer = EnvelopeResponse()
            var frame = try? Frame.response(heartbeat, to: BrokerHeartbeatRequest.self, version: 1, correlationID: 0)
            frame?.moveReaderIndex(forwardBy: 4)
            answer.responseData = frame
            return answer
        }
    }

    private final class Scene {
        let clock = ManualClock()
        let peers: SlowPeers
        let router = RequestRouter()
        let channel: ControllerChannel
        private(set) var answers: [Result<Int32, ErrorCode>] = []

        init(_ location: @escaping () -> ControllerChannel.Location) {
            peers = SlowPeers(clock)
            channel = ControllerChannel(router: router, peers: peers, clock: clock, locate: location)
        }

        func ask(timeout: Int64) {
            let client = ClientInfo(clientID: "test", host: "/here")
            channel.send(BrokerHeartbeatRequest(), version: 1, client: client, timeout: timeout) { [unowned self] in
                answers.append($0.map(\.throttleTimeMs))
            }
        }
    }

    private static func at(_ port: Int) -> ControllerChannel.Location { .at(Endpoint(host: "peer", port: port)) }

    @Test func whoWaitsForADeadControllerAsksTheNextOneAsSoonAsItIsKnown() {
        var location = Self.at(1)
        let scene = Scene { location }
        scene.peers.delays[2] = 10
        scene.ask(timeout: 5_000)
        scene.clock.advance(300)
        // It is the same one until another is known.
        scene.channel.controllerChanged()
        location = .unknown
        scene.channel.controllerChanged()
        #expect(scene.peers.asked == [1])
        location = Self.at(2)
        scene.channel.controllerChanged()
        scene.clock.advance(10)
        #expect(scene.answers == [.success(2)])
        scene.clock.advance(10_000)
        #expect(scene.peers.asked == [1, 2] && scene.answers.count == 1, "nothing is asked again when the first fails")
    }

    @Test func theAnswerOfTheControllerBeforeCountsWhenItComesFirst() {
        var location = Self.at(1)
        let scene = Scene { location }
        scene.peers.delays = [1: 50, 2: 100]
        scene.ask(timeout: 5_000)
        location = Self.at(2)
        scene.channel.controllerChanged()
        scene.clock.advance(1_000)
        #expect(scene.peers.asked == [1, 2])
        #expect(scene.answers == [.success(1)])
    }

    @Test func aDecisionThatIsNotCommittedIsWaitedForAsLongAsWasSaid() {
        let scene = Scene { .here }
        var waiting: [Request<BrokerHeartbeatRequest>] = []
        scene.router.on(BrokerHeartbeatRequest.self) { waiting.append($0) }
        scene.ask(timeout: 700)
        scene.clock.advance(699)
        #expect(scene.answers.isEmpty && waiting.count == 1)
        scene.clock.advance(1)
        #expect(scene.answers == [.failure(.requestTimedOut)])
        waiting.first?.reply(BrokerHeartbeatResponse())
        waiting.first?.reply(nil)
        scene.clock.advance(1_000)
        #expect(scene.answers.count == 1 && waiting.count == 1, "what comes later changes nothing")
    }
}
