import ClusterMetadata
import KafkaProtocol

/// Who was heard of when: the part of the controller's state that is in no record.
struct BrokerSessions {
    private struct Session {
        var contact: Int64
        /// The highest metadata offset that the broker said it has applied.
        var metadataOffset: Offset = -1
        /// Where the broker's registration stands in the metadata log.
        var registrationOffset: Offset
        /// Where the record stands that began its controlled shutdown.
        var shutdownOffset: Offset?
    }

    private var sessions: [BrokerID: Session] = [:]

    init(image: MetadataImage, now: Int64) {
        for broker in image.brokers.values {
            // An epoch is never above the offset of its registration, and the image holds that registration.
            sessions[broker.id] = Session(contact: now, registrationOffset: broker.epoch)
            if broker.inControlledShutdown { sessions[broker.id]?.shutdownOffset = image.offset }
        }
    }

    mutating func registered(_ broker: BrokerID, offset: Offset, now: Int64) {
        sessions[broker] = Session(contact: now, registrationOffset: offset)
    }

    mutating func forget(_ broker: BrokerID) { sessions[broker] = nil }

    mutating func beganShutdown(_ broker: BrokerID, offset: Offset) { sessions[broker]?.shutdownOffset = offset }

    mutating func touch(_ broker: BrokerID, now: Int64) { sessions[broker]?.contact = now }

    mutating func heard(_ broker: BrokerID, metadataOffset: Offset, now: Int64) {
        sessions[broker]?.contact = now
        sessions[broker]?.metadataOffset = metadataOffset
    }

    func contact(_ broker: BrokerID) -> Int64? { sessions[broker]?.contact }

    /// Whether the broker has applied its own registration.
    func isCaughtUp(_ broker: BrokerID, at offset: Offset) -> Bool {
        sessions[broker].map { offset >= $0.registrationOffset } ?? false
    }

    /// The unfenced broker that was silent longest. Fenced ones have nothing to lose.
    func longestSilent(in image: MetadataImage) -> (broker: BrokerID, contact: Int64)? {
        sessions.filter { image.brokers[$0.key]?.fenced == false }
            .map { (broker: $0.key, contact: $0.value.contact) }
            .min { ($0.contact, $0.broker) < ($1.contact, $1.broker) }
    }

    /// Whether every broker that serves clients knows that this one is leaving.
    func shutdownIsKnown(_ broker: BrokerID, in image: MetadataImage) -> Bool {
        guard let offset = sessions[broker]?.shutdownOffset else { return false }
        let known = sessions.filter { image.isActive($0.key) }.map(\.value.metadataOffset).min()
        return known.map { offset <= $0 } ?? true
    }
}
