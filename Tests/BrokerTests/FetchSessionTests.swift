import KafkaProtocol
import Simulation
import Testing

@testable import Broker

/// Fetch sessions as KIP-227 has them.
@Suite struct FetchSessionTests {
    private let clock = ManualClock()
    private let topic = UUID(high: 1, low: 2)

    private func request(
        session: Int32 = 0, epoch: Int32, partitions: [Int32: Offset], forgotten: [Int32] = [], replica: Int32 = -1
    ) -> Request<FetchRequest> {
        var body = FetchRequest()
        body.sessionID = session
        body.sessionEpoch = epoch
        body.replicaState.replicaID = replica
        var entry = FetchRequest.Topic()
        entry.topicID = topic
        entry.partitions = partitions.sorted { $0.key < $1.key }.map { index, offset in
            var ask = FetchRequest.Topic.Partition()
            ask.partition = index
            ask.fetchOffset = offset
            return ask
        }
        if !partitions.isEmpty { body.topics = [entry] }
        var gone = FetchRequest.ForgottenTopic()
        gone.topicID = topic
        gone.partitions = forgotten
        if !forgotten.isEmpty { body.forgottenTopicsData = [gone] }
        return Request(body: body, version: 17, client: ClientInfo(clientID: "c", host: "/h")) { _ in }
    }

    private func positions(_ fetch: PendingFetch) -> [Int32: Offset] {
        Dictionary(uniqueKeysWithValues: fetch.parts.map { ($0.ask.partition, $0.ask.fetchOffset) })
    }

    @Test func aSessionRemembersWhatIsFetched() throws {
        let sessions = FetchSessions(clock: clock, random: SystemRandomNumberGenerator())
        let full = try sessions.fetch(request(epoch: 0, partitions: [0: 5, 1: 6, 2: 7])).get()
        let id = try #require(full.session?.id)
        #expect(id > 0 && !full.isIncremental)
        let next = try sessions.fetch(request(session: id, epoch: 1, partitions: [1: 9, 3: 0], forgotten: [2])).get()
        #expect(next.isIncremental)
        #expect(positions(next) == [0: 5, 1: 9, 3: 0])
        #expect(next.named.map(\.ask.partition) == [1, 3])
        let quiet = try sessions.fetch(request(session: id, epoch: 2, partitions: [:])).get()
        #expect(positions(quiet) == [0: 5, 1: 9, 3: 0] && quiet.named.isEmpty)
    }

    /// Its client may have dropped the answer that told it.
    @Test func aPartitionThatIsNamedAgainIsToldOfAgain() throws {
        let sessions = FetchSessions(clock: clock, random: SystemRandomNumberGenerator())
        let full = try sessions.fetch(request(epoch: 0, partitions: [0: 5])).get()
        let id = try #require(full.session?.id)
        var answer = FetchResponse.Partition()
        answer.highWatermark = 5
        answer.logStartOffset = 0
        let part = try #require(full.parts.first)
        part.told(answer)
        _ = try sessions.fetch(request(session: id, epoch: 1, partitions: [:])).get()
        #expect(!part.isNews(answer))
        _ = try sessions.fetch(request(session: id, epoch: 2, partitions: [0: 5])).get()
        #expect(part.isNews(answer))
    }

    @Test func wrongEpochsAndUnknownSessionsAreRefused() throws {
        let sessions = FetchSessions(clock: clock, random: SystemRandomNumberGenerator())
        let id = try #require(try sessions.fetch(request(epoch: 0, partitions: [0: 0])).get().session?.id)
        func error(_ request: Request<FetchRequest>) -> ErrorCode? {
            if case .failure(let code) = sessions.fetch(request) { code } else { nil }
        }
        #expect(error(request(session: id, epoch: 2, partitions: [:])) == .invalidFetchSessionEpoch)
        #expect(error(request(session: id &+ 1, epoch: 1, partitions: [:])) == .fetchSessionIdNotFound)
        #expect(try sessions.fetch(request(session: id, epoch: -1, partitions: [0: 0])).get().session == nil)
        #expect(error(request(session: id, epoch: 1, partitions: [:])) == .fetchSessionIdNotFound)
    }

    /// Consumers without a session go on in full; a follower takes the place of one.
    @Test func followersGoBeforeConsumers() throws {
        let sessions = FetchSessions(clock: clock, random: SystemRandomNumberGenerator())
        for _ in 0..<1_000 { _ = try sessions.fetch(request(epoch: 0, partitions: [0: 0])).get() }
        #expect(try sessions.fetch(request(epoch: 0, partitions: [0: 0])).get().session == nil)
        #expect(try sessions.fetch(request(epoch: 0, partitions: [0: 0], replica: 2)).get().session != nil)
        clock.advance(Limits.fetchSessionIdle)
        #expect(try sessions.fetch(request(epoch: 0, partitions: [0: 0])).get().session == nil)
        clock.advance(1)
        #expect(try sessions.fetch(request(epoch: 0, partitions: [0: 0])).get().session != nil)
    }
}
