import KafkaProtocol

/// The APIs about records that the replicas of this broker answer.
package enum ReplicaHandlers {
    /// Registers them all. `fetch` serves followers and consumers; it is made by the caller, who may throttle it.
    package static func register(
        on router: RequestRouter, replicas: ReplicaManager, fetch: FetchHandler, verification: ProduceVerification
    ) {
        router.on(ProduceRequest.self, ProduceHandler(replicas: replicas, verification: verification).handle)
        router.on(FetchRequest.self, fetch.handle)
        router.on(ListOffsetsRequest.self, ListOffsetsHandler(replicas: replicas).handle)
        router.on(DeleteRecordsRequest.self, DeleteRecordsHandler(replicas: replicas).handle)
        router.on(OffsetForLeaderEpochRequest.self, OffsetForLeaderEpochHandler(replicas: replicas).handle)
        router.on(DescribeLogDirsRequest.self, DescribeLogDirsHandler(replicas: replicas).handle)
        router.on(DescribeProducersRequest.self, DescribeProducersHandler(replicas: replicas).handle)
    }
}
