import ClusterMetadata
import KafkaProtocol

/// Takes the administrative requests that only the active controller can decide, passes them on and, before it answers,
/// waits until this broker's own metadata shows the result (KIP-590).
package struct ForwardingHandler {
    private let channel: ControllerChannel
    private let waiters: ImageWaiters

    /// Clients may wait at least and at most this many milliseconds for the controller. The low end covers an election;
    /// the high one keeps a request from holding its connection for ever.
    private static let patience: ClosedRange<Int64> = 5_000...120_000
    /// How many milliseconds this broker may take to see what the controller has committed.
    private static let visibility: Int64 = 5_000

    package init(channel: ControllerChannel, waiters: ImageWaiters) {
        self.channel = channel
        self.waiters = waiters
    }

    /// Registers every forwarded API.
    package func register(on router: RequestRouter) {
        forward(CreateTopicsRequest.self, router)
        forward(DeleteTopicsRequest.self, router)
        forward(AlterConfigsRequest.self, router)
        forward(CreatePartitionsRequest.self, router)
        forward(ElectLeadersRequest.self, router)
        forward(IncrementalAlterConfigsRequest.self, router)
        forward(AlterPartitionReassignmentsRequest.self, router)
        forward(ListPartitionReassignmentsRequest.self, router)
        forward(AlterClientQuotasRequest.self, router)
        forward(AlterUserScramCredentialsRequest.self, router)
        forward(UpdateFeaturesRequest.self, router)
        forward(UnregisterBrokerRequest.self, router)
    }

    private func forward<R: ForwardedRequest>(_: R.Type, _ router: RequestRouter) {
        router.on(R.self) { request in handle(request) }
    }

    private func handle<R: ForwardedRequest>(_ request: Request<R>) {
        let wanted = Int64(request.body.clientTimeoutMs)
        let timeout = min(max(wanted, Self.patience.lowerBound), Self.patience.upperBound)
        channel.send(request.body, version: request.version, client: request.client, timeout: timeout) { result in
            switch result {
            case .failure(let error): request.reply(request.body.failed(error))
            case .success(let response):
                waiters.wait(timeout: Self.visibility) { image in
                    request.body.isVisible(response, in: image)
                } _: {
                    request.reply(response)
                }
            }
        }
    }
}
