import LogStorage

/// What a broker takes from outside; a simulation gives its own.
package struct BrokerEnvironment {
    package var disk: any Disk
    package var clock: any Clock
    package var peers: any Peers
    /// For the logs, and for snapshots of metadata: two slow chores at a time.
    package var background: any Background
    /// For syncs of the metadata log, which every broker waits for: they must not stand in line behind a compaction.
    package var quorumBackground: any Background
    package var random: any RandomNumberGenerator & Sendable

    package init(
        disk: any Disk, clock: any Clock, peers: any Peers, background: any Background,
        quorumBackground: (any Background)? = nil, random: any RandomNumberGenerator & Sendable
    ) {
        self.disk = disk
        self.clock = clock
        self.peers = peers
        self.background = background
        self.quorumBackground = quorumBackground ?? background
        self.random = random
    }
}
