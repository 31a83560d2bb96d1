import KafkaProtocol
import Testing

@testable import MetadataQuorum

@Suite("A follower")
struct FollowerTests {
    private func records(_ highWatermark: Offset) -> QuorumResponse.Body {
        .fetch(FetchResult(content: .records(from: 0), highWatermark: highWatermark))
    }

    @Test("fetches again only when what it has is synced: the next offset acknowledges it")
    func acknowledgement() {
        var node = Scenario()
        node.follow(epoch: 1)
        let batch = QuorumBatch(baseOffset: 0, count: 2, epoch: 1)
        let effects = node.answer(2, leader: 2, epoch: 1, records(-1), batches: [batch])
        #expect(effects == [.appendFetched([batch])])
        let next = node.machine.persisted(to: 2, epoch: 1, now: 0)
        #expect(
            next.sends.map(\.request) == [
                .fetch(FetchAsk(replica: 1, epoch: 1, offset: 2, lastEpoch: 1, maxWait: 250))
            ])
    }

    @Test("commits what the leader says, as far as it has it")
    func highWatermark() {
        var node = Scenario()
        node.follow(epoch: 1)
        let batch = QuorumBatch(baseOffset: 0, count: 2, epoch: 1)
        let effects = node.answer(2, leader: 2, epoch: 1, records(9), batches: [batch])
        #expect(effects == [.appendFetched([batch]), .commitAdvanced(to: 2)])
    }

    @Test("asks for an answer at once when its leader only seemed lost")
    func refusedPreVote() {
        var node = Scenario()
        node.follow(epoch: 1)
        _ = node.answer(2, leader: 2, epoch: 1, records(0))
        #expect(node.pass(1000).sends.map(\.to) == [2, 3], "pre-votes")
        _ = node.answer(2, leader: 2, epoch: 1, .vote(granted: false))
        let ask = FetchAsk(replica: 1, epoch: 1, offset: 0, lastEpoch: 0, maxWait: 0)
        let effects = node.answer(3, leader: 2, epoch: 1, .vote(granted: false))
        #expect(effects.sends.map(\.request) == [.fetch(ask)], "it campaigns again sooner than a Fetch waits for news")
        var patient = ask
        patient.maxWait = 250
        #expect(node.answer(2, leader: 2, epoch: 1, records(0)).sends.map(\.request) == [.fetch(patient)])
    }

    @Test(
        "takes no batch that does not continue its log",
        arguments: [
            QuorumBatch(baseOffset: 1, count: 1, epoch: 1), QuorumBatch(baseOffset: 0, count: 0, epoch: 1),
            QuorumBatch(baseOffset: 0, count: 1, epoch: 7), QuorumBatch(baseOffset: 0, count: -4, epoch: 1),
        ])
    func gap(batch: QuorumBatch) {
        var node = Scenario()
        node.follow(epoch: 1)
        #expect(node.answer(2, leader: 2, epoch: 1, records(-1), batches: [batch]) == [])
        #expect(node.machine.log.end == 0)
        #expect(node.pass(20).sends.count == 1, "it asks again")
    }

    @Test("cuts back to where the logs part")
    func divergence() {
        let log = LogIndex(end: 9, epochs: [.init(epoch: 1, start: 0), .init(epoch: 3, start: 5)])
        var node = Scenario(election: ElectionState(epoch: 3), log: log)
        node.follow(epoch: 4)
        let body = QuorumResponse.Body.fetch(FetchResult(content: .diverging(epoch: 2, end: 7)))
        let effects = node.answer(2, leader: 2, epoch: 4, body)
        #expect(effects.first == .truncate(to: 5), "epoch 1 ends at 5 here")
        #expect(
            effects.sends.map(\.request) == [
                .fetch(FetchAsk(replica: 1, epoch: 4, offset: 5, lastEpoch: 1, maxWait: 250))
            ])
    }

    @Test("stops rather than cut what is committed")
    func committed() {
        var node = Scenario(election: ElectionState(epoch: 1), log: Scenario.log(end: 5, epoch: 1))
        node.follow(epoch: 2)
        _ = node.answer(2, leader: 2, epoch: 2, records(5))
        let body = QuorumResponse.Body.fetch(FetchResult(content: .diverging(epoch: 1, end: 3)))
        let effects = node.answer(2, leader: 2, epoch: 2, body)
        #expect(effects.first == .halt(.truncatingCommitted(to: 3, highWatermark: 5)))
        #expect(node.machine.log.end == 5)
    }

    @Test("loads a snapshot piece by piece and goes on behind it")
    func snapshot() {
        var node = Scenario()
        node.follow(epoch: 2)
        let id = SnapshotID(endOffset: 10, epoch: 1)
        let effects = node.answer(2, leader: 2, epoch: 2, .fetch(FetchResult(content: .snapshot(id))))
        guard case .fetchSnapshot(let ask)? = effects.sends.first?.request else {
            Issue.record("no FetchSnapshot: \(effects)")
            return
        }
        #expect(ask.snapshot == id && ask.position == 0)
        let first = SnapshotChunk(snapshot: id, position: 0, count: 60, size: 100)
        #expect(node.answer(2, leader: 2, epoch: 2, .snapshot(first)).sends.count == 1)
        let second = SnapshotChunk(snapshot: id, position: 60, count: 40, size: 100)
        #expect(
            node.answer(2, leader: 2, epoch: 2, .snapshot(second)) == [
                .storeSnapshotChunk(id, position: 60, count: 40), .installSnapshot(id),
            ])
        let installed = node.machine.snapshotInstalled(id, now: 0)
        #expect(installed.first == .commitAdvanced(to: 10))
        #expect(
            installed.sends.map(\.request) == [
                .fetch(FetchAsk(replica: 1, epoch: 2, offset: 10, lastEpoch: 1, maxWait: 250))
            ])
    }

    @Test("drops a snapshot that is gone or does not fit, and fetches again")
    func lostSnapshot() {
        let id = SnapshotID(endOffset: 10, epoch: 1)
        for body in [
            QuorumResponse.Body.snapshot(SnapshotChunk(snapshot: id, position: 5, count: 1, size: 9)),
            .snapshot(SnapshotChunk(snapshot: id, position: 0, count: .max, size: 9)),
            .snapshot(SnapshotChunk(snapshot: id, position: 0, count: 0, size: 0)),
        ] {
            var node = Scenario()
            node.follow(epoch: 2)
            _ = node.answer(2, leader: 2, epoch: 2, .fetch(FetchResult(content: .snapshot(id))))
            #expect(node.answer(2, leader: 2, epoch: 2, body) == [.discardSnapshot(id)])
            guard case .fetch? = node.pass(20).sends.first?.request else {
                Issue.record("no Fetch after \(body)")
                continue
            }
        }
    }

    @Test("forgets syncs of what was cut off since")
    func staleSync() {
        let log = LogIndex(end: 9, epochs: [.init(epoch: 1, start: 0), .init(epoch: 3, start: 5)])
        var index = log
        index.truncate(to: 5)
        let appended = index.append(QuorumBatch(baseOffset: 5, count: 2, epoch: 4))
        #expect(appended)
        index.persisted(to: 7, epoch: 3)
        #expect(index.persistedEnd == 5)
        index.persisted(to: 7, epoch: 4)
        #expect(index.persistedEnd == 7)
    }
}
