import KafkaProtocol
import KafkaRecords
import TestSupport

/// A producer that writes transactions, one after the other, and commits or aborts each (KIP-98). What goes wrong on the
/// way aborts it: the producer begins anew with the next epoch, as applications do.
package final class SimulatedTransactor: SimulatedClient {
    /// What is known of a transaction.
    enum Outcome {
        /// It is not ended yet; if it never is, it is aborted.
        case open
        case committed
        case aborted
        /// It was to be committed, and the answer is lost: all of it is there, or nothing.
        case unknown
    }

    /// A transaction and what it wrote.
    struct Transaction {
        var marks: [Mark] = []
        var outcome = Outcome.open
    }

    private let name: String
    /// Topics that are never deleted.
    private let topics: Set<String>
    private var coordinator: BrokerID?
    private var identity: (id: Int64, epoch: Int16)?
    private var sequences: [TopicPartition: Int32] = [:]
    private var nextNumber: Int64 = 0
    private(set) var transactions: [Transaction] = []
    package private(set) var isIdle = true

    /// A transaction that is open for longer (virtual milliseconds) is aborted by its coordinator.
    private static let patience: Int32 = 5_000

    package init(id: Int32, cluster: SimulatedCluster, checker: Checker, topics: [String]) {
        name = "transactions-\(id)"
        self.topics = Set(topics)
        super.init(id: id, cluster: cluster, checker: checker)
        checker.transactors.append(self)
    }

    package func start() { nextLater() }

    private func nextLater() {
        isIdle = true
        after(dice.roll(20...300)) { [weak self] in
            guard let self, !isClosing else { return }
            isIdle = false
            step()
        }
    }

    private func step() {
        guard let coordinator else { return find() }
        guard identity != nil else { return begin(coordinator) }
        let known = targets.filter { topics.contains($0.name.topic) }
        guard !known.isEmpty else {
            refresh()
            return nextLater()
        }
        let chosen = Set((0..<dice.roll(1...2)).map { _ in dice.pick(known).name })
        transactions.append(Transaction())
        add(chosen.sorted())
    }

    private func find() {
        var request = FindCoordinatorRequest()
        request.keyType = 1
        request.coordinatorKeys = [name]
        send(request, version: 4, to: anyBroker) { [weak self] response in
            guard let self else { return }
            if let found = response?.coordinators.first, found.errorCode == .none { coordinator = found.nodeID }
            nextLater()
        }
    }

    private func begin(_ broker: BrokerID) {
        var request = InitProducerIdRequest()
        request.transactionalID = name
        request.transactionTimeoutMs = Self.patience
        send(request, version: 4, to: broker) { [weak self] response in
            guard let self else { return }
            if let response, response.errorCode == .none {
                identity = (response.producerID, response.producerEpoch)
                sequences = [:]
                note("is producer \(response.producerID) in epoch \(response.producerEpoch)")
            } else if response?.errorCode != .concurrentTransactions {
                coordinator = nil
            }
            nextLater()
        }
    }

    // MARK: One transaction

    private func add(_ partitions: [TopicPartition]) {
        guard let identity, let coordinator else { return giveUp("no coordinator") }
        var request = AddPartitionsToTxnRequest()
        request.transactionalID = name
        request.producerID = identity.id
        request.producerEpoch = identity.epoch
        request.topics = Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }.map {
            .init($0.key, $0.value.map(\.partition))
        }
        send(request, version: 3, to: coordinator) { [weak self] response in
            guard let self else { return }
            let errors = response?.topics.flatMap(\.partitions).map(\.errorCode)
            guard let errors, errors.allSatisfy({ $0 == .none }) else {
                return giveUp("partitions are not added: \(errors.map { "\($0)" } ?? "no answer")")
            }
            produce(partitions)
        }
    }

    private func produce(_ partitions: [TopicPartition]) {
        guard let partition = partitions.first else { return end() }
        guard let identity, let target = targets.first(where: { $0.name == partition }) else {
            return giveUp("no leader of \(partition)")
        }
        let marks = (0..<dice.roll(1...3)).map { Mark(producer: id, number: nextNumber + $0) }
        nextNumber += Int64(marks.count)
        for mark in marks { checker.sends(mark) }
        transactions[transactions.count - 1].marks += marks
        var builder = RecordBatchBuilder()
        builder.producerID = identity.id
        builder.producerEpoch = identity.epoch
        builder.baseSequence = sequences[partition, default: 0]
        builder.isTransactional = true
        for mark in marks { builder.append(timestamp: cluster.clock.wall, value: mark.encoded) }
        sequences[partition, default: 0] += Int32(marks.count)
        var request = ProduceRequest(
            (try? builder.build())?.bytes, to: partition.topic, partition.partition, timeoutMs: Int32(timeout) - 500)
        request.transactionalID = name
        send(request, version: 11, to: target.leader) { [weak self] response in
            guard let self else { return }
            let error = response?.responses.first?.partitionResponses.first?.errorCode
            guard error == ErrorCode.none else {
                refresh()
                return giveUp("\(partition): \(error.map { "\($0)" } ?? "no answer")")
            }
            produce(Array(partitions.dropFirst()))
        }
    }

    private func end() {
        let commits = dice.chance(700)
        if commits { transactions[transactions.count - 1].outcome = .unknown }
        end(commits, tries: 10)
    }

    private func end(_ commits: Bool, tries: Int) {
        guard let identity, let coordinator, tries > 0 else { return giveUp("the end is not answered") }
        var request = EndTxnRequest()
        request.transactionalID = name
        request.producerID = identity.id
        request.producerEpoch = identity.epoch
        request.committed = commits
        send(request, version: 3, to: coordinator) { [weak self] response in
            guard let self else { return }
            switch response?.errorCode {
            case ErrorCode.none:
                transactions[transactions.count - 1].outcome = commits ? .committed : .aborted
                note("\(commits ? "committed" : "aborted") \(transactions[transactions.count - 1].marks)")
                nextLater()
            case .concurrentTransactions?, .coordinatorLoadInProgress?, nil:
                after(100) { [weak self] in self?.end(commits, tries: tries - 1) }
            case let error?: giveUp("the end is refused: \(error)")
            }
        }
    }

    /// Forgets the transaction: the next epoch aborts it, or its timeout does.
    private func giveUp(_ reason: String) {
        note("gives up \(transactions.last?.marks ?? []): \(reason)")
        if transactions.last?.outcome == .open { transactions[transactions.count - 1].outcome = .aborted }
        identity = nil
        coordinator = nil
        nextLater()
    }
}
