extension APITable {
    /// The metadata quorum.
    static let quorum: [Entry] = []
}
