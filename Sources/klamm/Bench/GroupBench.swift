import KafkaClient
import KafkaProtocol

/// How long members of a group wait for their partitions, in either protocol.
struct GroupBench {
    let client: KafkaClient
    let groupProtocol: GroupProtocol

    static let members = 5
    static let partitions: Int32 = 30
    /// Longer than any rebalance of a group that works.
    private static let patience = Duration.seconds(60)

    /// From the first request until every member has its share, and from a member's leaving until the others have its own.
    struct Times {
        var joined: Duration
        var takenOver: Duration
    }

    /// Nil when the group does not come to rest.
    func run(_ topic: String) async throws -> Times? {
        var configuration = GroupConfiguration(groupID: "bench-\(groupProtocol.rawValue)", topics: [topic])
        configuration.groupProtocol = groupProtocol
        configuration.reset = .earliest
        var consumers = (0..<Self.members).map { _ in GroupConsumer(client, configuration) }
        guard let joined = try await time(until: consumers) else { return nil }
        let leaver = consumers.removeLast()
        await leaver.close()
        let takenOver = try await time(until: consumers)
        for consumer in consumers { await consumer.close() }
        return takenOver.map { Times(joined: joined, takenOver: $0) }
    }

    /// The time until all partitions are theirs, in even shares. Each member polls for itself, as processes do.
    private func time(until consumers: [GroupConsumer]) async throws -> Duration? {
        let began = ContinuousClock.now
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for consumer in consumers {
                group.addTask {
                    while !Task.isCancelled { _ = try await consumer.poll(timeout: .milliseconds(20)) }
                }
            }
            defer { group.cancelAll() }
            while began.duration(to: .now) < Self.patience {
                if await Self.isSettled(consumers) { return began.duration(to: .now) }
                try await Task.sleep(for: .milliseconds(5))
            }
            return nil
        }
    }

    private static func isSettled(_ consumers: [GroupConsumer]) async -> Bool {
        var shares: [Int] = []
        for consumer in consumers { shares.append(await consumer.assignment.count) }
        return shares.reduce(0, +) == Int(partitions) && (shares.max() ?? 0) - (shares.min() ?? 0) <= 1
    }
}
