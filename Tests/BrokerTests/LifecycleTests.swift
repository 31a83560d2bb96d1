import KafkaProtocol
import Simulation
import Testing

@testable import Broker

/// How long a broker that is told to stop waits for the controller's consent.
@Suite struct LifecycleTests {
    /// A registered broker and what its controller does.
    private final class Scene {
        let clock = ManualClock()
        let peers = NoPeers()
        let log = QuorumCluster.Lines()
        let lifecycle: BrokerLifecycle
        var location = ControllerChannel.Location.here
        var consents = false
        private(set) var beats = 0

        init() throws {
            let config = try BrokerConfig([
                "node.id": "1", "log.dirs": "/data", "listeners": "PLAINTEXT://127.0.0.1:0",
                "broker.heartbeat.interval.ms": "300", "broker.session.timeout.ms": "1500",
            ])
            let router = RequestRouter()
            var locate: () -> ControllerChannel.Location = { .unknown }
            let channel = ControllerChannel(router: router, peers: peers, clock: clock) { locate() }
            lifecycle = try BrokerLifecycle(
                config: config, advertised: Endpoint(host: "127.0.0.1", port: 9092), clusterID: "klamm",
                incarnation: .zero, directoryIDs: [.zero], previousBrokerEpoch: -1, channel: channel, clock: clock,
                log: NodeLog(nodeID: 1) { [log] _, line in log.add(line) }, appliedOffset: { 10 })
            locate = { [unowned self] in location }
            router.on(BrokerRegistrationRequest.self) { request in
                var response = BrokerRegistrationResponse()
                response.brokerEpoch = 5
                request.reply(response)
            }
            router.on(BrokerHeartbeatRequest.self) { [unowned self] request in
                beats += 1
                var response = BrokerHeartbeatResponse()
                response.shouldShutDown = consents && request.body.wantShutDown
                request.reply(response)
            }
            lifecycle.start()
            clock.advance(1_000)
        }

        /// For how long each heartbeat of the next milliseconds was waited for in vain.
        func waits(for time: Int64) -> [Int64] {
            var waits: [Int64] = []
            var begin = clock.now
            var known = log.count(of: "heartbeat failed")
            for _ in 0..<time {
                clock.advance(1)
                let failed = log.count(of: "heartbeat failed")
                guard failed > known else { continue }
                known = failed
                waits.append(clock.now - begin)
                begin = clock.now
            }
            return waits
        }

        /// Tells the broker to stop and answers after how many milliseconds it does, of at most 3,000.
        func stop() -> Int64? {
            var stoppedAt: Int64?
            let begin = clock.now
            lifecycle.shutDown(timeout: 3_000) { [clock] in stoppedAt = clock.now }
            clock.advance(4_000)
            return stoppedAt.map { $0 - begin }
        }
    }

    @Test func aHeartbeatInVainIsFollowedByAnotherAtOnceAndWaitsBehindNoOtherRequest() throws {
        let scene = try Scene()
        scene.location = .at(Endpoint(host: "127.0.0.1", port: 9093))
        scene.peers.error = .timedOut
        var sent: [Int64] = []
        scene.peers.onSend = { [clock = scene.clock] lane in
            #expect(lane == .heartbeats)
            sent.append(clock.now)
        }
        scene.clock.advance(3_000)
        let pauses = zip(sent, sent.dropFirst()).map { $1 - $0 }
        #expect(sent.count > 50)
        #expect((pauses.max() ?? .max) <= 50, "longest \(pauses.max() ?? 0)")
    }

    /// A new connection takes busy brokers longer than one that is there: who gives it no more time loses it again and again.
    @Test func aHeartbeatIsWaitedForLongerAfterOneInVain() throws {
        let scene = try Scene()
        scene.location = .unknown
        // 600 ms at first, then the session of 1.5 s without an interval; with a last pause and another until the next.
        let waits = scene.waits(for: 6_000)
        #expect(waits.count == 5 && waits.dropFirst().allSatisfy { (1_200...1_245).contains($0) }, "\(waits)")
        scene.location = .here
        scene.clock.advance(2_000)
        scene.location = .unknown
        let again = scene.waits(for: 1_000)
        #expect(again.count == 1 && again[0] <= 945, "one that is answered makes it as it was: \(again)")
    }

    @Test func itLeavesAtOnceWhenTheControllerAgrees() throws {
        let scene = try Scene()
        #expect(scene.beats > 0)
        scene.consents = true
        #expect(try #require(scene.stop()) <= 1)
    }

    @Test func itWaitsForAControllerThatIsThere() throws {
        #expect(try Scene().stop() == 3_000)
    }

    @Test func theLastOneDoesNotWaitForAQuorumThatIsGone() throws {
        let scene = try Scene()
        scene.location = .unknown
        let took = try #require(scene.stop())
        #expect((500...700).contains(took), "\(took)")
    }

    @Test func aControllerThatRefusesConnectionsIsGone() throws {
        let scene = try Scene()
        scene.location = .at(Endpoint(host: "127.0.0.1", port: 9093))
        scene.peers.error = .unreachable("refused")
        let took = try #require(scene.stop())
        #expect((500...700).contains(took), "\(took)")
    }

    @Test func aControllerThatIsSilentIsWaitedFor() throws {
        let scene = try Scene()
        scene.location = .at(Endpoint(host: "127.0.0.1", port: 9093))
        scene.peers.error = .timedOut
        #expect(scene.stop() == 3_000)
    }

    @Test func aNewControllerIsWaitedFor() throws {
        let scene = try Scene()
        scene.location = .unknown
        scene.consents = true
        scene.clock.schedule(after: 300) { scene.location = .here }
        let took = try #require(scene.stop())
        #expect((300...400).contains(took), "\(took)")
    }
}
