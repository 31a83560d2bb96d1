extension APITable {
    /// Producing, fetching and finding.
    static let data: [Entry] = [
        Entry(ApiVersionsRequest.self, served: 0...4)
    ]
}
