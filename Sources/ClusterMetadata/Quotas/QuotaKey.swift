/// What a quota limits, by Kafka's names.
package enum QuotaKey: String, Sendable, CaseIterable {
    /// Bytes a second of Produce requests.
    case producerByteRate = "producer_byte_rate"
    /// Bytes a second of Fetch answers.
    case consumerByteRate = "consumer_byte_rate"
    /// Time of the broker's threads in percent of one thread.
    case requestPercentage = "request_percentage"
    /// Partitions made and deleted a second (KIP-599).
    case controllerMutationRate = "controller_mutation_rate"
    /// Connections a second from one address (KIP-612).
    case connectionCreationRate = "connection_creation_rate"

    /// Whether quotas of this key are for addresses; the others are for users and client ids.
    package var isOfAddresses: Bool { self == .connectionCreationRate }

    /// Why a value cannot be, or nil when it can.
    package func problem(with value: Double) -> String? {
        guard value.isFinite, value > 0 else { return "Quota \(rawValue) must be greater than 0" }
        switch self {
        case .requestPercentage, .controllerMutationRate: return nil
        case .producerByteRate, .consumerByteRate, .connectionCreationRate:
            return value == value.rounded() && value < 9.2e18 ? nil : "Quota \(rawValue) must be a whole number"
        }
    }
}
