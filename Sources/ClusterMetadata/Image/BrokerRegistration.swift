import KafkaProtocol

/// A broker as the cluster knows it.
package struct BrokerRegistration: Sendable, Equatable {
    package var id: BrokerID
    /// Rises with every registration; a request with another one comes from a process that is gone.
    package var epoch: Int64
    /// The one run of the broker's process that registered.
    package var incarnationID: UUID
    package var endpoints: [BrokerEndpoint]
    package var features: [BrokerFeature]
    package var rack: String?
    /// Fenced brokers lead nothing, are in no ISR and are hidden from clients.
    package var fenced: Bool
    package var inControlledShutdown: Bool
    package var logDirs: [UUID]

    /// Whether the broker may lead and be in sync.
    package var isActive: Bool { !fenced && !inControlledShutdown }

    /// The endpoint of a listener, such as `PLAINTEXT`.
    package func endpoint(_ listener: String) -> BrokerEndpoint? { endpoints.first { $0.name == listener } }

    package init(_ record: RegisterBrokerRecord) {
        id = record.brokerID
        epoch = record.brokerEpoch
        incarnationID = record.incarnationID
        endpoints = record.endPoints
        features = record.features
        rack = record.rack
        fenced = record.fenced
        inControlledShutdown = record.inControlledShutdown
        logDirs = record.logDirs
    }

    /// The record that makes this registration anew.
    package var record: RegisterBrokerRecord {
        var record = RegisterBrokerRecord()
        record.brokerID = id
        record.brokerEpoch = epoch
        record.incarnationID = incarnationID
        record.endPoints = endpoints
        record.features = features
        record.rack = rack
        record.fenced = fenced
        record.inControlledShutdown = inControlledShutdown
        record.logDirs = logDirs
        return record
    }
}
