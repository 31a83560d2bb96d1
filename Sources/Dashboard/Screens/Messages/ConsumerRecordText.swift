import KafkaProtocol

/// Records of groups of the new consumer protocol (KIP-848) as JSON text.
enum ConsumerRecordText {
    /// `{"group":"billing","type":"ConsumerGroupMemberMetadata","member":"…"}`, with Kafka's name of the type.
    static func key(_ group: String, _ record: ConsumerGroupRecord) -> String {
        let name = JSONText.quoted(group)
        func key(_ type: String, _ more: String = "") -> String {
            "{\"group\":\(name),\"type\":\"ConsumerGroup\(type)\"\(more)}"
        }
        func member(_ id: String) -> String { ",\"member\":\(JSONText.quoted(id))" }
        return switch record {
        case .epoch: key("Metadata")
        case .topics: key("PartitionMetadata")
        case .member(let id, _): key("MemberMetadata", member(id))
        case .targetEpoch: key("TargetAssignmentMetadata")
        case .target(let id, _): key("TargetAssignmentMember", member(id))
        case .current(let id, _): key("CurrentMemberAssignment", member(id))
        case .resolvedRegex(let regex, _): key("RegularExpression", ",\"regex\":\(JSONText.quoted(regex))")
        }
    }

    /// Nil for a tombstone.
    static func value(_ record: ConsumerGroupRecord) -> String? {
        switch record {
        case .epoch(let epoch?): "{\"epoch\":\(epoch)}"
        case .topics(let topics?):
            list(
                "topics",
                topics.map { "{\"topic\":\(JSONText.quoted($0.topicName)),\"partitions\":\($0.numPartitions)}" })
        case .member(_, let value?):
            "{\"client\":\(JSONText.quoted(value.clientID)),\"host\":\(JSONText.quoted(value.clientHost)),"
                + "\"topics\":[\(value.subscribedTopicNames.map { JSONText.quoted($0) }.joined(separator: ","))],"
                + "\"regex\":\(value.subscribedTopicRegex.map { JSONText.quoted($0) } ?? "null"),"
                + "\"rebalanceTimeoutMs\":\(value.rebalanceTimeoutMs)}"
        case .targetEpoch(let epoch?): "{\"assignmentEpoch\":\(epoch)}"
        case .target(_, let partitions?): list("partitions", names(partitions))
        case .current(_, let value?):
            "{\"memberEpoch\":\(value.memberEpoch),\"previousMemberEpoch\":\(value.previousMemberEpoch),"
                + "\"state\":\(value.state),\"partitions\":[\(names(value.assignedPartitions).joined(separator: ","))],"
                + "\"revoking\":[\(names(value.partitionsPendingRevocation).joined(separator: ","))]}"
        case .resolvedRegex(_, let value?): list("topics", value.topics.map { JSONText.quoted($0) })
        default: nil
        }
    }

    private static func list(_ name: String, _ elements: [String]) -> String {
        "{\"\(name)\":[\(elements.joined(separator: ","))]}"
    }

    /// Topics by their ids, as the records have no names.
    private static func names(_ partitions: [TopicIDPartitions]) -> [String] {
        partitions.flatMap { topic in topic.partitions.map { JSONText.quoted("\(topic.topicID)/\($0)") } }
    }
}
