/// What this software calls itself and its version: told to people, and to brokers with the first request of a connection
/// (KIP-511).
package enum SoftwareVersion {
    /// The name that brokers keep in their metrics.
    package static let name = "klamm"
    /// Major and minor.
    package static let number = "1.0"
}
