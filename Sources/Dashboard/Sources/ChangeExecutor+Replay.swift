import KafkaClient
import KafkaProtocol
import NIOCore
import Synchronization

extension ChangeExecutor {
    /// Sends messages again in their order; one item for each, by where it was read.
    func replay(_ replay: Replay, _ progress: ChangeProgress) async -> [ChangeItem] {
        // Brokers hold a write back until it is in sync; what the screen asks meanwhile must not wait behind it.
        let own = KafkaClient(client.configuration)
        let producer = Producer(own, ProducerConfiguration())
        let found = Mutex<[Int: ChangeItem]>([:])
        for (index, message) in replay.messages.enumerated() {
            @Sendable func take(_ result: Result<Delivery, ClientError>) {
                let item = self.item(message.id, result)
                found.withLock { $0[index] = item }
                progress.told([item])
            }
            do {
                try await producer.enqueue(ProducerRecord(replay.record(index)), completion: take)
            } catch {
                take(.failure(ClientError(error)))
            }
        }
        await producer.flush()
        await producer.close()
        await own.close()
        let items = found.withLock { $0 }
        return replay.messages.indices.compactMap { items[$0] }
    }

    private func item(_ name: String, _ result: Result<Delivery, ClientError>) -> ChangeItem {
        switch result {
        case .success(let sent):
            ChangeItem(name, detail: "→ \(sent.partition.topic)/\(sent.partition.partition) offset \(sent.offset)")
        case .failure(let error): failed(name, error)
        }
    }
}

extension ProducerRecord {
    /// A record as the screen has it.
    init(_ record: NewRecord) {
        self.init(
            topic: record.topic, partition: record.partition, key: record.key.map { ByteBuffer(bytes: $0) },
            value: record.value.map { ByteBuffer(bytes: $0) },
            headers: record.headers.map { .init($0.key, $0.value.map { ByteBuffer(bytes: $0) }) },
            timestamp: record.timestamp)
    }
}
