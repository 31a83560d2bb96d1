/// Asks for groups of one of the types whose coordinator assigns: ConsumerGroupDescribe (KIP-848), ShareGroupDescribe
/// (KIP-932) and StreamsGroupDescribe (KIP-1071) alike.
package protocol GroupDescribeRequest: KafkaRequest where Response == DescribedGroups<Plan, Member> {
    associatedtype Plan: WireElement
    associatedtype Member: DescribedMember
    var groupIDs: [String] { get set }
    var includeAuthorizedOperations: Bool { get set }
}

extension GroupDescribeRequest {
    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&groupIDs)
        try wire.bool(&includeAuthorizedOperations)
    }
}

/// The groups; one that does not exist or is of another type is answered GROUP_ID_NOT_FOUND.
package struct DescribedGroups<Plan: WireElement, Member: DescribedMember>: ThrottledResponse {
    package typealias Group = DescribedGroup<Plan, Member>

    package var throttleTimeMs: Int32 = 0
    package var groups: [Group] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&groups)
    }
}

/// One group of such a type, with its members.
package struct DescribedGroup<Plan: WireElement, Member: DescribedMember>: WireStruct {
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var groupID = ""
    package var groupState = ""
    package var groupEpoch: Int32 = 0
    package var assignmentEpoch: Int32 = 0
    /// What the work is shared out by: the name of the assignor, or a streams group's topology.
    package var plan = Plan.wireDefault
    package var members: [Member] = []
    /// Bits of the operations that the client may do; the least number when it did not ask.
    package var authorizedOperations = Int32.min

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
        try wire.string(&groupID)
        try wire.string(&groupState)
        try wire.int32(&groupEpoch)
        try wire.int32(&assignmentEpoch)
        try plan.element(of: &wire)
        try wire.array(&members)
        try wire.int32(&authorizedOperations)
    }
}

extension DescribedGroup where Plan == String {
    package var assignorName: String {
        get { plan }
        set { plan = newValue }
    }
}

/// A member of such a group. Messages list these fields in orders of their own.
package protocol DescribedMember: WireStruct {
    var memberID: String { get set }
    var memberEpoch: Int32 { get set }
    var clientID: String { get set }
    var clientHost: String { get set }
}
