import KafkaProtocol

/// Messages in per second by partition, worked out when somebody looks: a screen shows dozens of what may be a hundred
/// thousand.
package struct PartitionRates: Sendable {
    private var histories: [Shared<TopicHistory>] = []
    private var positions: [String: Int] = [:]
    private var now: Timestamp = 0
    /// Those that were told instead of measured.
    private var told: [TopicPartition: Series] = [:]

    /// Nothing is known.
    package init() {}

    init(_ histories: [Shared<TopicHistory>], positions: [String: Int], now: Timestamp) {
        self.histories = histories
        self.positions = positions
        self.now = now
    }

    /// Rate and course of a partition; nil when it has not told its offsets.
    package subscript(id: TopicPartition) -> Series? {
        get { told[id] ?? meter(id).map { $0.series(now: now) } }
        set { told[id] = newValue }
    }

    /// The meter of a partition that has told its offsets.
    func meter(_ id: TopicPartition) -> RateMeter? {
        guard let history = positions[id.topic].map({ histories[$0].value }),
            let index = history.topic.position(of: id.partition), history.topic.partitions[index].offsets != nil
        else { return nil }
        return history.partitions[index]
    }

    /// The end that a reader of a partition can see; nil while it has not told.
    func end(_ id: TopicPartition) -> Offset? {
        guard let history = positions[id.topic].map({ histories[$0].value }),
            let index = history.topic.position(of: id.partition)
        else { return nil }
        return history.topic.partitions[index].offsets.map { $0.value.stable ?? $0.value.latest }
    }
}

extension PartitionRates: Equatable {
    /// Equal when they were told the same at the same moment.
    package static func == (a: PartitionRates, b: PartitionRates) -> Bool {
        a.now == b.now && a.told == b.told && a.positions == b.positions
            && zip(a.histories, b.histories).allSatisfy { $0.topic == $1.topic && $0.partitions == $1.partitions }
    }
}
