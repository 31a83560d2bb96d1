/// Deletes topics by name, from version 6 on also by id (KIP-516).
package struct DeleteTopicsRequest: KafkaRequest {
    package typealias Response = DeleteTopicsResponse
    package static let api = APIKey.deleteTopics
    package static let versions: ClosedRange<Int16> = 0...6
    package static let flexibleSince: Int16 = 4

    /// A topic by its name or its id, not both.
    package struct Topic: WireStruct {
        package var name: String?
        package var topicID = UUID.zero

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name, since: 6)
            try wire.uuid(&topicID, since: 6)
        }
    }

    package var topics: [Topic] = []
    /// Names, before version 6.
    package var topicNames: [String] = []
    package var timeoutMs: Int32 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&topics, since: 6)
        try wire.array(&topicNames, until: 5)
        try wire.int32(&timeoutMs)
    }
}

/// What became of each topic.
package struct DeleteTopicsResponse: WireStruct {
    /// The outcome for one topic; the name is null where the caller may not know it.
    package struct Result: WireStruct {
        package var name: String?
        package var topicID = UUID.zero
        package var errorCode = ErrorCode.none
        package var errorMessage: String?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name, nullable: 6)
            try wire.uuid(&topicID, since: 6)
            try wire.error(&errorCode)
            try wire.string(&errorMessage, since: 5)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var responses: [Result] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs, since: 1)
        try wire.array(&responses)
    }
}
