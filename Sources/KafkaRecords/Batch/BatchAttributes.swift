/// Who set the timestamps of a batch (`message.timestamp.type`).
package enum TimestampType: Int8, Sendable, Hashable {
    /// The producer: every record has its own.
    case createTime = 0
    /// The broker at append: all records have the batch's max timestamp.
    case logAppendTime = 1
}

/// The attribute bits of a record batch (Kafka protocol guide, "Record Batch").
package struct BatchAttributes: RawRepresentable, Sendable, Hashable {
    package var rawValue: Int16

    package init(rawValue: Int16) { self.rawValue = rawValue }

    package init(
        compression: CompressionType = .none, timestampType: TimestampType = .createTime, isTransactional: Bool = false,
        isControl: Bool = false, hasDeleteHorizon: Bool = false
    ) {
        rawValue =
            Int16(compression.rawValue) | (timestampType == .logAppendTime ? Self.logAppendTime : 0)
            | (isTransactional ? Self.transactional : 0) | (isControl ? Self.control : 0)
            | (hasDeleteHorizon ? Self.deleteHorizon : 0)
    }

    private static let codecMask: Int16 = 0x07
    private static let logAppendTime: Int16 = 0x08
    private static let transactional: Int16 = 0x10
    private static let control: Int16 = 0x20
    private static let deleteHorizon: Int16 = 0x40

    /// The codec's number as written, which may be one that Kafka does not define.
    package var codec: Int8 { Int8(rawValue & Self.codecMask) }

    /// The codec; nil when its number is unknown.
    package var compression: CompressionType? { CompressionType(rawValue: codec) }

    /// Who set the timestamps.
    package var timestampType: TimestampType {
        get { rawValue & Self.logAppendTime != 0 ? .logAppendTime : .createTime }
        set { set(Self.logAppendTime, newValue == .logAppendTime) }
    }

    /// Whether the batch belongs to a transaction (KIP-98).
    package var isTransactional: Bool { rawValue & Self.transactional != 0 }

    /// Whether the batch holds a control record, which consumers never see.
    package var isControl: Bool { rawValue & Self.control != 0 }

    /// Whether the base timestamp is the time from which tombstones in the batch may go (KIP-534).
    package var hasDeleteHorizon: Bool {
        get { rawValue & Self.deleteHorizon != 0 }
        set { set(Self.deleteHorizon, newValue) }
    }

    private mutating func set(_ bit: Int16, _ on: Bool) {
        rawValue = on ? rawValue | bit : rawValue & ~bit
    }
}
