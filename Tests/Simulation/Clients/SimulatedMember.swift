import Broker
import KafkaProtocol
import NIOCore

/// A consumer in a group, as far as partitions matter. It speaks the classic protocol or the new one (KIP-848), and may
/// come back in the other after it left or crashed, so that the group changes its protocol with members in it.
package final class SimulatedMember: SimulatedClient {
    static let group = "team"
    /// How long (milliseconds) the coordinator waits for a sign of life, in both protocols.
    package static let session: Int32 = 6_000
    /// How long it waits for a member's next step; longer, so that who makes none has lost its partitions before.
    private static let rebalance: Int32 = 10_000

    let topic: String
    /// Whether it keeps partitions over a rebalance of the classic protocol (KIP-429).
    private let isCooperative: Bool
    private var isClassic = true
    private var coordinator: BrokerID?
    private var memberID = ""
    /// Generation or member epoch.
    private var epoch: Int32 = 0
    private var owned: Set<Int32> = []
    /// Until when (virtual milliseconds) it may use what it has: a session after the last request that was answered well.
    private var lease: Int64 = 0
    private var mustJoin = true
    /// What was last sent may not have been answered, so that the coordinator must tell everything again.
    private var tellsAll = true
    /// No more comings and goings.
    package var isSettling = false

    package init(
        id: Int32, cluster: SimulatedCluster, checker: Checker, topic: String, isCooperative: Bool
    ) {
        self.topic = topic
        self.isCooperative = isCooperative
        super.init(id: id, cluster: cluster, checker: checker)
        checker.members.append(self)
    }

    /// The partitions that it uses, by its own view.
    var holds: Set<Int32> { cluster.clock.now < lease ? owned : [] }

    package func start() { nextLater() }

    private func nextLater() {
        after(dice.roll(20...400)) { [weak self] in self?.step() }
    }

    private func step() {
        guard !isClosing else { return }
        if !isSettling, dice.chance(15) { return comeBack() }
        if !owned.isEmpty, holds.isEmpty { forget() }
        guard let coordinator else { return find() }
        if !isClassic { return beat(coordinator) }
        if mustJoin { join(coordinator) } else { heartbeat(coordinator) }
    }

    /// Leaves in order or crashes, and is back as another.
    private func comeBack() {
        let old = (memberID, epoch, isClassic)
        let leaves = dice.chance(500) && !memberID.isEmpty
        forget()
        isClassic = dice.chance(500)
        note("\(leaves ? "leaves" : "crashes"), and comes back in the \(isClassic ? "classic" : "new") protocol")
        guard leaves, let coordinator else { return nextLater() }
        if old.2 {
            var request = LeaveGroupRequest()
            request.groupID = Self.group
            request.members = [.init(memberID: old.0)]
            send(request, version: 5, to: coordinator) { [weak self] _ in self?.nextLater() }
        } else {
            var request = heartbeatRequest(old.0, -1)
            request.topicPartitions = nil
            send(request, version: 0, to: coordinator) { [weak self] _ in self?.nextLater() }
        }
    }

    private func forget() {
        (memberID, epoch, owned, lease) = ("", 0, [], 0)
        (mustJoin, tellsAll) = (true, true)
    }

    private func find() {
        var request = FindCoordinatorRequest()
        request.coordinatorKeys = [Self.group]
        send(request, version: 4, to: anyBroker) { [weak self] response in
            guard let self else { return }
            if let found = response?.coordinators.first, found.errorCode == .none { coordinator = found.nodeID }
            nextLater()
        }
    }

    /// Whether an answer counts: one that has been followed by another coordinator and does not know it promises nothing.
    private func counts(_ error: ErrorCode?, from broker: BrokerID) -> Bool {
        guard let error else {
            note("no answer from broker \(broker)")
            coordinator = nil
            return false
        }
        if error != .none { note("broker \(broker) answers \(error)") }
        if checker.isDeposed(broker, asCoordinatorOf: Self.group) {
            coordinator = nil
            return false
        }
        switch error {
        case .notCoordinator, .coordinatorNotAvailable, .coordinatorLoadInProgress: coordinator = nil
        case .unknownMemberId, .illegalGeneration, .fencedMemberEpoch, .groupIdNotFound, .fencedInstanceId: forget()
        default: return true
        }
        return false
    }

    private func extendLease(since sent: Int64) { lease = max(lease, sent + Int64(Self.session)) }

    /// Uses these from now on.
    private func use(_ partitions: Set<Int32>) {
        if owned != partitions { note("has \(partitions.sorted()) at \(epoch)") }
        owned = partitions
        checker.checkShares()
    }

    // MARK: The classic protocol

    private func join(_ broker: BrokerID) {
        if !isCooperative { use([]) }
        var subscription = ConsumerSubscription()
        subscription.topics = [topic]
        if !owned.isEmpty { subscription.ownedPartitions = [.init(topic, owned.sorted())] }
        var request = JoinGroupRequest()
        request.groupID = Self.group
        request.memberID = memberID
        request.sessionTimeoutMs = Self.session
        request.rebalanceTimeoutMs = Self.rebalance
        request.protocolType = "consumer"
        let name = isCooperative ? "cooperative-sticky" : "range"
        request.protocols = [.init(name: name, metadata: (try? subscription.versionedBlob(version: 1)) ?? ByteBuffer())]
        send(request, version: 5, to: broker, timeout: Int64(Self.rebalance) + 2_000) { [weak self] response in
            self?.joined(response, broker)
        }
    }

    private func joined(_ response: JoinGroupResponse?, _ broker: BrokerID) {
        guard counts(response?.errorCode, from: broker), let response else { return nextLater() }
        switch response.errorCode {
        case .none:
            (memberID, epoch) = (response.memberID, response.generationID)
            sync(broker, response)
        case .memberIdRequired:
            memberID = response.memberID
            join(broker)
        default: nextLater()
        }
    }

    private func sync(_ broker: BrokerID, _ joined: JoinGroupResponse) {
        var request = SyncGroupRequest()
        request.groupID = Self.group
        request.memberID = memberID
        request.generationID = epoch
        if joined.leader == memberID { request.assignments = assign(joined.members) }
        let sent = cluster.clock.now
        send(request, version: 3, to: broker, timeout: Int64(Self.rebalance) + 2_000) { [weak self] response in
            guard let self else { return }
            if counts(response?.errorCode, from: broker), let response, response.errorCode == .none {
                extendLease(since: sent)
                let given = Set(Self.partitions(response.assignment))
                // Others wait for what it gave up (KIP-429).
                mustJoin = isCooperative && !owned.isSubset(of: given)
                use(given)
            }
            nextLater()
        }
    }

    /// A leader's assignor: in turn; a cooperative one gives nobody what another still has.
    private func assign(_ members: [JoinGroupResponse.Member]) -> [SyncGroupRequest.Assignment] {
        var holders: [Int32: String] = [:]
        for member in members {
            let read = try? ConsumerSubscription(
                versionedBlob: member.metadata, newest: ConsumerSubscription.newestVersion)
            for partition in read?.ownedPartitions.flatMap(\.partitions) ?? [] { holders[partition] = member.memberID }
        }
        let count = checker.image.topic(named: topic)?.partitions.count ?? 0
        var given: [String: [Int32]] = [:]
        for partition in 0..<Int32(count) {
            let member = members[Int(partition) % members.count].memberID
            if holders[partition].map({ $0 == member }) ?? true { given[member, default: []].append(partition) }
        }
        return members.map { member in
            var assignment = ConsumerAssignment()
            let partitions = given[member.memberID] ?? []
            if !partitions.isEmpty { assignment.assignedPartitions = [.init(topic, partitions)] }
            let blob = (try? assignment.versionedBlob(version: 1)) ?? ByteBuffer()
            return .init(memberID: member.memberID, assignment: blob)
        }
    }

    private static func partitions(_ blob: ByteBuffer) -> [Int32] {
        let read = try? ConsumerAssignment(versionedBlob: blob, newest: ConsumerAssignment.newestVersion)
        return read?.assignedPartitions.flatMap(\.partitions) ?? []
    }

    private func heartbeat(_ broker: BrokerID) {
        var request = HeartbeatRequest()
        request.groupID = Self.group
        request.memberID = memberID
        request.generationID = epoch
        let sent = cluster.clock.now
        send(request, version: 4, to: broker) { [weak self] response in
            guard let self else { return }
            if counts(response?.errorCode, from: broker), let error = response?.errorCode {
                if error == .none || error == .rebalanceInProgress { extendLease(since: sent) }
                if error == .rebalanceInProgress { mustJoin = true }
            }
            nextLater()
        }
    }

    // MARK: The new protocol

    private func heartbeatRequest(_ id: String, _ epoch: Int32) -> ConsumerGroupHeartbeatRequest {
        var request = ConsumerGroupHeartbeatRequest()
        request.groupID = Self.group
        request.memberID = id
        request.memberEpoch = epoch
        let topicID = checker.image.topic(named: topic)?.id ?? .zero
        request.topicPartitions = owned.isEmpty ? [] : [.init(topicID: topicID, partitions: owned.sorted())]
        return request
    }

    private func beat(_ broker: BrokerID) {
        if memberID.isEmpty { memberID = "member-\(id)-\(cluster.clock.now)" }
        var request = heartbeatRequest(memberID, epoch)
        if tellsAll {
            request.rebalanceTimeoutMs = Self.rebalance
            request.subscribedTopicNames = [topic]
        }
        tellsAll = true
        let sent = cluster.clock.now
        send(request, version: 0, to: broker) { [weak self] response in
            guard let self else { return }
            if counts(response?.errorCode, from: broker), let response, response.errorCode == .none {
                tellsAll = false
                epoch = response.memberEpoch
                extendLease(since: sent)
                if let given = response.assignment { use(Set(given.topicPartitions.flatMap(\.partitions))) }
            }
            nextLater()
        }
    }
}
