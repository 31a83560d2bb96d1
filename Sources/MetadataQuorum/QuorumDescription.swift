import KafkaProtocol

/// The quorum as its leader sees it (DescribeQuorum).
package struct QuorumDescription: Sendable, Equatable {
    /// One node's progress. Times are the machine's monotonic milliseconds.
    package struct Replica: Sendable, Equatable {
        package var id: BrokerID
        /// Zero where directories are not distinguished and for nodes that do not tell.
        package var directory: UUID
        /// `nil` while unknown.
        package var endOffset: Offset?
        package var lastFetch: Int64?
        package var lastCaughtUp: Int64?
    }

    package var leader: BrokerID
    package var epoch: Epoch
    /// −1 while unknown.
    package var highWatermark: Offset
    package var voters: [Replica]
    package var observers: [Replica]
}

extension QuorumMachine {
    /// The quorum as this leader sees it; `nil` elsewhere. The leader itself is always caught up.
    package func describe(now: Int64) -> QuorumDescription? {
        guard case .leader(let leadership) = role else { return nil }
        func replica(_ node: ReplicaKey) -> QuorumDescription.Replica {
            if node == voters.normal(own.key) {
                return .init(
                    id: node.id, directory: node.directory, endOffset: log.end, lastFetch: nil, lastCaughtUp: now)
            }
            let progress = leadership.replicas[node]
            return .init(
                id: node.id, directory: progress?.directory ?? node.directory, endOffset: progress?.endOffset,
                lastFetch: progress?.lastFetch, lastCaughtUp: progress?.lastCaughtUp)
        }
        let observers = leadership.replicas.filter { node, progress in
            !voters.contains(node) && now - (progress.lastFetch ?? now) < config.observerExpiry
        }
        return QuorumDescription(
            leader: id, epoch: election.epoch, highWatermark: leadership.highWatermark ?? -1,
            voters: voters.voters.map { replica($0.key) }, observers: observers.keys.sorted().map(replica))
    }
}
