/// Asks for the cluster's id, controller and brokers (KIP-700).
package struct DescribeClusterRequest: KafkaRequest {
    package typealias Response = DescribeClusterResponse
    package static let api = APIKey.describeCluster
    package static let versions: ClosedRange<Int16> = 0...2
    package static let flexibleSince: Int16 = 0

    package var includeClusterAuthorizedOperations = false
    /// 1: brokers; 2: controllers (KIP-919).
    package var endpointType: Int8 = 1
    package var includeFencedBrokers = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.bool(&includeClusterAuthorizedOperations)
        try wire.int8(&endpointType, since: 1)
        try wire.bool(&includeFencedBrokers, since: 2)
    }
}

/// The cluster and its brokers.
package struct DescribeClusterResponse: WireStruct {
    /// One broker.
    package struct Broker: WireStruct {
        package var brokerID: Int32 = 0
        package var host = ""
        package var port: Int32 = 0
        package var rack: String?
        /// Whether the controller keeps it out of leadership and of metadata (KIP-1073).
        package var isFenced = false

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&brokerID)
            try wire.string(&host)
            try wire.int32(&port)
            try wire.string(&rack)
            try wire.bool(&isFenced, since: 2)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var endpointType: Int8 = 1
    package var clusterID = ""
    package var controllerID: Int32 = -1
    package var brokers: [Broker] = []
    package var clusterAuthorizedOperations = Int32.min

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
        try wire.int8(&endpointType, since: 1)
        try wire.string(&clusterID)
        try wire.int32(&controllerID)
        try wire.array(&brokers)
        try wire.int32(&clusterAuthorizedOperations)
    }
}
