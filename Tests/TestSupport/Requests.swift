import KafkaProtocol
import NIOCore

// Requests about one topic or one partition, as most tests make them; whatever else they say is set on them.

extension CreateTopicsRequest {
    /// New topics; the controller may take five seconds.
    package init(_ topics: Topic...) {
        self.init()
        self.topics = topics
        timeoutMs = 5_000
    }
}

extension CreateTopicsRequest.Topic {
    /// With `assignments`, the brokers of each partition, nothing is left to choose.
    package init(
        _ name: String, partitions: Int32 = 1, factor: Int16 = 1, configs: [String: String?] = [:],
        on assignments: [[BrokerID]] = []
    ) {
        self.init()
        self.name = name
        numPartitions = assignments.isEmpty ? partitions : -1
        replicationFactor = assignments.isEmpty ? factor : -1
        self.configs = configs.sorted { $0.key < $1.key }.map { key, value in
            var config = Config()
            config.name = key
            config.value = value
            return config
        }
        self.assignments = assignments.enumerated().map { index, brokers in
            var assignment = Assignment()
            assignment.partitionIndex = Int32(index)
            assignment.brokerIDs = brokers
            return assignment
        }
    }
}

extension MetadataRequest {
    /// Asks for topics by their names.
    package init(_ names: [String?]) {
        self.init()
        topics = names.map { name in
            var topic = Topic()
            topic.name = name
            return topic
        }
    }
}

extension ProduceRequest {
    /// Records for one partition.
    package init(
        _ records: ByteBuffer?, to topic: String, _ index: Int32 = 0, acks: Int16 = -1, timeoutMs: Int32 = 1_000
    ) {
        self.init()
        var partition = Topic.Partition()
        partition.index = index
        partition.records = records
        var entry = Topic()
        entry.name = topic
        entry.partitionData = [partition]
        self.acks = acks
        self.timeoutMs = timeoutMs
        topicData = [entry]
    }
}

extension FetchRequest {
    /// Reads one partition, by the name of its topic (up to version 12) or by its id.
    package init(
        _ topic: String = "", id: TopicID = .zero, _ index: Int32 = 0, from offset: Offset = 0, epoch: Epoch = -1,
        bytes: Int32 = 1 << 20
    ) {
        self.init()
        var partition = Topic.Partition()
        partition.partition = index
        partition.fetchOffset = offset
        partition.currentLeaderEpoch = epoch
        partition.partitionMaxBytes = bytes
        var entry = Topic()
        entry.topic = topic
        entry.topicID = id
        entry.partitions = [partition]
        topics = [entry]
    }
}

extension OffsetCommitRequest {
    /// Commits an offset of each of these partitions.
    package init(
        _ offset: Offset, of topic: String, _ indexes: [Int32] = [0], group: String,
        metadata: String? = nil
    ) {
        self.init()
        groupID = group
        var entry = Topic()
        entry.name = topic
        entry.partitions = indexes.map { index in
            var partition = Partition()
            partition.partitionIndex = index
            partition.committedOffset = offset
            partition.committedMetadata = metadata
            return partition
        }
        topics = [entry]
    }
}

extension TxnOffsetCommitRequest {
    /// Commits an offset of each of these partitions in a transaction.
    package init(
        _ offset: Offset, of topic: String, _ indexes: [Int32] = [0], group: String,
        producer: Int64
    ) {
        self.init()
        groupID = group
        producerID = producer
        let partitions = indexes.map { index in
            var partition = Partition()
            partition.partitionIndex = index
            partition.committedOffset = offset
            return partition
        }
        topics = [NamedTopic(topic, partitions)]
    }
}

extension OffsetFetchRequest {
    /// Asks what a group has committed of one partition (from version 8 on).
    package init(of topic: String, group: String) {
        self.init()
        var entry = Group()
        entry.groupID = group
        entry.topics = [Topic(topic)]
        groups = [entry]
    }
}

extension OffsetFetchRequest.Topic {
    package init(_ name: String, _ index: Int32 = 0) {
        self.init()
        self.name = name
        partitionIndexes = [index]
    }
}
