/// The features that Klamm's brokers and controllers know, with the levels of each (KIP-584).
package enum Features {
    /// The level of metadata and of the behaviour between brokers.
    package static let metadataVersion = "metadata.version"

    /// The metadata.version from which on credentials of users are kept: 3.5-IV2.
    package static let scramSince: Int16 = 11

    /// From 1 on, who left an in-sync set that became too small to commit anything is remembered, and may lead (KIP-966).
    /// Kafka has it since 4.0; a cluster of before stays at 0 until it is raised.
    package static let eligibleLeaderReplicas = "eligible.leader.replicas.version"

    /// What a node of this release could run; 21 is Kafka 3.9's metadata.version.
    package static let supported: [String: ClosedRange<Int16>] = [
        metadataVersion: 1...21, eligibleLeaderReplicas: 1...1,
    ]

    /// What a new cluster runs.
    package static let initial: [String: Int16] = [metadataVersion: 21, eligibleLeaderReplicas: 1]
}
