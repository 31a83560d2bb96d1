import ClusterInsight
import KafkaClient
import KafkaProtocol

/// Which topics are written in transactions: only of those the last stable offset can differ from the end, so that only
/// of those it is asked for.
extension LiveSource {
    /// Topics whose last stable offsets are asked for.
    var topicsWithTransactions: Set<String> {
        var names = untoldWriters
        for topic in snapshot.topics where topic.isTransactional { names.insert(topic.name) }
        return names
    }

    /// Looks at the producers of topics that somebody looks at, every so often and beside everything else. Once a topic was
    /// seen to be written in transactions it counts as such: the markers stay in its log.
    func lookForTransactions() {
        let now = WallClock.now()
        let attended = attendedTopics
        writersSoughtAt = writersSoughtAt.filter { attended.contains($0.key) }
        untoldWriters.formIntersection(attended)
        let due = attended.filter { name in
            guard let index = topicPositions[name], !snapshot.topics[index].isTransactional else { return false }
            return now - (writersSoughtAt[name] ?? 0) >= SourceTimes.writers
        }
        guard !due.isEmpty else { return }
        for name in due { writersSoughtAt[name] = now }
        // Partitions without a leader would be waited for.
        let partitions = due.sorted().compactMap { topicPositions[$0] }.map { snapshot.topics[$0] }.flatMap { topic in
            topic.partitions.filter { !$0.isOffline }.map { TopicPartition(topic.name, $0.id) }
        }
        Task { await takeWriters(of: partitions) }
    }

    private func takeWriters(of partitions: [TopicPartition]) async {
        let told = await client.describeProducers(of: partitions, timeout: SourceTimes.call)
        for (partition, outcome) in told {
            switch outcome {
            case .success(let producers):
                guard let index = topicPositions[partition.topic], producers.contains(where: \.usesTransactions),
                    !snapshot.topics[index].isTransactional
                else { continue }
                snapshot.topics[index].isTransactional = true
            case .failure(let error):
                // Kafka before 2.8 has no such request, and not everybody may make it.
                if !error.isSilence { untoldWriters.insert(partition.topic) }
            }
        }
    }
}

extension PartitionProducer {
    /// Whether it has written in transactions: one is open, or markers have ended some.
    fileprivate var usesTransactions: Bool { transactionStart != nil || coordinatorEpoch >= 0 }
}
