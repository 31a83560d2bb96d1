import KafkaProtocol
import TestSupport

/// Reads partitions from their leaders and shows the checker all that it is given.
package final class SimulatedConsumer: SimulatedClient {
    private var positions: [PartitionID: Offset] = [:]

    package func start() {
        refresh()
        readLater(after: 50)
    }

    private func readLater(after delay: Int64) {
        after(delay) { [weak self] in self?.read() }
    }

    private func read() {
        guard !isClosing else { return }
        guard !targets.isEmpty else {
            refresh()
            return readLater(after: 50)
        }
        let target = dice.pick(targets)
        let position = positions[target.id] ?? 0
        var request = FetchRequest(
            id: target.id.topic, target.id.partition, from: position, epoch: target.epoch, bytes: 4_096)
        request.maxWaitMs = 100
        request.minBytes = 1
        request.isolationLevel = 1
        send(request, version: 16, to: target.leader) { [weak self] response in
            self?.answered(response?.responses.first?.partitions.first, target, position)
        }
    }

    private func answered(_ answer: FetchResponse.Partition?, _ target: Target, _ position: Offset) {
        defer { readLater(after: dice.roll(1...50)) }
        guard let answer, answer.errorCode == .none else {
            if answer?.errorCode == .offsetOutOfRange, checker.isKnown(target.id) {
                checker.fail("\(target.name): a consumer at offset \(position) is out of range")
            }
            return refresh()
        }
        guard let records = answer.records, records.readableBytes > 0 else { return }
        do {
            let read = try RecordIdentity.all(in: records).filter { $0.offset >= position }
            checker.consumed(read, in: target.id)
            if let last = read.last { positions[target.id] = last.offset + 1 }
        } catch {
            checker.fail("\(target.name): a consumer cannot read what it is given at \(position): \(error)")
        }
    }
}
