/// Every bound of a broker process, each with its reason.
package enum Limits {
    /// Kafka's `socket.request.max.bytes`: a longer frame closes the connection before anything is reserved for it.
    package static let frameBytes = 104_857_600
    /// Requests of one connection that may wait for their answer; reading pauses beyond it. Clients keep at most five or
    /// so in flight, so more only buffers.
    package static let requestsInFlight = 64
    /// Request bytes of one connection being worked on before reading pauses.
    package static let requestBytesInFlight = 32 << 20
    /// Answer bytes that a slow reader may leave unsent before its requests are no longer read.
    package static let unsentBytes = 16 << 20
    /// Bytes read from a connection at once. A connection keeps up to four buffers of that size while it is open, used or
    /// not; larger ones read no faster.
    package static let receiveBytes = 65_536
    /// Connections at a time; each idle one costs a few KiB.
    package static let connections = 10_000
    /// Requests to one peer and lane waiting for their answer; beyond it they fail as disconnected.
    package static let peerRequests = 1_000
    /// Parked Produce, Fetch and DeleteRecords requests.
    package static let parkedRequests = 20_000
    /// Producers whose refused batches are remembered for what is under way behind them; beyond it all are forgotten, and
    /// the logs decide alone.
    package static let refusedProducers = 10_000
    /// Clients whose use of a quota is measured; beyond it those at rest are forgotten, and if that is not enough all.
    package static let quotaMeters = 10_000
    /// Partitions of all fetch sessions together, each a few hundred bytes; beyond it clients fetch without one.
    package static let fetchSessionPartitions = 100_000
    /// Milliseconds after which an unused fetch session makes room for another; Kafka's constant.
    static let fetchSessionIdle: Int64 = 120_000
    /// Bytes of one batch of coordinator records, a little below the default `max.message.bytes`.
    package static let coordinatorBatchBytes = 900_000
    /// Bytes of a coordinator log that are read in one turn of the loop: under a millisecond of work.
    package static let coordinatorLoadSliceBytes = 256 << 10
    /// Milliseconds until a coordinator log that is not led yet is tried again.
    package static let coordinatorLoadRetry: Int64 = 10
    /// Milliseconds until a coordinator log that cannot be read is tried again; it answers COORDINATOR_LOAD_IN_PROGRESS.
    package static let coordinatorLoadFailureRetry: Int64 = 5_000
    /// Bytes of metadata log in one answer to a follower: Kafka's 8 MiB.
    package static let quorumFetchBytes = 8 << 20
    /// Records applied between snapshots: a restart replays at most about this many in a fraction of a second.
    package static let recordsBetweenSnapshots: Int64 = 50_000
    /// Decisions waiting to be committed; more are refused until the quorum commits again.
    package static let pendingDecisions = 10_000
    /// Milliseconds that an append of coordinator records is waited for. Clients are answered much earlier; this only bounds
    /// how long a partition without enough replicas keeps what it will tell.
    package static let coordinatorAppendTimeout: Int64 = 3_600_000
    /// Markers in one request to a broker: what is left over follows at once.
    package static let markersPerRequest = 5_000
    /// Milliseconds that a leader waits for its replicas to have a marker.
    package static let markerAppendTimeout: Int64 = 10_000
    /// Milliseconds until a broker that does not answer a request for markers counts as unreachable; more than the above.
    package static let markerRequestTimeout: Int64 = 30_000
    /// Milliseconds until markers that could not be written are tried again.
    package static let markerRetry: Int64 = 100
    /// Milliseconds that a batch waits for the transaction coordinator to confirm its transaction.
    package static let verificationTimeout: Int64 = 10_000
    /// Milliseconds to wait for all brokers of a starting cluster before an internal topic is made with fewer replicas.
    package static let internalTopicPatience: Int64 = 10_000
    /// Bytes of a snapshot of the metadata log, which is held whole: some hundred thousand partitions. A larger one is not
    /// written, and the log stays whole; where there is one, it is taken for damaged.
    package static let metadataSnapshotBytes = 64 << 20
    /// Milliseconds after which a sync of the metadata log is worth a warning: disks take some milliseconds.
    package static let slowSync: Int64 = 2_000
    /// Milliseconds between two lines about writes that a disk refuses for one reason.
    package static let refusedWritesPause: Int64 = 60_000
    /// Partitions in a page of DescribeTopicPartitions, as Kafka's `max.request.partition.size.limit`.
    package static let partitionsPerPage = 2_000
    /// Topics being made because somebody asked for them; more wait for the client's next try.
    package static let automaticTopics = 1_000
    /// Nodes of the quorum that are looked for at another address than their first, and addresses of each. Beyond it all
    /// are looked for at their first again.
    static let quorumAddresses = 1024
}
