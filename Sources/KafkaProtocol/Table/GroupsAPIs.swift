extension APITable {
    /// Groups and their offsets; share groups and streams groups are other clusters'. OffsetCommit and OffsetFetch 0 meant ZooKeeper and are not served; the other
    /// minimums stay at 0 because librdkafka before 2.11 looks for single old versions.
    static let groups: [Entry] = [
        Entry(OffsetCommitRequest.self, served: 1...9),
        Entry(OffsetFetchRequest.self, served: 1...9),
        Entry(FindCoordinatorRequest.self, served: 0...6),
        Entry(JoinGroupRequest.self, served: 0...9),
        Entry(HeartbeatRequest.self, served: 0...4),
        Entry(LeaveGroupRequest.self, served: 0...5),
        Entry(SyncGroupRequest.self, served: 0...5),
        Entry(DescribeGroupsRequest.self, served: 0...6),
        Entry(ListGroupsRequest.self, served: 0...5),
        Entry(DeleteGroupsRequest.self, served: 0...2),
        Entry(OffsetDeleteRequest.self, served: 0...0),
        Entry(ConsumerGroupHeartbeatRequest.self, served: 0...1),
        Entry(ConsumerGroupDescribeRequest.self, served: 0...1),
        Entry(ShareGroupDescribeRequest.self, served: nil),
        Entry(StreamsGroupDescribeRequest.self, served: nil),
        Entry(DescribeShareGroupOffsetsRequest.self, served: nil),
        Entry(AlterShareGroupOffsetsRequest.self, served: nil),
    ]
}
