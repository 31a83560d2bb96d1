import KafkaProtocol

/// The way of markers to a broker, this one included. Loop only.
package protocol MarkerDelivery: AnyObject {
    /// Hands a request to a broker; nil when it gave no answer, in which case the markers may or may not be written.
    func deliver(
        _ request: WriteTxnMarkersRequest, to broker: BrokerID, at endpoint: Endpoint,
        done: @escaping (WriteTxnMarkersResponse?) -> Void)
}

/// Markers for this broker's own partitions go straight to its handler, others over the network.
package final class PeerMarkerDelivery: MarkerDelivery {
    private let nodeID: BrokerID
    private let peers: any Peers
    private let writer: MarkerWriter

    package init(nodeID: BrokerID, peers: any Peers, writer: MarkerWriter) {
        self.nodeID = nodeID
        self.peers = peers
        self.writer = writer
    }

    package func deliver(
        _ request: WriteTxnMarkersRequest, to broker: BrokerID, at endpoint: Endpoint,
        done: @escaping (WriteTxnMarkersResponse?) -> Void
    ) {
        if broker == nodeID { return writer.write(request) { done($0) } }
        peers.send(request, version: 1, to: endpoint, lane: .markers, timeout: Limits.markerRequestTimeout) {
            done(try? $0.get())
        }
    }
}
