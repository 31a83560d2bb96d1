import KafkaProtocol

/// How far a follower is, as its leader knows it from the follower's fetches.
package struct FollowerProgress: Sendable, Equatable {
    /// The follower's log end; nil until it fetched in this leader epoch.
    package private(set) var logEndOffset: Offset?
    package private(set) var logStartOffset: Offset = -1
    /// When it last had everything that was there (monotonic milliseconds); 0 for never in this epoch.
    package private(set) var lastCaughtUp: Int64
    /// The registration under which it last fetched; −1 when it did not say.
    package private(set) var brokerEpoch: Int64 = -1
    /// The high watermark it was last told; a parked fetch is answered when there is a higher one.
    package var toldHighWatermark: Offset = -1

    private var lastFetch: Int64 = 0
    private var leaderEndAtLastFetch: Offset = 0

    /// A follower that counts as caught up until `lastCaughtUp` is too long ago.
    package init(lastCaughtUp: Int64) { self.lastCaughtUp = lastCaughtUp }

    /// Notes a fetch from `offset`, which says that everything below is stored there. Having everything that was there
    /// at the *previous* fetch counts too, so that a busy partition does not lose followers that keep pace.
    package mutating func fetched(
        from offset: Offset, logStart: Offset, brokerEpoch: Int64, leaderEnd: Offset, now: Int64
    ) {
        if offset >= leaderEnd {
            lastCaughtUp = max(lastCaughtUp, now)
        } else if offset >= leaderEndAtLastFetch {
            lastCaughtUp = max(lastCaughtUp, lastFetch)
        }
        logEndOffset = offset
        logStartOffset = logStart
        self.brokerEpoch = brokerEpoch
        lastFetch = now
        leaderEndAtLastFetch = leaderEnd
    }

    /// Whether it has everything, or had within `limit` milliseconds (`replica.lag.time.max.ms`).
    package func isCaughtUp(leaderEnd: Offset, now: Int64, limit: Int64) -> Bool {
        logEndOffset == leaderEnd || now - lastCaughtUp <= limit
    }
}
