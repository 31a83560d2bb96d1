import KafkaProtocol

/// Changes of committed offsets in the words of results, which an undo compares with what is committed by then.
package enum OffsetWords {
    /// `1,200 → 0`; nil is no offset.
    package static func detail(from before: Offset?, to after: Offset?) -> String {
        func word(_ offset: Offset?) -> String { offset.map { MessagesScreen.offset($0) } ?? "—" }
        return "\(word(before)) → \(word(after))"
    }
}
