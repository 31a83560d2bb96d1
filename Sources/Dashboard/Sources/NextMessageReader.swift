import KafkaClient
import KafkaProtocol
import NIOCore

/// Reads a commit in full and the one message that follows it: no group, nothing committed.
struct NextMessageReader {
    let client: KafkaClient

    /// What a group reads next in a partition.
    func told(of group: String, in partition: TopicPartition) async -> Result<NextMessage.Told, Failure> {
        let found = await client.committedOffsets([group], of: [partition], timeout: SourceTimes.call)
        var told = NextMessage.Told()
        switch found[group] ?? .success([:]) {
        case .success(let offsets):
            if let commit = offsets[partition] {
                told.offset = commit.offset
                told.metadata = commit.metadata
                told.leaderEpoch = commit.leaderEpoch >= 0 ? commit.leaderEpoch : nil
            }
        case .failure(.broker(.groupIdNotFound, _)): break
        case .failure(let error): return .failure(Failure("\(error)"))
        }
        if told.offset == nil {
            // A share group commits nothing, and starts somewhere.
            let shares = await client.shareOffsets([group], timeout: SourceTimes.call)
            told.offset = try? shares[group]?.get()[partition]?.start
        }
        if let offset = told.offset { await read(&told, in: partition, from: offset) }
        return .success(told)
    }

    /// The whole batch of the message comes, and no other (KIP-74).
    private func read(_ told: inout NextMessage.Told, in partition: TopicPartition, from offset: Offset) async {
        var configuration = TopicScan.configuration(.readUncommitted)
        configuration.partitionMaxBytes = 1
        configuration.maxBytes = 1
        let consumer = Consumer(client, configuration)
        await consumer.assign([partition: .offset(offset)])
        do {
            let result = try await consumer.poll(timeout: SourceTimes.call)
            if let record = result.records.first?.record {
                told.message = LastMessages.Place(offset: record.offset, timestamp: record.timestamp)
                told.bytes = (record.key?.readableBytes ?? 0) + (record.value?.readableBytes ?? 0)
            } else if let damaged = result.damaged.first {
                told.failure =
                    "offsets \(damaged.firstOffset) to \(damaged.lastOffset) cannot be read: \(damaged.reason)"
            } else {
                told.failure = result.errors[partition].map { "\($0)" }
            }
        } catch {
            told.failure = "\(error)"
        }
        await consumer.close()
    }
}
