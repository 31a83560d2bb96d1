import ClusterMetadata
import Controller
import KafkaProtocol

/// What the active controller answers, whether asked by this process or in an Envelope. A request that reaches a broker
/// which is not the active controller gets no answer, and the sender's `ControllerChannel` looks for the right one.
package enum ControllerHandlers {
    /// Registers every API that the controller decides, but for features. See `FeatureHandlers`.
    package static func register(on router: RequestRouter, metadata: any MetadataSource) {
        addCounted(CreateTopicsRequest.self, router, metadata) {
            $0.decide($1, version: $2, now: $3, clientID: $4)
        }
        addCounted(DeleteTopicsRequest.self, router, metadata) {
            $0.decide($1, version: $2, now: $3, clientID: $4)
        }
        add(AlterConfigsRequest.self, router, metadata) { $0.decide($1, version: $2, now: $3) }
        addCounted(CreatePartitionsRequest.self, router, metadata) {
            $0.decide($1, version: $2, now: $3, clientID: $4)
        }
        add(ElectLeadersRequest.self, router, metadata) { $0.decide($1, version: $2, now: $3) }
        add(IncrementalAlterConfigsRequest.self, router, metadata) { $0.decide($1, version: $2, now: $3) }
        add(AlterPartitionReassignmentsRequest.self, router, metadata) { $0.decide($1, version: $2, now: $3) }
        add(ListPartitionReassignmentsRequest.self, router, metadata) { $0.decide($1, version: $2, now: $3) }
        add(AlterPartitionRequest.self, router, metadata) { $0.decide($1, version: $2, now: $3) }
        add(AlterClientQuotasRequest.self, router, metadata) { $0.decide($1, version: $2, now: $3) }
        add(AlterUserScramCredentialsRequest.self, router, metadata) { $0.decide($1, version: $2, now: $3) }
        add(BrokerRegistrationRequest.self, router, metadata) { $0.decide($1, version: $2, now: $3) }
        add(BrokerHeartbeatRequest.self, router, metadata) { $0.decide($1, version: $2, now: $3) }
        add(UnregisterBrokerRequest.self, router, metadata) { $0.decide($1, version: $2, now: $3) }
        add(AllocateProducerIdsRequest.self, router, metadata) { $0.decide($1, version: $2, now: $3) }
    }

    private static func add<R: KafkaRequest>(
        _ type: R.Type, _ router: RequestRouter, _ metadata: any MetadataSource,
        _ decide: @escaping (Controller, R, Int16, Int64) -> Decision<R.Response>
    ) {
        addCounted(type, router, metadata) { controller, request, version, now, _ in
            decide(controller, request, version, now)
        }
    }

    /// For requests that use up a quota of their client.
    private static func addCounted<R: KafkaRequest>(
        _: R.Type, _ router: RequestRouter, _ metadata: any MetadataSource,
        _ decide: @escaping (Controller, R, Int16, Int64, _ clientID: String) -> Decision<R.Response>
    ) {
        router.on(R.self) { request in
            metadata.decide { controller, now in
                decide(controller, request.body, request.version, now, request.client.clientID)
            } done: { result in
                request.reply(try? result.get())
            }
        }
    }
}
