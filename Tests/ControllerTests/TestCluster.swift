import ClusterMetadata
import Controller
import KafkaProtocol
import TestSupport
import Testing

/// A controller with its runtime's part played: every decision is committed at once, and what must always hold is
/// checked after each.
final class TestCluster {
    let controller: Controller
    var now: Int64 = 1_000
    var offset: Offset = -1
    /// The leader of every leader epoch seen, which may never differ.
    private var leaders: [String: BrokerID] = [:]

    /// - Parameter features: what the cluster runs from its start.
    init(seed: UInt64 = 1, settings: [String: String] = [:], features: [String: Int16] = Features.initial) {
        let view = ConfigView(brokerID: 1, staticValues: settings)
        controller = Controller(
            image: MetadataImage(),
            settings: ControllerSettings(clusterID: "klamm", configs: view, initialFeatures: features),
            random: SeededGenerator(seed: seed), now: 1_000)
        commit(controller.activate())
    }

    /// A cluster of unfenced brokers 1 to `count`.
    convenience init(
        brokers count: Int, racks: [String] = [], seed: UInt64 = 1, settings: [String: String] = [:],
        features: [String: Int16] = Features.initial
    ) {
        self.init(seed: seed, settings: settings, features: features)
        for index in 0..<count { start(Int32(index + 1), rack: racks.isEmpty ? nil : racks[index % racks.count]) }
    }

    var image: MetadataImage { controller.image }

    @discardableResult
    func run<R>(_ decision: Decision<R>) -> R {
        commit(decision.records)
        return decision.response
    }

    func commit(_ records: [MetadataRecord]) {
        for record in records {
            offset += 1
            do { try controller.replay(record, offset: offset, now: now) } catch { Issue.record("\(record): \(error)") }
        }
        checkInvariants()
    }

    func tick() { commit(controller.tick(now: now)) }

    // MARK: Brokers

    func registration(_ id: BrokerID, incarnation: UInt64 = 1, rack: String? = nil) -> BrokerRegistrationRequest {
        var request = BrokerRegistrationRequest()
        request.brokerID = id
        request.clusterID = "klamm"
        request.incarnationID = UUID(high: UInt64(id), low: incarnation)
        request.rack = rack
        request.logDirs = [UUID(high: 77, low: UInt64(id) + 1000)]
        request.features = Features.supported.sorted { $0.key > $1.key }.map { name, levels in
            var feature = BrokerRegistrationRequest.Feature()
            feature.name = name
            feature.minSupportedVersion = levels.lowerBound
            feature.maxSupportedVersion = levels.upperBound
            return feature
        }
        return request
    }

    @discardableResult
    func register(_ id: BrokerID, incarnation: UInt64 = 1, rack: String? = nil) -> BrokerRegistrationResponse {
        run(controller.decide(registration(id, incarnation: incarnation, rack: rack), version: 4, now: now))
    }

    @discardableResult
    func heartbeat(
        _ id: BrokerID, wantFence: Bool = false, wantShutDown: Bool = false, at metadata: Offset? = nil
    ) -> BrokerHeartbeatResponse {
        var request = BrokerHeartbeatRequest()
        request.brokerID = id
        request.brokerEpoch = image.brokers[id]?.epoch ?? -1
        request.currentMetadataOffset = metadata ?? offset
        request.wantFence = wantFence
        request.wantShutDown = wantShutDown
        return run(controller.decide(request, version: 1, now: now))
    }

    /// A new process of a broker that held everything under the epoch before, or lost what was not synced.
    func restart(_ id: BrokerID, incarnation: UInt64, isWhole: Bool, logDirs: [UUID]? = nil) {
        var request = registration(id, incarnation: incarnation)
        if let logDirs { request.logDirs = logDirs }
        request.previousBrokerEpoch = isWhole ? image.brokers[id]?.epoch ?? -1 : -1
        // It is taken for the one before until that one's session is over.
        now += 9_000
        run(controller.decide(request, version: 4, now: now))
        heartbeat(id)
    }

    func start(_ id: BrokerID, incarnation: UInt64 = 1, rack: String? = nil) {
        register(id, incarnation: incarnation, rack: rack)
        heartbeat(id)
    }

    func fence(_ id: BrokerID) { heartbeat(id, wantFence: true) }

    // MARK: Topics

    @discardableResult
    func create(
        _ name: String, partitions: Int32 = 1, factor: Int16 = 1, configs: [String: String?] = [:],
        assignments: [[BrokerID]] = [], validateOnly: Bool = false
    ) -> CreateTopicsResponse.Topic {
        let topic = CreateTopicsRequest.Topic(
            name, partitions: partitions, factor: factor, configs: configs, on: assignments)
        return create([topic], validateOnly: validateOnly).first ?? CreateTopicsResponse.Topic()
    }

    func create(_ topics: [CreateTopicsRequest.Topic], validateOnly: Bool = false) -> [CreateTopicsResponse.Topic] {
        var request = CreateTopicsRequest()
        request.topics = topics
        request.validateOnly = validateOnly
        return run(controller.decide(request, version: 7, now: now)).topics
    }

