extension APITable {
    /// Consumer groups and their offsets.
    static let groups: [Entry] = []
}
