extension APITable {
    /// Topics, configs, brokers and reassignments.
    static let admin: [Entry] = []
}
