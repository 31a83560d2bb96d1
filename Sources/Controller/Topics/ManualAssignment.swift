import ClusterMetadata
import KafkaProtocol

/// Replicas chosen by hand: what makes them acceptable.
enum ManualAssignment {
    /// Checks one partition's replicas for a new topic or partition; `factor` is the count that all must have.
    static func check(_ replicas: [BrokerID], factor: Int?, in image: MetadataImage) throws {
        guard !replicas.isEmpty else {
            throw Refusal(.invalidReplicaAssignment, "The manual partition assignment includes an empty replica list.")
        }
        guard Set(replicas).count == replicas.count else {
            throw Refusal(
                .invalidReplicaAssignment, "The manual partition assignment includes the same broker more than once.")
        }
        if let unknown = replicas.first(where: { image.brokers[$0] == nil }) {
            throw Refusal(
                .invalidReplicaAssignment,
                "The manual partition assignment includes broker \(unknown), but no such broker is registered.")
        }
        if let factor, factor != replicas.count {
            throw Refusal(
                .invalidReplicaAssignment,
                "The manual partition assignment includes a partition with \(replicas.count) replica(s), but this is "
                    + "not consistent with previous partitions, which have \(factor) replica(s).")
        }
    }

    /// The state of a new partition: in sync are the replicas that are in service, the first of them leads.
    static func state(_ replicas: [BrokerID], partition: Int, in image: MetadataImage) throws -> PartitionState {
        let isr = replicas.filter(image.isActive)
        guard !isr.isEmpty else {
            throw Refusal(
                .invalidReplicaAssignment,
                "All brokers specified in the manual partition assignment for partition \(partition) are fenced or in "
                    + "controlled shutdown.")
        }
        return PartitionState(replicas: replicas, isr: isr)
    }
}
