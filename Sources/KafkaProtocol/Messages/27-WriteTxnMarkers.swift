/// Has the leaders of partitions write the markers that end transactions there (KIP-98): from the transaction coordinator,
/// or from a tool that aborts a hanging transaction (KIP-664).
package struct WriteTxnMarkersRequest: KafkaRequest {
    package typealias Response = WriteTxnMarkersResponse
    package static let api = APIKey.writeTxnMarkers
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 1

    /// The end of one producer's transaction.
    package struct Marker: WireStruct {
        package var producerID: Int64 = 0
        package var producerEpoch: Int16 = 0
        /// True for COMMIT.
        package var transactionResult = false
        package var topics: [NamedPartitions] = []
        /// The leader epoch of the coordinator's partition of `__transaction_state`.
        package var coordinatorEpoch: Epoch = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int64(&producerID)
            try wire.int16(&producerEpoch)
            try wire.bool(&transactionResult)
            try wire.array(&topics)
            try wire.int32(&coordinatorEpoch)
        }
    }

    package var markers: [Marker] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&markers)
    }
}

/// Whether each marker is written.
package struct WriteTxnMarkersResponse: WireStruct {
    /// The partitions of one topic.
    package typealias Topic = NamedTopic<PartitionOutcome>

    /// The outcome of one marker.
    package struct Marker: WireStruct {
        package var producerID: Int64 = 0
        package var topics: [Topic] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int64(&producerID)
            try wire.array(&topics)
        }
    }

    /// In the order of the request.
    package var markers: [Marker] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&markers)
    }
}
