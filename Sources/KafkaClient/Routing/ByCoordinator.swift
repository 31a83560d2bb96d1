import KafkaProtocol

extension KafkaClient {
    /// Like `retrying`, with groups sent together to the coordinator that they share; coordinators are asked at the same
    /// time, and one that is down fails its own groups only.
    func byCoordinator<Value: Sendable>(
        _ groups: [String], _ deadline: Deadline,
        _ attempt: @escaping @Sendable (BrokerConnection, [String], Duration) async throws -> Outcomes<String, Value>
    ) async -> Outcomes<String, Value> {
        await retrying(Set(groups).sorted(), deadline: deadline) { groups in
            var outcomes: Outcomes<String, Value> = [:]
            var shares: [BrokerAddress: [String]] = [:]
            for (group, found) in try await cluster.coordinators(of: groups, by: deadline) {
                switch found {
                case .success(let address): shares[address, default: []].append(group)
                case .failure(let error): outcomes[group] = .failure(error)
                }
            }
            await withTaskGroup(of: Outcomes<String, Value>.self) { tasks in
                for (address, share) in shares {
                    tasks.addTask {
                        do {
                            let connection = try await self.cluster.connection(address, by: deadline)
                            return try await attempt(connection, share, try self.timeLeft(deadline))
                        } catch {
                            let error = ClientError(error)
                            return Dictionary(share.map { ($0, .failure(error)) }, uniquingKeysWith: { a, _ in a })
                        }
                    }
                }
                for await part in tasks { outcomes.merge(part) { $1 } }
            }
            for (group, outcome) in outcomes {
                if case .failure(let error) = outcome { await cluster.forget(.group(group), after: error) }
            }
            return outcomes
        }
    }
}
