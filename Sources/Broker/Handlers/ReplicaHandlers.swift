import KafkaProtocol

/// The APIs about records that the replicas of this broker answer.
package enum ReplicaHandlers {
    /// Registers them all. `fetch` serves followers and consumers; it is made by the caller, who may throttle it. `gate`
    /// holds what would be told that its topic is unknown only because this broker has just started.
    package static func register(
        on router: RequestRouter, replicas: ReplicaManager, fetch: FetchHandler, verification: ProduceVerification,
        gate: StartupGate
    ) {
        let produce = ProduceHandler(replicas: replicas, verification: verification)
        router.on(ProduceRequest.self) { gate.pass($0, to: produce.handle) }
        router.on(FetchRequest.self, fetch.handle)
        let offsets = ListOffsetsHandler(replicas: replicas)
        router.on(ListOffsetsRequest.self) { gate.pass($0, to: offsets.handle) }
        router.on(DeleteRecordsRequest.self, DeleteRecordsHandler(replicas: replicas).handle)
        router.on(OffsetForLeaderEpochRequest.self, OffsetForLeaderEpochHandler(replicas: replicas).handle)
        router.on(DescribeLogDirsRequest.self, DescribeLogDirsHandler(replicas: replicas).handle)
        router.on(DescribeProducersRequest.self, DescribeProducersHandler(replicas: replicas).handle)
    }
}
