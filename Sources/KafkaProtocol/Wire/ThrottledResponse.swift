/// An answer that can tell its client for how long the connection is not read (KIP-219).
package protocol ThrottledResponse: WireStruct {
    /// Milliseconds; 0 is not at all.
    var throttleTimeMs: Int32 { get set }
}

extension ProduceResponse: ThrottledResponse {}
extension FetchResponse: ThrottledResponse {}
extension ListOffsetsResponse: ThrottledResponse {}
extension MetadataResponse: ThrottledResponse {}
extension OffsetCommitResponse: ThrottledResponse {}
extension OffsetFetchResponse: ThrottledResponse {}
extension FindCoordinatorResponse: ThrottledResponse {}
extension JoinGroupResponse: ThrottledResponse {}
extension HeartbeatResponse: ThrottledResponse {}
extension LeaveGroupResponse: ThrottledResponse {}
extension SyncGroupResponse: ThrottledResponse {}
extension DescribeGroupsResponse: ThrottledResponse {}
extension ListGroupsResponse: ThrottledResponse {}
extension ApiVersionsResponse: ThrottledResponse {}
extension CreateTopicsResponse: ThrottledResponse {}
extension DeleteTopicsResponse: ThrottledResponse {}
extension DeleteRecordsResponse: ThrottledResponse {}
extension InitProducerIdResponse: ThrottledResponse {}
extension OffsetForLeaderEpochResponse: ThrottledResponse {}
extension AddPartitionsToTxnResponse: ThrottledResponse {}
extension AddOffsetsToTxnResponse: ThrottledResponse {}
extension EndTxnResponse: ThrottledResponse {}
extension TxnOffsetCommitResponse: ThrottledResponse {}
extension DescribeAclsResponse: ThrottledResponse {}
extension CreateAclsResponse: ThrottledResponse {}
extension DeleteAclsResponse: ThrottledResponse {}
extension DescribeConfigsResponse: ThrottledResponse {}
extension AlterConfigsResponse: ThrottledResponse {}
extension AlterReplicaLogDirsResponse: ThrottledResponse {}
extension DescribeLogDirsResponse: ThrottledResponse {}
extension CreateDelegationTokenResponse: ThrottledResponse {}
extension DelegationTokenExpiryResponse: ThrottledResponse {}
extension DescribeDelegationTokenResponse: ThrottledResponse {}
extension DeleteGroupsResponse: ThrottledResponse {}
extension ElectLeadersResponse: ThrottledResponse {}
extension AlterPartitionReassignmentsResponse: ThrottledResponse {}
extension ListPartitionReassignmentsResponse: ThrottledResponse {}
extension OffsetDeleteResponse: ThrottledResponse {}
extension DescribeClientQuotasResponse: ThrottledResponse {}
extension AlterClientQuotasResponse: ThrottledResponse {}
extension DescribeUserScramCredentialsResponse: ThrottledResponse {}
extension AlterPartitionResponse: ThrottledResponse {}
extension UpdateFeaturesResponse: ThrottledResponse {}
extension FetchSnapshotResponse: ThrottledResponse {}
extension DescribeClusterResponse: ThrottledResponse {}
extension DescribeProducersResponse: ThrottledResponse {}
extension BrokerRegistrationResponse: ThrottledResponse {}
extension BrokerHeartbeatResponse: ThrottledResponse {}
extension DescribeTransactionsResponse: ThrottledResponse {}
extension ListTransactionsResponse: ThrottledResponse {}
extension AllocateProducerIdsResponse: ThrottledResponse {}
extension ConsumerGroupHeartbeatResponse: ThrottledResponse {}
extension DescribeShareGroupOffsetsResponse: ThrottledResponse {}
extension AlterShareGroupOffsetsResponse: ThrottledResponse {}
extension ListClientMetricsResourcesResponse: ThrottledResponse {}
extension DescribeTopicPartitionsResponse: ThrottledResponse {}
extension UpdateRaftVoterResponse: ThrottledResponse {}
