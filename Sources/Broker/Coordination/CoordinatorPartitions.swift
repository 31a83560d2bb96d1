import ClusterMetadata
import Coordinators
import KafkaProtocol
import NIOCore

/// Runs one kind of coordinator: a machine for each partition of its internal topic that this broker leads. Reads it from
/// the log, keeps its timers, hands requests to it and its effects to `perform`. Loop only.
package final class CoordinatorPartitions<Machine: CoordinatorMachine> {
    /// A coordinator at work.
    final class Active {
        let partition: TopicPartition
        let epoch: Epoch
        fileprivate(set) var coordinator: Machine
        /// When the armed timer fires; nil when none is armed.
        fileprivate var armedFor: Timestamp?
        fileprivate var timer: Scheduled?

        init(partition: TopicPartition, epoch: Epoch, coordinator: Machine) {
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

    let topic: CoordinatorTopic
    let records: any CoordinatorLog
    let clock: any Clock
    let log: NodeLog
    let makeLoader: (Epoch) -> Machine.Loader
    /// Carries out one effect of a coordinator.
    var perform: (Machine.Effect, Active) -> Void = { _, _ in }
    private let nodeID: BrokerID
    /// What turns the monotonic clock into times since 1970 that never go back.
    private let anchor: Timestamp
    private(set) var slots: [Int32: Slot] = [:]
    private var waiting: [RequestToken: (Machine.Response) -> Void] = [:]
    private var lastToken: RequestToken = 0

    init(
        nodeID: BrokerID, topic: CoordinatorTopic, records: any CoordinatorLog, clock: any Clock, log: NodeLog,
        makeLoader: @escaping (Epoch) -> Machine.Loader
    ) {
        self.nodeID = nodeID
        self.topic = topic
        self.records = records
        self.clock = clock
        self.log = log
        self.makeLoader = makeLoader
        anchor = clock.wall - clock.now
    }

    /// Milliseconds since 1970 for coordinators.
    var now: Timestamp { anchor + clock.now }

    // MARK: Leadership

    /// Acts upon new metadata. Must be called after the replicas have been told, as loading reads their logs.
    func apply(_ image: MetadataImage) {
        topic.image = image
        let partitions = image.topic(named: topic.name)?.partitions ?? []
        for (index, slot) in slots {
            let state = partitions.indices.contains(Int(index)) ? partitions[Int(index)] : nil
            if state?.leader != nodeID || state?.leaderEpoch != slot.epoch { unload(index) }
        }
        for (index, state) in partitions.enumerated() where state.leader == nodeID && slots[Int32(index)] == nil {
            load(Int32(index), epoch: state.leaderEpoch)
        }
    }

    func setSlot(_ index: Int32, _ slot: Slot) { slots[index] = slot }

    private func unload(_ index: Int32) {
        guard case .active(let active)? = slots.removeValue(forKey: index) else { return }
        active.timer?.cancel()
        if let summary = active.coordinator.summary {
            log.info("no longer coordinates \(summary) of \(active.partition)")
        }
        run(active) { $0.resign(now: $1) }
    }

    // MARK: Requests

    /// The coordinator of a key, or why there is none here: COORDINATOR_LOAD_IN_PROGRESS, NOT_COORDINATOR, or
    /// COORDINATOR_NOT_AVAILABLE while there is no topic.
    func coordinator(of key: String) -> Result<Active, ErrorCode> {
        guard let partition = topic.partition(of: key) else { return .failure(.coordinatorNotAvailable) }
        return coordinator(at: partition)
    }

    func coordinator(at partition: Int32) -> Result<Active, ErrorCode> {
        switch slots[partition] {
        case .active(let active)?: .success(active)
        case .loading?: .failure(.coordinatorLoadInProgress)
        case nil: .failure(.notCoordinator)
        }
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
        to active: Active, _ event: (inout Machine, RequestToken, Timestamp) -> [Machine.Effect],
        answer: @escaping (Machine.Response) -> Void
    ) {
        lastToken += 1
        let token = lastToken
        waiting[token] = answer
        run(active) { event(&$0, token, $1) }
    }

    /// A coordinator's answer to a request.
    func reply(_ token: RequestToken, _ response: Machine.Response) { waiting.removeValue(forKey: token)?(response) }

    // MARK: Events

    /// Hands an event to a coordinator, carries out what it asks for, and arms its next timer.
    func run(_ active: Active, _ event: (inout Machine, Timestamp) -> [Machine.Effect]) {
        carryOut(event(&active.coordinator, now), of: active)
    }

    func carryOut(_ effects: [Machine.Effect], of active: Active) {
        for effect in effects { perform(effect, active) }
        arm(active)
    }

    func isCurrent(_ active: Active) -> Bool {
        guard case .active(let current)? = slots[active.partition.partition] else { return false }
        return current === active
    }

    private func arm(_ active: Active) {
        guard isCurrent(active), let deadline = active.coordinator.nextDeadline else { return }
        if let armed = active.armedFor, armed <= deadline { return }
        active.timer?.cancel()
        active.armedFor = deadline
        active.timer = clock.schedule(after: max(0, deadline - now)) { [weak self, weak active] in
            guard let self, let active, isCurrent(active) else { return }
            active.armedFor = nil
            run(active) { $0.tick(now: $1) }
        }
    }

    // MARK: Appending

    /// Appends what a coordinator asks for, and tells it of the outcome, unless it has resigned meanwhile.
    ///
    /// - Parameters:
    ///   - batches: made only now, because making them can fail.
    ///   - settled: gets the coordinator and nil when all batches are committed, or the error of the first that failed.
    func append(
        to active: Active, _ batches: () throws -> [ByteBuffer],
        settled: @escaping (inout Machine, ErrorCode?, Timestamp) -> [Machine.Effect]
    ) {
        let made: [ByteBuffer]
        do { made = try batches() } catch {
            log.error("a record of \(active.partition) cannot be written: \(error)")
            return run(active) { settled(&$0, .unknownServerError, $1) }
        }
        var refused = false
        for (index, batch) in made.enumerated() where !refused {
            let isLast = index == made.count - 1
            records.append(records: batch, to: active.partition) { [weak self, weak active] result in
                guard let self, let active, !refused, isCurrent(active) else { return }
                switch result {
                case .success:
                    if isLast { run(active) { settled(&$0, nil, $1) } }
                case .failure(let error):
                    refused = true
                    run(active) { settled(&$0, error, $1) }
                }
            }
        }
    }
}
