import KafkaProtocol
import NIOCore

/// Records of `__consumer_offsets` as JSON text.
enum OffsetsRecordText {
    /// `{"group":"billing","topic":"payments","partition":3}` or `{"group":"billing"}`.
    static func key(_ bytes: [UInt8]) -> String? {
        let encoded = EncodedRecord(key: ByteBuffer(bytes: bytes), value: nil)
        switch try? GroupRecord.decode(encoded) {
        case .offset(let group, let partition, _)?:
            return "{\"group\":\(JSONText.quoted(group)),\"topic\":\(JSONText.quoted(partition.topic)),"
                + "\"partition\":\(partition.partition)}"
        case .group(let group, _)?: return "{\"group\":\(JSONText.quoted(group))}"
        case .consumer(let group, let record)?: return ConsumerRecordText.key(group, record)
        default: return nil
        }
    }

    /// The committed offset, or the group with its members; the key says which.
    static func value(_ bytes: [UInt8], key: [UInt8]?) -> String? {
        guard let key else { return nil }
        let encoded = EncodedRecord(key: ByteBuffer(bytes: key), value: ByteBuffer(bytes: bytes))
        switch try? GroupRecord.decode(encoded) {
        case .offset(_, _, let value?)?:
            return "{\"offset\":\(value.offset),\"leaderEpoch\":\(value.leaderEpoch),"
                + "\"metadata\":\(JSONText.quoted(value.metadata)),\"committedAt\":\(value.commitTimestamp)}"
        case .group(_, let value?)?:
            let members = value.members.map { member in
                "{\"member\":\(JSONText.quoted(member.memberID)),\"client\":\(JSONText.quoted(member.clientID)),"
                    + "\"host\":\(JSONText.quoted(member.clientHost)),"
                    + "\"sessionTimeoutMs\":\(member.sessionTimeoutMs),\"partitions\":[\(assignment(member))]}"
            }
            return "{\"generation\":\(value.generation),\"protocol\":\(quoted(value.protocolName)),"
                + "\"leader\":\(quoted(value.leader)),\"since\":\(value.currentStateTimestamp),"
                + "\"members\":[\(members.joined(separator: ","))]}"
        case .consumer(_, let record)?: return ConsumerRecordText.value(record)
        default: return nil
        }
    }

    private static func quoted(_ text: String?) -> String { text.map { JSONText.quoted($0) } ?? "null" }

    private static func assignment(_ member: GroupMetadataValue.Member) -> String {
        guard
            let assignment = try? ConsumerAssignment(
                versionedBlob: member.assignment, newest: ConsumerAssignment.newestVersion)
        else { return "" }
        return assignment.assignedPartitions.flatMap { topic in
            topic.partitions.map { JSONText.quoted("\(topic.name)/\($0)") }
        }.joined(separator: ",")
    }
}
