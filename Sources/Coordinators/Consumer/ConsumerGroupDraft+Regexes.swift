import ClusterMetadata
import KafkaProtocol

/// Regular expressions of members (KIP-848): the topics of each are kept in the group, so that all members agree on them.
extension ConsumerGroupDraft {
    /// Looks for the topics of expressions that are new, and of all when topics may have been made or deleted. Returns
    /// whether some stand for other topics than before.
    mutating func resolveRegexes(_ image: MetadataImage, refresh: Bool, now: Timestamp) -> Bool {
        var changed = false
        for text in usedRegexes.sorted() where refresh || group.regexes[text] == nil {
            guard let regex = try? TopicRegex(text) else { continue }
            let known = group.regexes[text]
            var value = ConsumerGroupRegexValue()
            value.topics = image.topicIDs.keys.filter { !$0.hasPrefix("__") && regex.matches($0) }.sorted()
            value.version = image.offset
            value.timestamp = now
            guard known?.topics != value.topics else { continue }
            append(.resolvedRegex(text, value))
            changed = true
        }
        return changed
    }

    /// Deletes what no member uses any more.
    mutating func forgetUnusedRegexes() {
        let used = usedRegexes
        for text in group.regexes.keys.sorted() where !used.contains(text) { append(.resolvedRegex(text, nil)) }
    }

    private var usedRegexes: Set<String> { Set(group.members.values.compactMap(\.regex)) }
}
