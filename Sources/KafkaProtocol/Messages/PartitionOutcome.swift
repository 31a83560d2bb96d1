/// What became of a partition.
package struct PartitionOutcome: WireStruct {
    package var partitionIndex: Int32 = 0
    package var errorCode = ErrorCode.none

    package init() {}

    package init(_ index: Int32, _ error: ErrorCode) {
        partitionIndex = index
        errorCode = error
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&partitionIndex)
        try wire.error(&errorCode)
    }
}
