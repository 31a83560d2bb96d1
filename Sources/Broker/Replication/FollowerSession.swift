import KafkaProtocol
import LogStorage

/// The follower's end of a fetch session (KIP-227): what its leader knows that it wants, so that a request names only what
/// has changed since.
struct FollowerSession {
    /// Where one replica stands.
    struct Position {
        let partition: Partition
        let epoch: Epoch
        let offset: Offset
        let lastEpoch: Epoch
        let logStart: Offset

        init(_ partition: Partition, epoch: Epoch) {
            self.partition = partition
            self.epoch = epoch
            offset = partition.log.logEndOffset
            lastEpoch = partition.log.lastBatchEpoch
            logStart = partition.log.logStartOffset
        }

        fileprivate func isSame(as other: Position) -> Bool {
            partition === other.partition && epoch == other.epoch && offset == other.offset
                && lastEpoch == other.lastEpoch && logStart == other.logStart
        }
    }

    private struct Name: Hashable {
        let topic: TopicID
        let partition: Int32
    }

    private var id: Int32 = 0
    /// Of the next request; 0 asks for a session.
    private var epoch: Int32 = 0
    private var known: [Name: Position] = [:]

    /// The position that an answer is about; nil for a partition that was not asked for.
    func position(_ topic: TopicID, _ partition: Int32) -> Position? {
        known[Name(topic: topic, partition: partition)]
    }

    /// Puts into `request` what the leader does not know yet of what is wanted now.
    mutating func ask(
        _ wanted: [Position], in request: inout FetchRequest,
        _ encode: (Position) -> FetchRequest.Topic.Partition
    ) {
        request.sessionID = id
        request.sessionEpoch = epoch
        if epoch == 0 { known.removeAll(keepingCapacity: true) }
        var changed: [TopicID: [FetchRequest.Topic.Partition]] = [:]
        for position in wanted {
            let name = Name(topic: position.partition.topicID, partition: position.partition.topicPartition.partition)
            if let told = known[name], told.isSame(as: position) { continue }
            known[name] = position
            changed[name.topic, default: []].append(encode(position))
        }
        request.topics = changed.map { id, partitions in
            var topic = FetchRequest.Topic()
            topic.topicID = id
            topic.partitions = partitions
            return topic
        }
        // Whoever was there before and is not wanted now leaves.
        if known.count > wanted.count { forget(allBut: wanted, &request) }
    }

    private mutating func forget(allBut wanted: [Position], _ request: inout FetchRequest) {
        let kept = Set(
            wanted.map { Name(topic: $0.partition.topicID, partition: $0.partition.topicPartition.partition) })
        var gone: [TopicID: [Int32]] = [:]
        for name in known.keys where !kept.contains(name) { gone[name.topic, default: []].append(name.partition) }
        for (topic, partitions) in gone {
            for partition in partitions { known[Name(topic: topic, partition: partition)] = nil }
            var forgotten = FetchRequest.ForgottenTopic()
            forgotten.topicID = topic
            forgotten.partitions = partitions
            request.forgottenTopicsData.append(forgotten)
        }
    }

    /// The leader answered without an error; `session` is 0 when it keeps none.
    mutating func answered(_ session: Int32) {
        if epoch == 0 {
            id = session
            epoch = session == 0 ? 0 : 1
        } else {
            epoch = epoch == .max ? 1 : epoch + 1
        }
    }
}
