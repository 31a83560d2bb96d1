import KafkaProtocol

extension QuorumMachine {
    // MARK: Records

    /// Appends what the leader sent, or cuts back where the logs part.
    mutating func handleFetch(_ result: FetchResult, _ batches: [QuorumBatch], from peer: BrokerID) {
        guard case .follower(var following) = role, peer == election.leader else { return later(peer) }
        following.deadline = now + config.fetchTimeout
        following.hasFetched = true
        role = .follower(following)
        switch result.content {
        case .records: appendFetched(batches, from: peer)
        case .diverging(let epoch, let end): truncate(toEndOf: epoch, end: end, peer)
        case .snapshot(let snapshot): beginDownload(snapshot, from: peer)
        case .nothing: later(peer)
        }
        guard result.highWatermark >= 0, case .records = result.content else { return }
        commit(to: min(result.highWatermark, log.end))
    }

    private mutating func appendFetched(_ batches: [QuorumBatch], from peer: BrokerID) {
        guard !batches.isEmpty else { return }
        var extended = log
        let fits = batches.allSatisfy { $0.epoch <= election.epoch && extended.append($0) }
        guard fits else { return later(peer) }
        log = extended
        effects.append(.appendFetched(batches))
        adoptVoters(in: batches)
    }

    private mutating func truncate(toEndOf epoch: Epoch, end: Offset, _ peer: BrokerID) {
        let own = log.endOffset(ofEpoch: epoch)
        let target = max(0, own.epoch == epoch ? min(own.start, end) : own.start)
        if let highWatermark, target < highWatermark {
            effects.append(.halt(.truncatingCommitted(to: target, highWatermark: highWatermark)))
            return later(peer)
        }
        guard target < log.end, target >= log.start.endOffset else { return later(peer) }
        log.truncate(to: target)
        history.truncate(to: target)
        effects.append(.truncate(to: target))
    }

    // MARK: Snapshots

    private mutating func beginDownload(_ snapshot: SnapshotID, from peer: BrokerID) {
        let isAhead = snapshot.endOffset > max(highWatermark ?? 0, log.start.endOffset)
        guard isAhead, snapshot.epoch >= 0, snapshot.epoch <= election.epoch else { return later(peer) }
        change { $0.download = Download(snapshot: snapshot) }
    }

    /// Keeps a piece of a snapshot; the last one completes it.
    mutating func handleChunk(_ chunk: SnapshotChunk, from peer: BrokerID) {
        guard case .follower(var following) = role, var download = following.download, !download.installing
        else { return later(peer) }
        following.deadline = now + config.fetchTimeout
        following.hasFetched = true
        role = .follower(following)
        let (end, overflow) = chunk.position.addingReportingOverflow(chunk.count)
        guard chunk.snapshot == download.snapshot, chunk.position == download.position, chunk.count > 0, !overflow,
            end <= chunk.size
        else {
            dropDownload()
            return later(peer)
        }
        effects.append(.storeSnapshotChunk(chunk.snapshot, position: chunk.position, count: chunk.count))
        download.position = end
        download.installing = end == chunk.size
        following.download = download
        role = .follower(following)
        if download.installing { effects.append(.installSnapshot(download.snapshot)) }
    }

    /// Gives up a download; the next Fetch tells what to do instead.
    mutating func dropDownload() {
        guard case .follower(let following) = role, let download = following.download else { return }
        change { $0.download = nil }
        effects.append(.discardSnapshot(download.snapshot))
    }

    mutating func change(_ body: (inout Following) -> Void) {
        guard case .follower(var following) = role else { return }
        body(&following)
        role = .follower(following)
    }
}
