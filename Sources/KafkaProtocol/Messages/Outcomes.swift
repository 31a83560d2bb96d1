/// Whether what a request asks for was done: the answer to AddRaftVoter, RemoveRaftVoter and UnregisterBroker.
package struct OutcomeResponse: ThrottledResponse {
    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?

    package init() {}

    package init(_ error: ErrorCode, _ message: String? = nil) {
        errorCode = error
        errorMessage = message
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
    }
}

/// What became of each thing that a request names: the answer to CreatePartitions and AlterUserScramCredentials.
package struct NamedOutcomesResponse: ThrottledResponse {
    package var throttleTimeMs: Int32 = 0
    package var results: [NamedOutcome] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&results)
    }
}

/// What became of a topic, a user, a feature.
package struct NamedOutcome: WireStruct {
    package var name = ""
    package var errorCode = ErrorCode.none
    package var errorMessage: String?

    package init() {}

    package init(_ name: String, _ error: ErrorCode, _ message: String? = nil) {
        self.name = name
        errorCode = error
        errorMessage = message
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&name)
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
    }
}
