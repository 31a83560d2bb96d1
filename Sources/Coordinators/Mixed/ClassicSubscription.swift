import ClusterMetadata
import KafkaProtocol
import NIOCore

/// What a member of the classic protocol says about itself, in the terms of the new one (KIP-848, "online upgrade").
struct ClassicSubscription {
    /// As the member's record keeps it.
    let value: ConsumerGroupMemberValue
    /// What it says it still has; empty where it gives all up before it joins.
    let owned: PartitionSet

    /// Reads the subscription of one of the member's protocols; nil when it is not readable.
    init?(
        _ blob: ByteBuffer, protocols: [JoinGroupRequest.GroupProtocol], sessionTimeoutMs: Int32,
        rebalanceTimeoutMs: Int32, instanceID: String?, clientID: String, clientHost: String, _ image: MetadataImage
    ) {
        guard
            let subscription = try? ConsumerSubscription(
                versionedBlob: blob, newest: ConsumerSubscription.newestVersion)
        else { return nil }
        var classic = ConsumerGroupMemberValue.ClassicMetadata()
        classic.sessionTimeoutMs = sessionTimeoutMs
        classic.supportedProtocols = protocols
        var value = ConsumerGroupMemberValue()
        value.instanceID = instanceID
        value.rackID = subscription.rackID
        value.clientID = clientID
        value.clientHost = clientHost
        value.subscribedTopicNames = Set(subscription.topics).sorted()
        value.rebalanceTimeoutMs = rebalanceTimeoutMs
        value.classicMemberMetadata = classic
        self.value = value
        owned = PartitionSet(subscription.ownedPartitions, image)
    }

    /// What a Join says: the first of its protocols counts, as all carry the same topics.
    init?(_ join: GroupCoordinator.Join, clientID: String, clientHost: String, _ image: MetadataImage) {
        guard let first = join.request.protocols.first else { return nil }
        self.init(
            first.metadata, protocols: join.request.protocols, sessionTimeoutMs: join.request.sessionTimeoutMs,
            rebalanceTimeoutMs: join.rebalanceTimeoutMs, instanceID: join.request.groupInstanceID, clientID: clientID,
            clientHost: clientHost, image)
    }

    /// What a member of a classic group has said before.
    init?(_ member: ClassicMember, of group: ClassicGroup, _ image: MetadataImage) {
        let name = group.protocolName ?? group.selectProtocol()
        self.init(
            member.metadata(for: name), protocols: member.protocols, sessionTimeoutMs: member.sessionTimeoutMs,
            rebalanceTimeoutMs: member.rebalanceTimeoutMs, instanceID: member.instanceID, clientID: member.clientID,
            clientHost: member.clientHost, image)
    }
}

extension PartitionSet {
    /// Partitions by the names of their topics; topics that do not exist are left out.
    init(_ topics: [NamedPartitions], _ image: MetadataImage) {
        self.init(
            topics.compactMap { topic in
                image.topic(named: topic.name).map { .init(topicID: $0.id, partitions: topic.partitions) }
            })
    }
}

extension ConsumerGroup {
    /// What a member of the classic protocol has, as the blob that its client reads; topics that were deleted are left out.
    func classicAssignment(of member: ConsumerMember) -> ByteBuffer {
        let names = Dictionary(topics.values.map { ($0.topicID, $0.topicName) }, uniquingKeysWith: { $1 })
        var assignment = ConsumerAssignment()
        assignment.assignedPartitions = member.assigned.list.compactMap { topic in
            names[topic.topicID].map { NamedPartitions($0, topic.partitions) }
        }
        assignment.assignedPartitions.sort { $0.name < $1.name }
        let blob = member.subscription.classicMemberMetadata?.supportedProtocols.first?.metadata
        let version = blob?.getInteger(at: blob?.readerIndex ?? 0, as: Int16.self) ?? 0
        let known = min(max(version, 0), ConsumerAssignment.newestVersion)
        return (try? assignment.versionedBlob(version: known)) ?? ByteBuffer()
    }
}
