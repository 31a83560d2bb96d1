import KafkaProtocol

/// The APIs about records that the replicas of this broker answer.
package enum ReplicaHandlers {
    /// Registers them all. `fetch` serves followers and consumers; it is made by the caller, who may throttle it. `gate`
    /// holds what would be told that its topic is unknown only because this broker has just started.
    package static func register(
        on router: RequestRouter, replicas: ReplicaManager, fetch: FetchHandler, verification: ProduceVerification,
        quotas: ClientQuotas, moves: ReplicaMoves, gate: StartupGate
    ) {
        let produce = ProduceHandler(replicas: replicas, verification: verification, quotas: quotas)
        router.on(ProduceRequest.self) { gate.pass($0, to: produce.handle) }
        router.on(FetchRequest.self, fetch.handle)
        let offsets = ListOffsetsHandler(replicas: replicas)
        router.on(ListOffsetsRequest.self) { gate.pass($0, to: offsets.handle) }
        let deletion = DeleteRecordsHandler(replicas: replicas)
        router.on(DeleteRecordsRequest.self) { gate.pass($0, to: deletion.handle) }
        let epochs = OffsetForLeaderEpochHandler(replicas: replicas)
        router.on(OffsetForLeaderEpochRequest.self) { gate.pass($0, to: epochs.handle) }
        let producers = DescribeProducersHandler(replicas: replicas)
        router.on(DescribeProducersRequest.self) { gate.pass($0, to: producers.handle) }
        let moving = AlterReplicaLogDirsHandler(moves: moves)
        router.on(AlterReplicaLogDirsRequest.self) { gate.pass($0, to: moving.handle) }
        router.on(DescribeLogDirsRequest.self, DescribeLogDirsHandler(replicas: replicas, moves: moves).handle)
    }
}
