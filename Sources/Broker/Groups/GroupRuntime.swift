import ClusterMetadata
import Coordinators
import KafkaProtocol
import NIOCore

/// Runs the group coordinators of the `__consumer_offsets` partitions that this broker leads: reads them from the log,
/// carries their effects out, keeps their timers. Loop only.
package final class GroupRuntime {
    /// A coordinator at work.
    final class Active {
        let partition: TopicPartition
        let epoch: Epoch
        let coordinator: GroupCoordinator
        /// When the armed timer fires; nil when none is armed.
        var armedFor: Timestamp?
        var timer: Scheduled?

        init(partition: TopicPartition, epoch: Epoch, coordinator: GroupCoordinator) {
            self.partition = partition
            self.epoch = epoch
            self.coordinator = coordinator
        }
    }

    enum Slot {
        case loading(Loading)
        case active(Active)

        var epoch: Epoch {
            switch self {
            case .loading(let loading): loading.epoch
            case .active(let active): active.epoch
            }
        }
    }

    let topic: OffsetsTopic
    let config: GroupConfig
    let groupLog: any GroupLog
    let clock: any Clock
    let log: NodeLog
    private let nodeID: BrokerID
    private var random: any RandomNumberGenerator
    /// What turns the monotonic clock into times since 1970 that never go back.
    private let anchor: Timestamp
    private(set) var slots: [Int32: Slot] = [:]
    private var waiting: [RequestToken: (GroupResponse) -> Void] = [:]
    private var lastToken: RequestToken = 0

    package init(
        nodeID: BrokerID, config: GroupConfig, topic: OffsetsTopic, groupLog: any GroupLog, clock: any Clock,
        random: any RandomNumberGenerator, log: NodeLog
    ) {
        self.nodeID = nodeID
        self.config = config
        self.topic = topic
        self.groupLog = groupLog
        self.clock = clock
        self.random = random
        self.log = log
        anchor = clock.wall - clock.now
    }

    /// Milliseconds since 1970 for coordinators.
    var now: Timestamp { anchor + clock.now }

    // MARK: Leadership

    /// Acts upon new metadata; `delta` is nil for everything at once, as at start. Must be called after the replicas have
    /// been told, as loading reads their logs.
    package func apply(_ image: MetadataImage, _ delta: MetadataDelta?) {
        topic.image = image
        let partitions = image.topic(named: InternalTopics.offsets)?.partitions ?? []
        for (index, slot) in slots {
            let state = partitions.indices.contains(Int(index)) ? partitions[Int(index)] : nil
            if state?.leader != nodeID || state?.leaderEpoch != slot.epoch { unload(index) }
        }
        for (index, state) in partitions.enumerated() where state.leader == nodeID && slots[Int32(index)] == nil {
            load(Int32(index), epoch: state.leaderEpoch)
        }
        // A topic made anew under the same name keeps what is committed to it from now on.
        let deleted = Set((delta?.deletedTopics ?? []).map(\.name))
        if !deleted.isEmpty { topicsDeleted(deleted) }
    }

    func setSlot(_ index: Int32, _ slot: Slot) { slots[index] = slot }

    private func unload(_ index: Int32) {
        guard case .active(let active)? = slots.removeValue(forKey: index) else { return }
        active.timer?.cancel()
        perform(active.coordinator.resign(now: now), of: active)
        log.info("no longer coordinates groups of \(active.partition)")
    }

    private func topicsDeleted(_ names: Set<String>) {
        for slot in slots.values {
            switch slot {
            case .loading(let loading): loading.deletedTopics.formUnion(names)
            case .active(let active): perform(active.coordinator.topicsDeleted(names, now: now), of: active)
            }
        }
    }

    // MARK: Requests

    /// The coordinator of a group, or why there is none here: COORDINATOR_LOAD_IN_PROGRESS, NOT_COORDINATOR, or
    /// COORDINATOR_NOT_AVAILABLE while there is no offsets topic.
    func coordinator(of group: String) -> Result<Active, ErrorCode> {
        guard let partition = topic.partition(of: group) else { return .failure(.coordinatorNotAvailable) }
        switch slots[partition] {
        case .active(let active)?: return .success(active)
        case .loading?: return .failure(.coordinatorLoadInProgress)
        case nil: return .failure(.notCoordinator)
        }
    }

    /// The same for requests of members, which must name a group.
    func memberCoordinator(of group: String) -> Result<Active, ErrorCode> {
        group.isEmpty ? .failure(.invalidGroupId) : coordinator(of: group)
    }

    /// All coordinators at work, in the order of their partitions.
    var allActive: [Active] {
        slots.sorted { $0.key < $1.key }.compactMap {
            if case .active(let active) = $0.value { active } else { nil }
        }
    }

    var isLoading: Bool {
        slots.values.contains { if case .loading = $0 { true } else { false } }
    }

    /// Hands a request to a coordinator; `answer` gets the one response to it, now or later.
    func submit(
        to active: Active, _ event: (GroupCoordinator, RequestToken, Timestamp) -> [GroupEffect],
        answer: @escaping (GroupResponse) -> Void
    ) {
        lastToken += 1
        waiting[lastToken] = answer
        perform(event(active.coordinator, lastToken, now), of: active)
    }

    /// Who asks, with the randomness of a new member id.
    func client(_ info: ClientInfo) -> GroupClient {
        GroupClient(clientID: info.clientID, host: info.host, nonce: .random(using: &random))
    }

    // MARK: Effects

    func perform(_ effects: [GroupEffect], of active: Active) {
        for effect in effects {
            switch effect {
            case .append(let records, let token): append(records, token, of: active)
            case .reply(let token, let response): waiting.removeValue(forKey: token)?(response)
            }
        }
        arm(active)
    }

    private func append(_ records: [GroupRecord], _ token: WriteToken, of active: Active) {
        let batches: [ByteBuffer]
        do {
            batches = try GroupBatches.encode(records, timestamp: clock.wall, limit: Limits.groupBatchBytes)
        } catch {
            log.error("a record of \(active.partition) cannot be written: \(error)")
            return fail(token, .unknownServerError, of: active)
        }
        var refused = false
        for (index, batch) in batches.enumerated() where !refused {
            let isLast = index == batches.count - 1
            groupLog.append(records: batch, to: active.partition) { [weak self, weak active] result in
                guard let self, let active, !refused, self.isCurrent(active) else { return }
                switch result {
                case .success:
                    guard isLast else { return }
                    self.perform(active.coordinator.committed(through: token, now: self.now), of: active)
                case .failure(let error):
                    refused = true
                    self.fail(token, error, of: active)
                }
            }
        }
    }

    private func fail(_ token: WriteToken, _ error: ErrorCode, of active: Active) {
        perform(active.coordinator.writeFailed(token, error: error, now: now), of: active)
    }

    func isCurrent(_ active: Active) -> Bool {
        guard case .active(let current)? = slots[active.partition.partition] else { return false }
        return current === active
    }

    // MARK: Timers

    private func arm(_ active: Active) {
        guard isCurrent(active), let deadline = active.coordinator.nextDeadline else { return }
        if let armed = active.armedFor, armed <= deadline { return }
        active.timer?.cancel()
        active.armedFor = deadline
        active.timer = clock.schedule(after: max(0, deadline - now)) { [weak self, weak active] in
            guard let self, let active, self.isCurrent(active) else { return }
            active.armedFor = nil
            self.perform(active.coordinator.tick(now: self.now), of: active)
        }
    }
}
