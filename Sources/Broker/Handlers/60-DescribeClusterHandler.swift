import ClusterMetadata
import KafkaProtocol

/// Says what the cluster is and which brokers it has (KIP-700).
package struct DescribeClusterHandler {
    private let metadata: any MetadataSource
    private let clusterID: String

    package init(metadata: any MetadataSource, clusterID: String) {
        self.metadata = metadata
        self.clusterID = clusterID
    }

    package func handle(_ request: Request<DescribeClusterRequest>) {
        var response = DescribeClusterResponse()
        guard request.body.endpointType == 1 else {
            // 2 asks for controllers, which have no listener of their own here (KIP-919).
            response.errorCode = request.body.endpointType == 2 ? .mismatchedEndpointType : .unsupportedEndpointType
            response.errorMessage = "This endpoint is one of brokers."
            return request.reply(response)
        }
        let view = ClusterView(image: metadata.image, includingFenced: request.body.includeFencedBrokers)
        response.clusterID = clusterID
        response.controllerID = view.controllerForClients(metadata.controller?.id)
        response.brokers = view.brokers.map { broker in
            var entry = DescribeClusterResponse.Broker()
            entry.brokerID = broker.id
            entry.host = broker.host
            entry.port = broker.port
            entry.rack = broker.rack
            entry.isFenced = broker.isFenced
            return entry
        }
        if request.body.includeClusterAuthorizedOperations {
            response.clusterAuthorizedOperations = ClusterView.clusterOperations
        }
        request.reply(response)
    }
}
