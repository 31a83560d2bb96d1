import ClusterMetadata
import KafkaProtocol
import Testing

@Suite struct BrokerTests {
    private func error(
        _ cluster: TestCluster, _ id: BrokerID, incarnation: UInt64 = 1, version: Int16 = 4,
        _ change: (inout BrokerRegistrationRequest) -> Void = { _ in }
    ) -> ErrorCode {
        var request = cluster.registration(id, incarnation: incarnation)
        change(&request)
        return cluster.run(cluster.controller.decide(request, version: version, now: cluster.now)).errorCode
    }

    @Test func registrationsAreCheckedInKafkasOrder() {
        let cluster = TestCluster(brokers: 1)
        #expect(
            error(cluster, 1, incarnation: 2) {
                $0.clusterID = "x"; $0.logDirs = []
            } == .inconsistentClusterId)
        #expect(error(cluster, 1, incarnation: 2) { $0.logDirs = [] } == .duplicateBrokerRegistration)
        #expect(
            error(cluster, 2) {
                $0.logDirs = []; $0.features = []
            } == .invalidRegistration)
        #expect(error(cluster, 2) { $0.logDirs = [UUID(high: 0, low: 1)] } == .invalidRegistration)
        #expect(error(cluster, 2) { $0.logDirs += $0.logDirs } == .invalidRegistration)
        #expect(error(cluster, 2) { $0.logDirs = [UUID(high: 77, low: 1001)] } == .invalidRegistration)
        #expect(error(cluster, 2) { $0.features = [] } == .unsupportedVersion)
        #expect(error(cluster, 2) { $0.features[0].maxSupportedVersion = 20 } == .unsupportedVersion)
        #expect(error(cluster, 2, version: 1) { $0.logDirs = [] } == .none)
    }

    @Test func aNewBrokerStartsFenced() {
        let cluster = TestCluster()
        let response = cluster.register(1)
        #expect(cluster.image.brokers[1]?.epoch == response.brokerEpoch)
        #expect(cluster.image.liveBrokers.isEmpty)
        let behind = cluster.heartbeat(1, at: response.brokerEpoch - 1)
        #expect(behind.isFenced && !behind.isCaughtUp)
        let wantsFence = cluster.heartbeat(1, wantFence: true)
        #expect(wantsFence.isFenced && wantsFence.isCaughtUp)
        #expect(!cluster.heartbeat(1).isFenced)
        #expect(cluster.image.liveBrokers.map(\.id) == [1])
    }

    @Test func theSameIncarnationKeepsItsEpoch() {
        let cluster = TestCluster(brokers: 2)
        let epoch = cluster.image.brokers[1]?.epoch
        #expect(cluster.register(1).brokerEpoch == epoch)
        #expect(cluster.image.brokers[1]?.fenced == false)
    }

    @Test func aNewIncarnationWaitsForTheOldSessionAndStartsFenced() throws {
        let cluster = TestCluster(brokers: 2)
        cluster.create("t", assignments: [[1, 2]])
        let epoch = try #require(cluster.image.brokers[1]?.epoch)
        #expect(cluster.register(1, incarnation: 2).errorCode == .duplicateBrokerRegistration)
        cluster.now += 9_000
        cluster.heartbeat(2)
        let response = cluster.register(1, incarnation: 2)
        #expect(response.errorCode == .none && response.brokerEpoch > epoch)
        #expect(cluster.state("t").leader == 2 && cluster.state("t").isr == [2])
        cluster.heartbeat(1)
        #expect(cluster.state("t").isr == [2])
    }

    @Test func anotherEpochIsStale() {
        let cluster = TestCluster(brokers: 1)
        var request = BrokerHeartbeatRequest()
        request.brokerID = 1
        request.brokerEpoch = 999
        #expect(cluster.run(cluster.controller.decide(request, version: 1, now: 0)).errorCode == .staleBrokerEpoch)
        request.brokerID = 8
        #expect(cluster.run(cluster.controller.decide(request, version: 1, now: 0)).errorCode == .staleBrokerEpoch)
    }

    @Test func silentBrokersAreFencedOneByOne() {
        let cluster = TestCluster(brokers: 3)
        cluster.create("t", assignments: [[1, 2, 3]])
        #expect(cluster.controller.nextDeadline() == 10_000)
        cluster.now = 9_999
        cluster.tick()
        #expect(cluster.image.liveBrokers.count == 3)
        cluster.heartbeat(3)
        cluster.now = 10_000
        cluster.tick()
        #expect(cluster.image.liveBrokers.map(\.id) == [2, 3])
        #expect(cluster.state("t").leader == 2 && cluster.state("t").isr == [2, 3])
        #expect(cluster.controller.nextDeadline() <= cluster.now)
        cluster.tick()
        #expect(cluster.image.liveBrokers.map(\.id) == [3])
        cluster.tick()
        #expect(cluster.image.liveBrokers.map(\.id) == [3])
        cluster.now = 18_999
        cluster.tick()
        cluster.tick()
        // The last one in sync: only it may lead again.
        #expect(cluster.state("t").leader == -1 && cluster.state("t").eligible == [3])
        cluster.heartbeat(1)
        #expect(cluster.state("t").leader == -1)
        cluster.heartbeat(3)
        #expect(cluster.state("t").leader == 3)
    }

    @Test func aFencedBrokerThatWantsToStopMayAtOnce() {
        let cluster = TestCluster()
        cluster.register(1)
        #expect(cluster.heartbeat(1, wantShutDown: true).shouldShutDown)
    }

    @Test func anIdleBrokerMayStopAtOnce() {
        let cluster = TestCluster(brokers: 2)
        let response = cluster.heartbeat(1, wantShutDown: true)
        #expect(response.shouldShutDown && response.isFenced)
        #expect(cluster.image.brokers[1]?.fenced == true)
    }

    @Test func wantingToStopAndToBeFencedStopsAtOnce() {
        let cluster = TestCluster(brokers: 2)
        cluster.create("t", assignments: [[1, 2]])
        #expect(cluster.heartbeat(1, wantFence: true, wantShutDown: true).shouldShutDown)
        #expect(cluster.state("t").leader == 2)
    }

    @Test func controlledShutdownWaitsUntilTheOthersKnow() {
        let cluster = TestCluster(brokers: 3)
        cluster.create("t", assignments: [[1, 2], [2, 1]])
        let first = cluster.heartbeat(1, wantShutDown: true)
        #expect(!first.shouldShutDown && !first.isFenced)
        #expect(cluster.image.brokers[1]?.inControlledShutdown == true)
        #expect(cluster.image.liveBrokers.count == 3)
        #expect(cluster.state("t", 0).leader == 2 && cluster.state("t", 1).isr == [2])
        #expect(!cluster.heartbeat(1, wantShutDown: true).shouldShutDown)
        cluster.heartbeat(2)
        #expect(!cluster.heartbeat(1, wantShutDown: true).shouldShutDown)
        cluster.heartbeat(3)
        let last = cluster.heartbeat(1)
        #expect(last.shouldShutDown && last.isFenced)
    }

    @Test func unregisteringForgetsEvenALiveBroker() {
        let cluster = TestCluster(brokers: 2)
        cluster.create("t", assignments: [[1, 2]])
        var request = UnregisterBrokerRequest()
        request.brokerID = 1
        #expect(cluster.run(cluster.controller.decide(request, version: 0, now: 0)).errorCode == .none)
        #expect(cluster.image.brokers[1] == nil)
        #expect(cluster.state("t").leader == 2 && cluster.state("t").isr == [2])
        #expect(
            cluster.run(cluster.controller.decide(request, version: 0, now: 0)).errorCode == .brokerIdNotRegistered)
    }

    @Test func producerIDBlocksNeverOverlap() {
        let cluster = TestCluster(brokers: 2)
        var seen: Set<Int64> = []
        for id in [1, 2, 1] as [BrokerID] {
            var request = AllocateProducerIdsRequest()
            request.brokerID = id
            request.brokerEpoch = cluster.image.brokers[id]?.epoch ?? -1
            let response = cluster.run(cluster.controller.decide(request, version: 0, now: 0))
            #expect(response.errorCode == .none && response.producerIDLen == 1_000)
            for id in response.producerIDStart..<(response.producerIDStart + 1_000) { seen.insert(id) }
        }
        #expect(seen.count == 3_000)
        let stale = AllocateProducerIdsRequest()
        #expect(cluster.run(cluster.controller.decide(stale, version: 0, now: 0)).errorCode == .staleBrokerEpoch)
    }
}
