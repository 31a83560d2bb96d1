/// What is done to committed offsets alone, which share groups do not have.
package enum CommitsOnly {
    /// Why it is refused of a share group, and what does the like for those.
    package static func refusal(of group: String) -> String {
        "\(group) is a share group, which commits no offsets: kafka-share-groups.sh --delete-offsets forgets a topic"
    }
}
