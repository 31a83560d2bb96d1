import ClusterInsight
import KafkaClient
import KafkaProtocol

/// Reads transactional ids and the producers of partitions, which only a screen of their own shows.
package struct WriterReader {
    /// How long a call may take: the screen asks again every few seconds.
    private static let timeout = Duration.seconds(5)

    private let client: KafkaClient

    /// A reader that asks through a client.
    package init(_ client: KafkaClient) { self.client = client }

    /// All transactional ids, with what their coordinators know of them.
    package func transactions() async -> Result<TransactionsSnapshot, Failure> {
        do {
            let listed = try await client.listTransactions(timeout: Self.timeout)
            var all = listed.transactions.map {
                TransactionSnapshot(id: $0.id, state: $0.state, coordinator: $0.coordinator, producerID: $0.producerID)
            }
            let openFirst = all.filter(\.isOpen) + all.filter { !$0.isOpen }
            let told = await client.describeTransactions(
                openFirst.prefix(DashboardLimits.describedTransactions).map(\.id), timeout: Self.timeout)
            for index in all.indices {
                guard case .success(let description)? = told[all[index].id] else { continue }
                all[index].take(description)
            }
            return .success(TransactionsSnapshot(all, silent: listed.failures.keys.sorted()))
        } catch {
            return .failure(Failure("ListTransactions: \(error)"))
        }
    }

    /// The producers that the partitions of a topic remember.
    func producers(of topic: String) async -> Result<ProducersSnapshot, Failure> {
        let described = await client.describeTopics([topic], timeout: Self.timeout)
        switch described[topic] {
        case .success(let description)?:
            let partitions = description.partitions.map { TopicPartition(topic, $0.partition) }
            return .success(Self.picture(topic, await client.describeProducers(of: partitions, timeout: Self.timeout)))
        case .failure(let error)?: return .failure(Failure("\(topic): \(error)"))
        case nil: return .failure(Failure("\(topic): no answer"))
        }
    }

    private static func picture(
        _ topic: String, _ outcomes: Outcomes<TopicPartition, [PartitionProducer]>
    ) -> ProducersSnapshot {
        var picture = ProducersSnapshot(topic: topic, [])
        for (partition, outcome) in outcomes {
            switch outcome {
            case .success(let found):
                picture.producers += found.map { ProducerSnapshot($0, of: partition.partition) }
            case .failure(let error): picture.failures[partition.partition] = "\(error)"
            }
        }
        picture.producers.sort { ($0.partition, $0.id) < ($1.partition, $1.id) }
        return picture
    }
}

extension TransactionSnapshot {
    fileprivate mutating func take(_ told: TransactionDescription) {
        state = told.state
        producerID = told.producerID
        epoch = told.producerEpoch
        timeout = Int64(told.timeout)
        start = told.start
        partitions = told.partitions.sorted()
    }
}

extension ProducerSnapshot {
    fileprivate init(_ told: PartitionProducer, of partition: Int32) {
        self.init(
            partition: partition, id: told.id, epoch: told.epoch,
            lastSequence: told.lastSequence < 0 ? nil : told.lastSequence,
            lastAt: told.lastTimestamp < 0 ? nil : told.lastTimestamp, transactionStart: told.transactionStart,
            coordinatorEpoch: told.coordinatorEpoch < 0 ? nil : told.coordinatorEpoch)
    }
}
