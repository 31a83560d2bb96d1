extension APITable {
    /// Producing, fetching and finding. Produce is listed from 0 because librdkafka takes a broker without it for one
    /// that cannot compress (KAFKA-18659). Produce 12 would promise transactions version 2 (KIP-890).
    static let data: [Entry] = [
        Entry(ProduceRequest.self, served: 0...11),
        Entry(FetchRequest.self, served: 4...17),
        Entry(ListOffsetsRequest.self, served: 1...10),
        Entry(MetadataRequest.self, served: 0...13),
        Entry(ApiVersionsRequest.self, served: 0...4),
        Entry(DeleteRecordsRequest.self, served: 0...2),
        Entry(InitProducerIdRequest.self, served: 0...5),
        Entry(OffsetForLeaderEpochRequest.self, served: 2...4),
        Entry(AlterReplicaLogDirsRequest.self, served: 1...2),
        Entry(DescribeLogDirsRequest.self, served: 1...4),
        Entry(DescribeClusterRequest.self, served: 0...2),
        Entry(DescribeProducersRequest.self, served: 0...0),
        Entry(DescribeTopicPartitionsRequest.self, served: 0...0),
    ]
}
