import KafkaProtocol

extension KafkaClient {
    /// Tries items until each has a value or a lasting error, or time is up; only those with passing errors go again.
    ///
    /// - Parameter attempt: one try of the items given; what it throws counts for all of them, and what it leaves out
    ///   has no answer.
    func retrying<Item: Hashable & Sendable, Value: Sendable>(
        _ items: [Item], deadline: Deadline,
        _ attempt: ([Item]) async throws -> Outcomes<Item, Value>
    ) async -> Outcomes<Item, Value> {
        var outcomes: Outcomes<Item, Value> = [:]
        var rest = items
        var count = 0
        while !rest.isEmpty {
            var latest: Outcomes<Item, Value>
            do {
                latest = try await attempt(rest)
            } catch {
                latest = Dictionary(rest.map { ($0, .failure(ClientError(error))) }, uniquingKeysWith: { a, _ in a })
            }
            var again: [Item] = []
            var cause: ClientError?
            for item in rest {
                let outcome = latest[item] ?? .failure(.malformed("no answer for \(item)"))
                outcomes[item] = outcome
                guard case .failure(let error) = outcome, error.isRetriable else { continue }
                // What does not exist may only not be known yet, but not for long.
                if error.code == .unknownTopicOrPartition && count >= 3 { continue }
                again.append(item)
                cause = error
            }
            guard let cause, (try? await pause(count, until: deadline, or: cause)) != nil else { break }
            rest = again
            count += 1
        }
        return outcomes
    }

    /// Like `retrying`, with each partition sent to its leader; brokers are asked at the same time, and one that is down
    /// fails its own partitions only.
    func byLeader<Value: Sendable>(
        _ partitions: [TopicPartition], deadline: Deadline,
        _ attempt: @escaping @Sendable (BrokerID, [TopicPartition]) async throws -> Outcomes<TopicPartition, Value>
    ) async -> Outcomes<TopicPartition, Value> {
        await retrying(partitions, deadline: deadline) { partitions in
            var outcomes: Outcomes<TopicPartition, Value> = [:]
            var groups: [BrokerID: [TopicPartition]] = [:]
            try await cluster.prefetch(topics: partitions.map(\.topic), by: deadline)
            for partition in partitions {
                do {
                    groups[try await cluster.leader(of: partition, by: deadline), default: []].append(partition)
                } catch {
                    outcomes[partition] = .failure(ClientError(error))
                }
            }
            await withTaskGroup(of: Outcomes<TopicPartition, Value>.self) { group in
                for (broker, items) in groups {
                    group.addTask {
                        do {
                            return try await attempt(broker, items)
                        } catch {
                            let error = ClientError(error)
                            return Dictionary(items.map { ($0, .failure(error)) }, uniquingKeysWith: { a, _ in a })
                        }
                    }
                }
                for await part in group { outcomes.merge(part) { $1 } }
            }
            for (partition, outcome) in outcomes {
                if case .failure(let error) = outcome { await cluster.forget(.leader(partition), after: error) }
            }
            return outcomes
        }
    }

    /// Asks every broker the same at the same time; each keeps its own result.
    ///
    /// - Parameter chosen: those to ask, as far as they are there; nil is all.
    func fromAllBrokers<R: KafkaRequest>(
        _ request: R, only chosen: [BrokerID]? = nil, deadline: Deadline,
        check: @escaping @Sendable (R.Response) -> (ErrorCode, String?)
    ) async throws -> Outcomes<BrokerID, R.Response> {
        let brokers = try await cluster.knownBrokers(fresh: true, by: deadline).keys
            .filter { chosen?.contains($0) ?? true }
        return await withTaskGroup(of: (BrokerID, Result<R.Response, ClientError>).self) { group in
            for broker in brokers {
                group.addTask {
                    do {
                        return (
                            broker,
                            .success(
                                try await self.call(request, to: .broker(broker), deadline: deadline, check: check))
                        )
                    } catch {
                        return (broker, .failure(ClientError(error)))
                    }
                }
            }
            var outcomes: Outcomes<BrokerID, R.Response> = [:]
            for await (broker, outcome) in group { outcomes[broker] = outcome }
            return outcomes
        }
    }
}

extension Sequence {
    /// The results of partitions, out of the answers for their topics.
    ///
    /// - Parameter result: the number of a partition and what came of it, out of what its answer says.
    func outcomes<Partition, Value>(
        _ result: (Partition) -> (Int32, Result<Value, ClientError>)
    ) -> Outcomes<TopicPartition, Value> where Element == NamedTopic<Partition> {
        var outcomes: Outcomes<TopicPartition, Value> = [:]
        for topic in self {
            for (partition, outcome) in topic.partitions.lazy.map(result) {
                outcomes[TopicPartition(topic.name, partition)] = outcome
            }
        }
        return outcomes
    }
}

extension ErrorCode {
    /// A result out of an item's error code.
    func outcome<Value>(_ message: String? = nil, _ value: @autoclosure () -> Value) -> Result<Value, ClientError> {
        self == .none ? .success(value()) : .failure(.broker(self, message))
    }
}
