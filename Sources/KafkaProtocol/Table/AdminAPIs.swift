extension APITable {
    /// Topics, configs, quotas, brokers and reassignments.
    static let admin: [Entry] = [
        Entry(CreateTopicsRequest.self, served: 2...7),
        Entry(DeleteTopicsRequest.self, served: 1...6),
        Entry(DescribeConfigsRequest.self, served: 1...4),
        Entry(AlterConfigsRequest.self, served: 0...2),
        Entry(CreatePartitionsRequest.self, served: 0...3),
        Entry(ElectLeadersRequest.self, served: 0...2),
        Entry(IncrementalAlterConfigsRequest.self, served: 0...1),
        Entry(AlterPartitionReassignmentsRequest.self, served: 0...0),
        Entry(ListPartitionReassignmentsRequest.self, served: 0...0),
        Entry(DescribeClientQuotasRequest.self, served: 0...1),
        Entry(AlterClientQuotasRequest.self, served: 0...1),
        Entry(AlterPartitionRequest.self, served: 0...3, scope: .brokers),
        Entry(UpdateFeaturesRequest.self, served: 0...2),
        Entry(EnvelopeRequest.self, served: 0...0, scope: .brokers),
        Entry(BrokerRegistrationRequest.self, served: 0...4, scope: .brokers),
        Entry(BrokerHeartbeatRequest.self, served: 0...1, scope: .brokers),
        Entry(UnregisterBrokerRequest.self, served: 0...0),
        Entry(AllocateProducerIdsRequest.self, served: 0...0, scope: .brokers),
        Entry(ListClientMetricsResourcesRequest.self, served: 0...0),
    ]
}
