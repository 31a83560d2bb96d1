/// Asks which broker coordinates a group or a transactional id; from version 4 on for several keys (KIP-699).
package struct FindCoordinatorRequest: KafkaRequest {
    package typealias Response = FindCoordinatorResponse
    package static let api = APIKey.findCoordinator
    package static let versions: ClosedRange<Int16> = 0...6
    package static let flexibleSince: Int16 = 3

    /// What a key names.
    package enum KeyType: Int8, Sendable {
        case group = 0
        case transaction = 1
        case share = 2
    }

    /// Up to version 3.
    package var key = ""
    /// A `KeyType`; other numbers come from newer clients.
    package var keyType: Int8 = 0
    /// From version 4 on.
    package var coordinatorKeys: [String] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&key, until: 3)
        try wire.int8(&keyType, since: 1)
        try wire.array(&coordinatorKeys, since: 4)
    }
}

/// The coordinators.
package struct FindCoordinatorResponse: WireStruct {
    /// The coordinator of one key.
    package struct Coordinator: WireStruct {
        package var key = ""
        package var nodeID: BrokerID = -1
        package var host = ""
        package var port: Int32 = -1
        package var errorCode = ErrorCode.none
        package var errorMessage: String?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&key)
            try wire.int32(&nodeID)
            try wire.string(&host)
            try wire.int32(&port)
            try wire.error(&errorCode)
            try wire.string(&errorMessage)
        }
    }

    package var throttleTimeMs: Int32 = 0
    /// This and the next four: up to version 3.
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var nodeID: BrokerID = -1
    package var host = ""
    package var port: Int32 = -1
    /// From version 4 on.
    package var coordinators: [Coordinator] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs, since: 1)
        try wire.error(&errorCode, until: 3)
        try wire.string(&errorMessage, since: 1, until: 3)
        try wire.int32(&nodeID, until: 3)
        try wire.string(&host, until: 3)
        try wire.int32(&port, until: 3)
        try wire.array(&coordinators, since: 4)
    }
}
