import KafkaProtocol

extension QuorumMachine {
    /// The downloaded snapshot is verified and has replaced the log. `voters` is the set it names, if any.
    package mutating func snapshotInstalled(
        _ snapshot: SnapshotID, voters: VoterSet? = nil, now: Int64
    ) -> [QuorumEffect] {
        var installed = false
        if case .follower(let following) = role, let download = following.download {
            installed = download.installing && download.snapshot == snapshot
        }
        guard installed else { return tick(now: now) }
        log.reset(to: snapshot)
        history.reset(to: snapshot, voters)
        payBack()
        change { $0.download = nil }
        commit(to: snapshot.endOffset)
        return tick(now: now)
    }

    /// The downloaded snapshot is damaged.
    package mutating func snapshotRejected(_ snapshot: SnapshotID, now: Int64) -> [QuorumEffect] {
        guard case .follower(let following) = role, following.download?.snapshot == snapshot else {
            return tick(now: now)
        }
        dropDownload()
        if let leader = election.leader { later(leader) }
        return tick(now: now)
    }

    /// The state machine wrote a snapshot of what is committed; from now on it is offered to followers.
    package mutating func snapshotTaken(_ snapshot: SnapshotID) {
        guard let highWatermark, snapshot.endOffset <= highWatermark, snapshot.endOffset > 0 else { return }
        log.added(snapshot)
    }

    /// The shell deleted the log below a snapshot.
    package mutating func logTrimmed(to snapshot: SnapshotID) {
        guard let highWatermark, snapshot.endOffset <= highWatermark else { return }
        log.trim(to: snapshot)
        history.trim(to: log.start.endOffset)
    }
}
