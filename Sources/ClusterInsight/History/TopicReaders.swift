/// Which groups read which topics, both ways.
package struct TopicReaders: Sendable, Equatable {
    private var topics: [String: [String]] = [:]
    private var groups: [String: [String]] = [:]

    /// Nobody reads anything.
    package init() {}

    /// Whether no group reads anything.
    var isEmpty: Bool { topics.isEmpty }

    /// The topics a group reads, by name.
    package func topics(of group: String) -> [String] { topics[group] ?? [] }
    /// The groups that read a topic, by name.
    package func groups(of topic: String) -> [String] { groups[topic] ?? [] }

    /// Notes what a group reads now.
    ///
    /// - Parameter changed: gets the topics that it did not read before, or does not any more.
    mutating func set(_ new: [String], of group: String, _ changed: inout Set<String>) {
        let old = topics[group] ?? []
        guard old != new else { return }
        topics[group] = new.isEmpty ? nil : new
        for topic in old where !new.contains(topic) {
            groups[topic]?.removeAll { $0 == group }
            changed.insert(topic)
        }
        for topic in new where !old.contains(topic) {
            let all = (groups[topic] ?? []) + [group]
            groups[topic] = all.sorted()
            changed.insert(topic)
        }
    }
}
