import KafkaProtocol
import KafkaRecords

/// A producer. With acks=all it is idempotent and repeats a batch until it is told what became of it; with acks=1 it
/// sends each batch once and never looks back.
package final class SimulatedProducer: SimulatedClient {
    private struct Batch {
        let marks: [Mark]
        let sequence: Int32
        let name: TopicPartition
    }

    private let acks: Int16
    private let pace: ClosedRange<Int64>
    private var identity: (id: Int64, epoch: Int16)?
    private var nextNumber: Int64 = 0
    /// By name, as Produce names topics: a topic that is made again goes on with the numbers of the one before it.
    private var nextSequence: [TopicPartition: Int32] = [:]
    private var underWay: [TopicPartition: Batch] = [:]
    /// How many batches were acknowledged for each partition.
    package private(set) var stored: [PartitionID: Int] = [:]

    package init(id: Int32, cluster: SimulatedCluster, checker: Checker, acks: Int16, pace: ClosedRange<Int64>) {
        self.acks = acks
        self.pace = pace
        super.init(id: id, cluster: cluster, checker: checker)
    }

    package func start() {
        refresh()
        if acks == -1 { begin() } else { produceLater() }
    }

    /// Whether nothing is under way.
    package var isIdle: Bool { underWay.isEmpty }

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

    /// Sends one new batch, unless one is under way there.
    package func produce(to id: PartitionID) {
        guard let name = target(id)?.name, underWay[name] == nil, acks == 1 || identity != nil else { return }
        let marks = (0..<dice.roll(1...3)).map { Mark(producer: self.id, number: nextNumber + $0) }
        nextNumber += Int64(marks.count)
        for mark in marks { checker.sends(mark) }
        let batch = Batch(marks: marks, sequence: nextSequence[name] ?? 0, name: name)
        nextSequence[name] = batch.sequence + Int32(marks.count)
        underWay[name] = batch
        attempt(batch, id)
    }

    private func attempt(_ batch: Batch, _ id: PartitionID) {
        guard let target = target(id) else { return end(batch, "does not know the topic") }
        send(request(batch, target.name), version: 11, to: target.leader) { [weak self] response in
            self?.answered(response?.responses.first?.partitionResponses.first, batch, target)
        }
    }

    private func request(_ batch: Batch, _ name: TopicPartition) -> ProduceRequest {
        var builder = RecordBatchBuilder()
        if let identity {
            builder.producerID = identity.id
            builder.producerEpoch = identity.epoch
            builder.baseSequence = batch.sequence
        }
        for mark in batch.marks { builder.append(timestamp: cluster.clock.wall, value: mark.encoded) }
        var partition = ProduceRequest.Topic.Partition()
        partition.index = name.partition
        partition.records = (try? builder.build())?.bytes
        var topic = ProduceRequest.Topic()
        topic.name = name.topic
        topic.partitionData = [partition]
        var request = ProduceRequest()
        request.acks = acks
        request.timeoutMs = Int32(timeout) - 500
        request.topicData = [topic]
        return request
    }

    private func answered(_ answer: ProduceResponse.Topic.Partition?, _ batch: Batch, _ target: Target) {
        guard let answer else { return again(batch, target.id, "no answer from broker \(target.leader)") }
        switch answer.errorCode {
        case .none:
            note("\(target.name) has \(batch.marks) at \(answer.baseOffset), says broker \(target.leader)")
            if acks == -1 { checker.acknowledged(batch.marks, at: answer.baseOffset, in: target.name) }
            stored[target.id, default: 0] += 1
            underWay[target.name] = nil
        case .outOfOrderSequenceNumber, .unknownProducerId, .invalidProducerEpoch, .duplicateSequenceNumber:
            checker.refusedSequence(answer.errorCode, batch.marks, in: target.name)
            end(batch, "\(answer.errorCode)")
        default: again(batch, target.id, "\(answer.errorCode)")
        }
    }

    private func again(_ batch: Batch, _ id: PartitionID, _ reason: String) {
        guard acks == -1, checker.isKnown(id) else { return end(batch, reason) }
        note("\(batch.marks) again: \(reason)")
        refresh()
        after(dice.roll(10...100)) { [weak self] in self?.retry(batch, id) }
    }

    private func retry(_ batch: Batch, _ id: PartitionID) {
        guard target(id) != nil else { return again(batch, id, "unknown topic") }
        attempt(batch, id)
    }

    private func end(_ batch: Batch, _ reason: String) {
        note("gives \(batch.marks) up: \(reason)")
        underWay[batch.name] = nil
        refresh()
    }
}
