extension APITable {
    /// The metadata quorum.
    static let quorum: [Entry] = [
        Entry(VoteRequest.self, served: 0...2, scope: .brokers),
        Entry(BeginQuorumEpochRequest.self, served: 0...1, scope: .brokers),
        Entry(EndQuorumEpochRequest.self, served: 0...1, scope: .brokers),
        Entry(DescribeQuorumRequest.self, served: 0...2),
        Entry(FetchSnapshotRequest.self, served: 0...1, scope: .brokers),
        Entry(AddRaftVoterRequest.self, served: 0...0),
        Entry(RemoveRaftVoterRequest.self, served: 0...0),
        Entry(UpdateRaftVoterRequest.self, served: 0...0, scope: .brokers),
    ]
}
