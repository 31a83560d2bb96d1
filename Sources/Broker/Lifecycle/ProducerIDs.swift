import KafkaProtocol

/// Hands out producer ids from blocks that the controller gives to this broker alone (KIP-730).
package final class ProducerIDs {
    private let nodeID: BrokerID
    private let channel: ControllerChannel
    private let brokerEpoch: () -> Int64
    private var block: Range<Int64> = 0..<0
    private var waiting: [(Result<Int64, ErrorCode>) -> Void] = []

    package init(nodeID: BrokerID, channel: ControllerChannel, brokerEpoch: @escaping () -> Int64) {
        self.nodeID = nodeID
        self.channel = channel
        self.brokerEpoch = brokerEpoch
    }

    /// The next id; may wait for a block. COORDINATOR_LOAD_IN_PROGRESS makes clients try again.
    package func next(_ done: @escaping (Result<Int64, ErrorCode>) -> Void) {
        if let id = block.popFirst() { return done(.success(id)) }
        waiting.append(done)
        if waiting.count == 1 { fill() }
    }

    private func fill() {
        var request = AllocateProducerIdsRequest()
        request.brokerID = nodeID
        request.brokerEpoch = brokerEpoch()
        let client = ClientInfo(clientID: "broker-\(nodeID)", host: "/127.0.0.1")
        channel.send(request, version: 0, client: client, timeout: 5_000) { [weak self] result in
            self?.filled(result)
        }
    }

    private func filled(_ result: Result<AllocateProducerIdsResponse, ErrorCode>) {
        let served = waiting
        waiting.removeAll()
        if case .success(let response) = result, response.errorCode == .none, response.producerIDLen > 0 {
            block = response.producerIDStart..<(response.producerIDStart + Int64(response.producerIDLen))
        }
        for done in served {
            // More callers than a block holds ask again.
            done(block.popFirst().map(Result.success) ?? .failure(.coordinatorLoadInProgress))
        }
    }
}

extension Range where Bound == Int64 {
    fileprivate mutating func popFirst() -> Int64? {
        guard let first else { return nil }
        self = (first + 1)..<upperBound
        return first
    }
}
