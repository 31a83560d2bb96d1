import KafkaProtocol

extension APIKey {
    /// What a client that must change nothing may still send. Reading is listed rather than changing, so that an API that
    /// comes later is refused until somebody has thought about it.
    var onlyReads: Bool { Self.reading.contains(self) }

    private static let reading: Set<APIKey> = [
        .fetch, .listOffsets, .metadata, .offsetFetch, .findCoordinator, .describeGroups, .listGroups, .apiVersions,
        .offsetForLeaderEpoch, .describeAcls, .describeConfigs, .describeLogDirs, .listPartitionReassignments,
        .describeClientQuotas, .describeUserScramCredentials, .describeQuorum, .describeCluster, .describeProducers,
        .describeTransactions, .listTransactions, .consumerGroupDescribe, .describeTopicPartitions, .shareGroupDescribe,
        .streamsGroupDescribe, .describeShareGroupOffsets,
    ]
}
