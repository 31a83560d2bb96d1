import KafkaProtocol
import NIOCore

/// A body of the metadata log: Kafka's type number, and the version in which it is written here.
package protocol MetadataRecordBody: WireStruct {
    static var type: UInt32 { get }
    static var version: Int16 { get }
}

/// Why a value of the metadata log could not be read or applied.
package enum MetadataError: Error, Equatable {
    /// Not frame version 1.
    case unknownFrame(UInt32)
    /// A type that this release does not know; going on without it could serve wrong metadata.
    case unknownType(UInt32)
    /// A newer version of a known type.
    case unknownVersion(type: UInt32, version: UInt32)
    /// The record speaks of a broker, topic or partition that is not there.
    case inconsistent(String)
}

/// One entry of `__cluster_metadata`, by the names of Kafka's record types.
package enum MetadataRecord: Sendable, Equatable {
    case registerBroker(RegisterBrokerRecord)
    case unregisterBroker(UnregisterBrokerRecord)
    case topic(TopicRecord)
    case partition(PartitionRecord)
    case config(ConfigRecord)
    case partitionChange(PartitionChangeRecord)
    case removeTopic(RemoveTopicRecord)
    case featureLevel(FeatureLevelRecord)
    case clientQuota(ClientQuotaRecord)
    case userScramCredential(UserScramCredentialRecord)
    case removeUserScramCredential(RemoveUserScramCredentialRecord)
    case producerIds(ProducerIdsRecord)
    case brokerRegistrationChange(BrokerRegistrationChangeRecord)
    case noOp(NoOpRecord)

    /// The frame version that stands first in every value.
    private static let frame: UInt32 = 1

    private var body: any MetadataRecordBody {
        switch self {
        case .registerBroker(let record): record
        case .unregisterBroker(let record): record
        case .topic(let record): record
        case .partition(let record): record
        case .config(let record): record
        case .partitionChange(let record): record
        case .removeTopic(let record): record
        case .featureLevel(let record): record
        case .clientQuota(let record): record
        case .userScramCredential(let record): record
        case .removeUserScramCredential(let record): record
        case .producerIds(let record): record
        case .brokerRegistrationChange(let record): record
        case .noOp(let record): record
        }
    }

    /// The value of the log record: frame version, type and version as unsigned varints, then the flexible body.
    package func encoded() throws -> ByteBuffer {
        func write(_ body: some MetadataRecordBody) throws -> ByteBuffer {
            let kind = type(of: body)
            var wire = Wire(.writing, version: kind.version, flexible: true)
            wire.writeUnsignedVarint(Self.frame)
            wire.writeUnsignedVarint(kind.type)
            wire.writeUnsignedVarint(UInt32(kind.version))
            var copy = body
            try wire.body(&copy)
            return wire.buffer
        }
        return try write(body)
    }

    /// Reads the value of a log record.
    package init(decoding buffer: ByteBuffer) throws {
        var wire = Wire(.reading, version: 0, flexible: true, buffer: buffer)
        let frame = try wire.readUnsignedVarint()
        guard frame == Self.frame else { throw MetadataError.unknownFrame(frame) }
        let type = try wire.readUnsignedVarint()
        let version = try wire.readUnsignedVarint()
        var rest = wire.buffer
        func read<B: MetadataRecordBody>(_: B.Type) throws -> B {
            guard version <= UInt32(B.version) else {
                throw MetadataError.unknownVersion(type: type, version: version)
            }
            return try B(decoding: &rest, version: Int16(version), flexible: true)
        }
        switch type {
        case RegisterBrokerRecord.type: self = .registerBroker(try read(RegisterBrokerRecord.self))
        case UnregisterBrokerRecord.type: self = .unregisterBroker(try read(UnregisterBrokerRecord.self))
        case TopicRecord.type: self = .topic(try read(TopicRecord.self))
        case PartitionRecord.type: self = .partition(try read(PartitionRecord.self))
        case ConfigRecord.type: self = .config(try read(ConfigRecord.self))
        case PartitionChangeRecord.type: self = .partitionChange(try read(PartitionChangeRecord.self))
        case RemoveTopicRecord.type: self = .removeTopic(try read(RemoveTopicRecord.self))
        case FeatureLevelRecord.type: self = .featureLevel(try read(FeatureLevelRecord.self))
        case ClientQuotaRecord.type: self = .clientQuota(try read(ClientQuotaRecord.self))
        case UserScramCredentialRecord.type: self = .userScramCredential(try read(UserScramCredentialRecord.self))
        case RemoveUserScramCredentialRecord.type:
            self = .removeUserScramCredential(try read(RemoveUserScramCredentialRecord.self))
        case ProducerIdsRecord.type: self = .producerIds(try read(ProducerIdsRecord.self))
        case BrokerRegistrationChangeRecord.type:
            self = .brokerRegistrationChange(try read(BrokerRegistrationChangeRecord.self))
        case NoOpRecord.type: self = .noOp(try read(NoOpRecord.self))
        default: throw MetadataError.unknownType(type)
        }
    }
}
