import ClusterMetadata
import KafkaProtocol

@testable import Coordinators

/// Topics as a test wants them; every change is a new offset of the metadata.
struct TestTopics {
    private(set) var counts: [String: Int32] = [:]
    private var ids: [String: UUID] = [:]
    private var lastID: UInt64 = 0
    private(set) var offset: Offset = 0
    /// Configs of groups, by group.
    private var configs: [String: [String: String]] = [:]

    init(_ counts: [String: Int32] = [:]) {
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) { set(name, count) }
    }

    /// Makes a topic, or gives it more partitions.
    mutating func set(_ name: String, _ count: Int32) {
        if counts[name] == nil {
            lastID += 1
            ids[name] = UUID(high: 7, low: lastID)
        }
        counts[name] = count
        offset += 1
    }

    mutating func delete(_ name: String) {
        counts[name] = nil
        offset += 1
    }

    mutating func configure(_ group: String, _ key: String, _ value: String?) {
        configs[group, default: [:]][key] = value
        offset += 1
    }

    func id(_ name: String) -> UUID { ids[name] ?? .zero }

    var image: MetadataImage {
        get throws {
            var records: [MetadataRecord] = []
            for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
                records.append(.topic(TopicRecord(name: name, topicID: id(name))))
                for index in 0..<count {
                    var partition = PartitionRecord()
                    partition.partitionID = index
                    partition.topicID = id(name)
                    records.append(.partition(partition))
                }
            }
            for (group, values) in configs {
                for (key, value) in values {
                    records.append(.config(ConfigRecord(resource: .group(group), name: key, value: value)))
                }
            }
            return try MetadataImage(records: records, offset: offset)
        }
    }
}

extension CoordinatorScript {
    /// One heartbeat of the new protocol; nil while its answer waits for a commit.
    @discardableResult
    func beat(
        _ id: String, _ epoch: Int32, topics: TestTopics, group: String = "g", names: [String]? = nil,
        regex: String? = nil, owned: [TopicIDPartitions]? = nil, timeout: Int32 = -1, instance: String? = nil,
        assignor: String? = nil, nonce: UInt64 = 1
    ) throws -> ConsumerGroupHeartbeatResponse? {
        let token = token(id, "ConsumerGroupHeartbeat epoch \(epoch)")
        var request = ConsumerGroupHeartbeatRequest()
        request.groupID = group
        request.memberID = id
        request.memberEpoch = epoch
        request.instanceID = instance
        request.rebalanceTimeoutMs = timeout
        request.subscribedTopicNames = names
        request.subscribedTopicRegex = regex
        request.serverAssignor = assignor
        request.topicPartitions = owned
        let client = GroupClient(clientID: "client", host: "/10.0.0.1", nonce: UUID(high: 1, low: nonce))
        take(
            coordinator.consumerGroupHeartbeat(
                request, from: client, image: try topics.image, token: token, now: now))
        return heartbeatAnswer(token)
    }

    func heartbeatAnswer(_ token: RequestToken) -> ConsumerGroupHeartbeatResponse? {
        guard case .consumerGroupHeartbeat(let response)? = replies[token] else { return nil }
        return response
    }

    /// A member's first heartbeat.
    @discardableResult
    func enter(
        _ id: String, _ names: [String] = ["t"], topics: TestTopics, group: String = "g", instance: String? = nil,
        assignor: String? = nil
    ) throws -> ConsumerGroupHeartbeatResponse? {
        try beat(
            id, 0, topics: topics, group: group, names: names, owned: [], timeout: 60_000, instance: instance,
            assignor: assignor)
    }

    func described(_ topics: TestTopics, group: String = "g") throws -> ConsumerGroupDescribeResponse.Group {
        coordinator.describeConsumerGroup(group, image: try topics.image)
    }
}

extension ConsumerGroupHeartbeatResponse {
    /// How many partitions the answer gives; nil when it gives none anew.
    var count: Int? { assignment.map { $0.topicPartitions.reduce(0) { $0 + $1.partitions.count } } }
}
