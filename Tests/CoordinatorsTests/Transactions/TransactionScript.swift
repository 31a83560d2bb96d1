import Coordinators
import KafkaProtocol

/// Drives a transaction coordinator as producers, the log and partition leaders would, and writes down what is said and
/// stored, one line per message.
final class TransactionScript {
    let config: TransactionConfig
    var coordinator: TransactionCoordinator
    var now: Timestamp = 1_700_000_000_000
    /// Appends are committed at once; otherwise call `commit` or `fail`.
    var committing = true
    private(set) var log: [TransactionRecord] = []
    private(set) var replies: [RequestToken: TransactionResponse] = [:]
    private(set) var transcript: [String] = []
    private(set) var markers: [TransactionMarkers] = []
    private var appended: [(records: [TransactionRecord], token: WriteToken)] = []
    private var names: [RequestToken: String] = [:]
    private var nextToken: RequestToken = 0
    private var nextProducerID: Int64 = 1000
    private var epoch: Epoch = 7

    init(_ change: (inout TransactionConfig) -> Void = { _ in }) {
        var config = TransactionConfig()
        change(&config)
        self.config = config
        coordinator = TransactionCoordinator(config: config, epoch: 7, now: now)
    }

    var text: String { transcript.joined(separator: "\n") }

    func note(_ line: String) { transcript.append("-- \(line)") }

    func state(_ id: String = "t") -> String { coordinator.describe(id).transactionState }

    // MARK: Time, log, leaders

    /// Lets time pass in the steps that the coordinator asks for.
    func advance(_ milliseconds: Int64) {
        let end = now + milliseconds
        while let deadline = coordinator.nextDeadline, deadline <= end {
            now = max(now, deadline)
            take(coordinator.tick(now: now))
        }
        now = end
    }

    /// The records on their way into the log are committed.
    func commit() {
        while !appended.isEmpty {
            let (records, token) = appended.removeFirst()
            store(records)
            take(coordinator.committed(through: token, now: now))
        }
    }

    func fail(_ error: ErrorCode) {
        while !appended.isEmpty {
            let (_, token) = appended.removeFirst()
            take(coordinator.writeFailed(token, error: error, now: now))
        }
    }

    /// The leaders write the markers that were asked for.
    func writeMarkers() {
        let due = markers
        markers = []
        for ending in due {
            let partitions = ending.partitions.sorted().map { "\($0)" }.joined(separator: " ")
            transcript.append(
                "leaders: \(ending.isCommit ? "COMMIT" : "ABORT") of \(ending.producerID)/\(ending.producerEpoch)"
                    + " by coordinator \(ending.coordinatorEpoch) in \(partitions)")
            written(ending, ending.partitions)
        }
    }

    func written(_ ending: TransactionMarkers, _ partitions: Set<TopicPartition>) {
        take(
            coordinator.markersWritten(
                partitions, of: ending.transactionalID, producerID: ending.producerID, epoch: ending.producerEpoch,
                now: now))
    }

    /// Another broker takes over: a new coordinator from the log.
    func move() {
        take(coordinator.resign(now: now))
        markers = []
        appended = []
        epoch += 1
        note("the coordinator moves: epoch \(epoch)")
        var loader = TransactionLoader(config: config, epoch: epoch)
        for record in log { loader.replay(record) }
        let (loaded, effects) = loader.finish(now: now)
        coordinator = loaded
        take(effects)
    }

    private func take(_ effects: [TransactionEffect]) {
        for effect in effects {
            switch effect {
            case .append(let records, let token):
                appended.append((records, token))
                if committing { commit() }
            case .reply(let token, let response):
                precondition(replies[token] == nil, "answered twice")
                replies[token] = response
                transcript.append("\(names[token] ?? "?") < \(Self.words(response))")
            case .writeMarkers(let ending): markers.append(ending)
            }
        }
    }

    private func store(_ records: [TransactionRecord]) {
        log += records
        for record in records {
            guard let value = record.value else {
                transcript.append("  log: \(record.transactionalID) forgotten")
                continue
            }
            let state = TransactionState(rawValue: value.status)?.name ?? "?"
            let partitions = (value.partitions ?? []).flatMap { topic in
                topic.partitions.map { " \(topic.name)-\($0)" }
            }
            transcript.append(
                "  log: \(record.transactionalID) \(state) \(value.producerID)/\(value.producerEpoch)"
                    + partitions.joined())
        }
    }

    private static func words(_ response: TransactionResponse) -> String {
        switch response {
        case .initialized(let id, let epoch): "producer \(id), epoch \(epoch)"
        case .done: "ok"
        case .refused(let error): error.name
        }
    }

    // MARK: Producers

    private func token(_ name: String, _ line: String) -> RequestToken {
        nextToken += 1
        names[nextToken] = name
        transcript.append("\(name) > \(line)")
        return nextToken
    }

    /// InitProducerId. A producer that keeps its id names it (KIP-360).
    @discardableResult
    func begin(
        _ name: String, _ id: String = "t", keeping: (id: Int64, epoch: Int16)? = nil, timeout: Int32 = 60_000
    ) -> TransactionResponse? {
        let token = token(name, "InitProducerId \(id)" + (keeping.map { " keeping \($0.id)/\($0.epoch)" } ?? ""))
        var request = InitProducerIdRequest()
        request.transactionalID = id
        request.transactionTimeoutMs = timeout
        request.producerID = keeping?.id ?? -1
        request.producerEpoch = keeping?.epoch ?? -1
        var fresh: Int64?
        if coordinator.needsProducerID(for: request) {
            fresh = nextProducerID
            nextProducerID += 1
        }
        take(coordinator.initProducerID(request, freshID: fresh, token: token, now: now))
        return replies[token]
    }

    @discardableResult
    func add(
        _ name: String, _ partitions: [TopicPartition], _ id: String = "t", as producer: (id: Int64, epoch: Int16)
    ) -> TransactionResponse? {
        let list = partitions.map { "\($0)" }.joined(separator: " ")
        let token = token(name, "AddPartitionsToTxn \(id) as \(producer.id)/\(producer.epoch): \(list)")
        take(
            coordinator.addPartitions(
                Set(partitions), to: id, producerID: producer.id, epoch: producer.epoch, token: token, now: now))
        return replies[token]
    }

    @discardableResult
    func end(
        _ name: String, commit: Bool, _ id: String = "t", as producer: (id: Int64, epoch: Int16)
    ) -> TransactionResponse? {
        let token = token(name, "EndTxn \(id) as \(producer.id)/\(producer.epoch): \(commit ? "COMMIT" : "ABORT")")
        take(
            coordinator.endTransaction(
                id, producerID: producer.id, epoch: producer.epoch, commit: commit, token: token, now: now))
        return replies[token]
    }
}