    func state(_ topic: String, _ partition: Int32 = 0) -> PartitionState {
        image.partition(topic, partition) ?? PartitionState()
    }

    @discardableResult
    func alterISR(
        _ topic: String, _ partition: Int32 = 0, to isr: [BrokerID], from sender: BrokerID? = nil, version: Int16 = 3,
        change: (inout AlterPartitionRequest.Topic.Partition) -> Void = { _ in }
    ) -> AlterPartitionResponse.Topic.Partition {
        let before = state(topic, partition)
        var proposal = AlterPartitionRequest.Topic.Partition()
        proposal.partitionIndex = partition
        proposal.leaderEpoch = before.leaderEpoch
        proposal.partitionEpoch = before.partitionEpoch
        proposal.newIsr = isr
        proposal.newIsrWithEpochs = isr.map { id in
            var member = AlterPartitionRequest.Topic.Partition.Member()
            member.brokerID = id
            member.brokerEpoch = image.brokers[id]?.epoch ?? -1
            return member
        }
        change(&proposal)
        var asked = AlterPartitionRequest.Topic()
        asked.topicName = topic
        asked.topicID = image.topicIDs[topic] ?? UUID(high: 1, low: 1)
        asked.partitions = [proposal]
        var request = AlterPartitionRequest()
        request.brokerID = sender ?? before.leader
        request.brokerEpoch = image.brokers[request.brokerID]?.epoch ?? -1
        request.topics = [asked]
        let response = run(controller.decide(request, version: version, now: now))
        return response.topics.first?.partitions.first ?? AlterPartitionResponse.Topic.Partition()
    }

    func setConfig(_ resource: ConfigResource, _ name: String, _ value: String?, operation: Int8 = 0) -> ErrorCode {
        var config = IncrementalAlterConfigsRequest.Resource.Config()
        config.name = name
        config.value = value
        config.configOperation = operation
        var asked = IncrementalAlterConfigsRequest.Resource()
        asked.resourceType = resource.kind.rawValue
        asked.resourceName = resource.name
        asked.configs = [config]
        var request = IncrementalAlterConfigsRequest()
        request.resources = [asked]
        return run(controller.decide(request, version: 1, now: now)).responses.first?.errorCode ?? .unknownServerError
    }

    func setCredential(
        _ user: String, _ mechanism: ScramMechanism = .sha256, iterations: Int32 = 4_096, salt: Secret = Secret([1]),
        saltedPassword: Secret = Secret([2])
    ) -> ErrorCode {
        var asked = AlterUserScramCredentialsRequest.Upsertion()
        asked.name = user
        asked.mechanism = mechanism.rawValue
        asked.iterations = iterations
        asked.salt = salt
        asked.saltedPassword = saltedPassword
        var request = AlterUserScramCredentialsRequest()
        request.upsertions = [asked]
        return run(controller.decide(request, version: 0, now: now)).results.first?.errorCode ?? .unknownServerError
    }

    @discardableResult
    func reassign(_ topic: String, _ partition: Int32 = 0, to target: [BrokerID]?) -> ErrorCode {
        var wanted = AlterPartitionReassignmentsRequest.Partition()
        wanted.partitionIndex = partition
        wanted.replicas = target
        var asked = AlterPartitionReassignmentsRequest.Topic()
        asked.name = topic
        asked.partitions = [wanted]
        var request = AlterPartitionReassignmentsRequest()
        request.topics = [asked]
        let response = run(controller.decide(request, version: 0, now: now))
        return response.responses.first?.partitions.first?.errorCode ?? .unknownServerError
    }

    // MARK: What always holds

    private func checkInvariants() {
        for topic in image.topics.values {
            for (index, state) in topic.partitions.enumerated() {
                let epoch = "\(topic.id)/\(index)/\(state.leaderEpoch)"
                // Not `#expect`: its cost, paid for every partition after every decision, is most of the tests' time.
                if let problem = Self.problem(state, image, leaders[epoch]) {
                    Issue.record("\(topic.name)-\(index): \(problem): \(state)")
                }
                leaders[epoch] = state.leader
            }
        }
    }

    private static func problem(_ state: PartitionState, _ image: MetadataImage, _ known: BrokerID?) -> String? {
        if state.isr.isEmpty, state.eligible.isEmpty, !state.replicas.contains(state.lastLeader) {
            return "nobody may ever lead"
        }
        if state.eligible.contains(where: { state.isr.contains($0) || !state.replicas.contains($0) }) {
            return "eligible beside being in sync, or without being a replica"
        }
        if !state.isr.allSatisfy(state.replicas.contains) { return "in sync without being a replica" }
        if Set(state.replicas).count != state.replicas.count { return "a replica twice" }
        if let known, known != state.leader { return "two leaders in one epoch" }
        guard state.leader != -1 else { return nil }
        if !state.isr.contains(state.leader) { return "the leader is not in sync" }
        return image.isActive(state.leader) ? nil : "the leader is not in service"
    }
}
