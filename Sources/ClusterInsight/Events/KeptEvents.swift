import KafkaProtocol

/// What earlier looks at a cluster kept: events in the order in which they were told, and the incidents they belong to,
/// numbered anew over all of those looks.
package struct KeptEvents: Sendable, Equatable {
    /// The events; their incidents are those of this value.
    package var events: [ClusterEvent] = []
    /// Incidents that have ended, oldest first.
    package var incidents: [Incident] = []
    /// The incident that ran when the last look ended; its events bear its number.
    package var running: Incident?

    /// Nothing was kept.
    package init() {}

    /// The timeline of it.
    package var log: EventLog { EventLog(events, incidents: incidents) }
}
