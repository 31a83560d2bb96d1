import KafkaProtocol
import KafkaRecords
import TestSupport

/// A producer. With acks=all it is idempotent and repeats batches until it is told what became of them; with acks=1 it sends
/// each batch once and never looks back.
package final class SimulatedProducer: SimulatedClient {
    private let acks: Int16
    private let pace: ClosedRange<Int64>
    /// Some producers go on with a new leader before the one before it has answered, as librdkafka does now and then.
    private let isHasty: Bool
    private var identity: (id: Int64, epoch: Int16)?
    private var nextNumber: Int64 = 0
    private var windows: [TopicPartition: ProducerWindow] = [:]
    /// How many batches were acknowledged for each partition.
    package private(set) var stored: [PartitionID: Int] = [:]

    package init(id: Int32, cluster: SimulatedCluster, checker: Checker, acks: Int16, pace: ClosedRange<Int64>) {
        self.acks = acks
        self.pace = pace
        isHasty = acks == -1 && cluster.dice.chance(300)
        super.init(id: id, cluster: cluster, checker: checker)
    }

    package func start() {
        refresh()
        if acks == -1 { begin() } else { produceLater() }
    }

    /// Whether nothing is under way.
    package var isIdle: Bool { windows.values.allSatisfy(\.isEmpty) }

    /// The partitions it knows of.
    package var partitions: [PartitionID] { targets.map(\.id) }

    private func begin() {
        send(InitProducerIdRequest(), version: 4, to: anyBroker) { [weak self] response in
            guard let self else { return }
            guard let response, response.errorCode == .none else { return after(100) { [weak self] in self?.begin() } }
            identity = (response.producerID, response.producerEpoch)
            note("is producer \(response.producerID)")
            produceLater()
        }
    }

    private func produceLater() {
        after(dice.roll(pace)) { [weak self] in
            guard let self, !isClosing else { return }
            if targets.isEmpty { refresh() } else { produce(to: dice.pick(targets).id) }
            produceLater()
        }
    }

    /// Sends one new batch, unless it has to wait for its identity or for those under way.
    ///
    /// - Returns: whether it was sent.
    @discardableResult
    package func produce(to id: PartitionID) -> Bool {
        guard let target = target(id), acks == 1 || identity != nil else { return false }
        var window = windows[target.name] ?? ProducerWindow()
        window.turn(to: id)
        guard window.mayBegin(to: target.leader, hasty: isHasty) else { return false }
        let marks = (0..<dice.roll(1...3)).map { Mark(producer: self.id, number: nextNumber + $0) }
        nextNumber += Int64(marks.count)
        for mark in marks { checker.sends(mark) }
        let batch = window.begin(marks, to: target.leader)
        windows[target.name] = window
        send(batch, target)
        return true
    }

    private func send(_ batch: ProducerWindow.Batch, _ target: Target) {
        send(request(batch, target.name), version: 11, to: target.leader) { [weak self] response in
            self?.answered(response?.responses.first?.partitionResponses.first, batch, target)
        }
    }

    private func request(_ batch: ProducerWindow.Batch, _ name: TopicPartition) -> ProduceRequest {
        var builder = RecordBatchBuilder()
        if let identity {
            builder.producerID = identity.id
            builder.producerEpoch = identity.epoch
            builder.baseSequence = batch.sequence
        }
        for mark in batch.marks { builder.append(timestamp: cluster.clock.wall, value: mark.encoded) }
        return ProduceRequest(
            (try? builder.build())?.bytes, to: name.topic, name.partition, acks: acks, timeoutMs: Int32(timeout) - 500)
    }

    private func answered(
        _ answer: ProduceResponse.Topic.Partition?, _ batch: ProducerWindow.Batch, _ target: Target
    ) {
        // It may be known by a later batch's answer, or nobody asks any more as the topic is gone.
        guard windows[target.name]?.contains(batch) == true else { return }
        guard let answer else { return failed(batch, target, "no answer from broker \(target.leader)") }
        switch answer.errorCode {
        case .none:
            note("\(target.name) has \(batch.marks) at \(answer.baseOffset), says broker \(target.leader)")
            if acks == -1 { checker.acknowledged(batch.marks, at: answer.baseOffset, in: target.name) }
            for implied in windows[target.name]?.acknowledged(batch) ?? [] where acks == -1 {
                checker.acknowledged(implied.marks, in: target.name)
            }
            stored[target.id, default: 0] += 1
            repeatIfDrained(target)
        case .outOfOrderSequenceNumber where checker.isDeposed(target.leader, asLeaderOf: target.id):
            // It has not seen what came to the leaders after it.
            failed(batch, target, "\(answer.errorCode) from broker \(target.leader), which was deposed")
        case .outOfOrderSequenceNumber where windows[target.name]?.hasOvertaken(batch) == true:
            failed(batch, target, "\(answer.errorCode) from broker \(target.leader), ahead of one to another")
        case .outOfOrderSequenceNumber, .unknownProducerId, .invalidProducerEpoch, .duplicateSequenceNumber:
            checker.refusedSequence(answer.errorCode, batch.marks, in: target.name)
            giveUp(target, "\(answer.errorCode)")
        default: failed(batch, target, "\(answer.errorCode) from broker \(target.leader)")
        }
    }

    private func failed(_ batch: ProducerWindow.Batch, _ target: Target, _ reason: String) {
        guard acks == -1 else { return giveUp(target, reason) }
        note("\(batch.marks) failed: \(reason)")
        refresh()
        windows[target.name]?.failed(batch)
        repeatIfDrained(target)
    }

    private func repeatIfDrained(_ target: Target) {
        guard windows[target.name]?.isDrained == true else { return }
        after(dice.roll(10...100)) { [weak self] in self?.again(target) }
    }

    private func again(_ old: Target) {
        guard windows[old.name]?.isDrained == true else { return }
        guard checker.isKnown(old.id) else { return giveUp(old, "the topic is gone") }
        guard let target = target(old.id) else {
            refresh()
            return repeatIfDrained(old)
        }
        for batch in windows[old.name]?.beginAgain(to: target.leader) ?? [] {
            note("\(batch.marks) again, to broker \(target.leader)")
            send(batch, target)
        }
    }

    private func giveUp(_ target: Target, _ reason: String) {
        note("gives up what is under way for \(target.name): \(reason)")
        windows[target.name]?.giveUp()
        refresh()
    }
}
