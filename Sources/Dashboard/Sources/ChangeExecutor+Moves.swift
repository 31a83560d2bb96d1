import KafkaClient
import KafkaProtocol

/// Moves of partitions and their throttles.
extension ChangeExecutor {
    func startMoves(_ plan: [TopicPartition: [BrokerID]], throttle: Int64?) async -> [ChangeItem] {
        do {
            let start = try await client.startMoves(plan, throttle: throttle)
            let failed = items(start.throttle.filter { $0.value.isFailure }, \.description)
            guard !start.moves.isEmpty else { return failed }
            if throttle != nil, start.moves.values.contains(where: { !$0.isFailure }) {
                Task { await self.removeThrottleAtTheEnd(of: plan, before: start.before) }
            }
            return items(start.moves, Self.name) + failed
        } catch {
            return plan.keys.sorted().map { failed(Self.name($0), error) }
        }
    }

    func cancelMoves(_ partitions: [TopicPartition]) async -> [ChangeItem] {
        do {
            let cancel = try await client.cancelMoves(of: Set(partitions))
            return items(cancel.moves, Self.name) + items(cancel.throttle, \.description)
        } catch {
            return partitions.sorted().map { failed(Self.name($0), error) }
        }
    }

    /// Moves replicas of one broker to log dirs of it, each dir in a request of its own.
    func moveReplicas(
        _ targets: [TopicPartition: String], on broker: BrokerID, _ progress: ChangeProgress
    ) async -> [ChangeItem] {
        var all: [ChangeItem] = []
        for (dir, partitions) in Dictionary(grouping: targets.keys.sorted(), by: { targets[$0] ?? "" }) {
            let items = await partitionItems(partitions) {
                try await client.moveReplicas(partitions, to: dir, on: broker)
            }
            progress.told(items)
            all += items
        }
        return all.sorted { $0.name < $1.name }
    }

    /// What brings replicas back to where they are, or are heading for; nil when the broker does not tell.
    func backToLogDirs(_ targets: [TopicPartition: String], on broker: BrokerID) async -> Change? {
        guard case .success(let picture) = await LogDirReader.picture(of: broker, client) else { return nil }
        let before = picture.replicas.filter { replica in
            targets[replica.partition].map { $0 != replica.heading } ?? false
        }
        guard !before.isEmpty else { return nil }
        return .moveReplicas(
            Dictionary(before.map { ($0.partition, $0.heading) }, uniquingKeysWith: { a, _ in a }), on: broker)
    }

    func throttleItems<Resource: Hashable & CustomStringConvertible>(
        _ call: () async throws -> Outcomes<Resource, Bool>
    ) async -> [ChangeItem] {
        do {
            return items(try await call(), \.description)
        } catch {
            return [failed("throttle", error)]
        }
    }

    /// Waits for the moves of a plan and takes their throttle away. Ends with the client when Klamm ends; what is then
    /// left over is found at the next start.
    private func removeThrottleAtTheEnd(
        of plan: [TopicPartition: [BrokerID]], before: [TopicPartition: [BrokerID]]
    ) async {
        var problem: String?
        do {
            try await client.waitForMoves(to: plan, from: before, every: .seconds(2))
            let removed = try await client.removeThrottles(of: Set(plan.keys))
            let failed = items(removed, \.description).first { $0.failure != nil }
            problem = failed.map { "\($0.name): \($0.failure ?? "")" }
        } catch ClientError.closed {
            return
        } catch {
            problem = words(error)
        }
        send(
            problem.map { .flash("throttles may remain (\($0)): X on screen 7 removes them", .warn) }
                ?? .flash("the moves have ended, throttle removed", .ok))
        await source.refresh()
    }

    private static func name(_ partition: TopicPartition) -> String { "\(partition.topic)/\(partition.partition)" }
}
