/// Adds partitions to topics (KIP-195).
package struct CreatePartitionsRequest: KafkaRequest {
    package typealias Response = NamedOutcomesResponse
    package static let api = APIKey.createPartitions
    package static let versions: ClosedRange<Int16> = 0...3
    package static let flexibleSince: Int16 = 2

    /// One topic to enlarge.
    package struct Topic: WireStruct {
        /// The brokers of one new partition.
        package struct Assignment: WireStruct {
            package var brokerIDs: [Int32] = []

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.array(&brokerIDs)
            }
        }

        package var name = ""
        /// The new total, not the difference.
        package var count: Int32 = 0
        /// One for each new partition; null lets the controller place them.
        package var assignments: [Assignment]?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
            try wire.int32(&count)
            try wire.array(&assignments)
        }
    }

    package var topics: [Topic] = []
    package var timeoutMs: Int32 = 0
    package var validateOnly = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&topics)
        try wire.int32(&timeoutMs)
        try wire.bool(&validateOnly)
    }
}
