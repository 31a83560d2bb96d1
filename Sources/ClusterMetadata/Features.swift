/// The features that Klamm's brokers and controllers know, with the levels of each (KIP-584).
package enum Features {
    /// The level of metadata and of the behaviour between brokers.
    package static let metadataVersion = "metadata.version"

    /// What a node of this release could run; 21 is Kafka 3.9's metadata.version.
    package static let supported: [String: ClosedRange<Int16>] = [metadataVersion: 1...21]

    /// What a new cluster runs.
    package static let initial: [String: Int16] = [metadataVersion: 21]
}
