import KafkaProtocol

/// Whom a quota is for: one part, or a user and a client id (KIP-546).
package struct QuotaTarget: Sendable, Hashable {
    /// One part; without a name it stands for all of its type that have no quota of their own.
    package struct Part: Sendable, Hashable {
        /// `user`, `client-id` or `ip`.
        package var type: String
        package var name: String?

        package init(_ type: String, _ name: String?) {
            self.type = type
            self.name = name
        }
    }

    package var parts: [Part]

    package init(_ parts: [Part]) { self.parts = parts }
}

extension KafkaClient {
    /// All quotas whose entities have the parts of `target` among theirs, by entity and key (Kafka 2.6 and later).
    package func describeQuotas(
        _ target: QuotaTarget = QuotaTarget([]), timeout: Duration? = nil
    ) async throws -> [QuotaTarget: [String: Double]] {
        var request = DescribeClientQuotasRequest()
        request.components = target.parts.map { part in
            var component = DescribeClientQuotasRequest.Component()
            component.entityType = part.type
            component.matchType = part.name == nil ? 1 : 0
            component.match = part.name
            return component
        }
        let answer = try await call(request, to: .any, deadline: deadline(timeout)) {
            ($0.errorCode, $0.errorMessage)
        }
        var quotas: [QuotaTarget: [String: Double]] = [:]
        for entry in answer.entries ?? [] {
            let target = QuotaTarget(entry.entity.map { .init($0.entityType, $0.entityName) })
            quotas[target] = Dictionary(entry.values.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        }
        return quotas
    }

    /// Sets quotas of one entity; nil removes one. All of them are changed, or none.
    package func alterQuotas(
        _ changes: [String: Double?], of target: QuotaTarget, timeout: Duration? = nil
    ) async throws {
        var entry = AlterClientQuotasRequest.Entry()
        entry.entity = target.parts.map { QuotaEntityPart($0.type, $0.name) }
        entry.ops = changes.sorted { $0.key < $1.key }.map { key, value in
            var change = AlterClientQuotasRequest.Entry.Change()
            change.key = key
            change.value = value ?? 0
            change.remove = value == nil
            return change
        }
        var request = AlterClientQuotasRequest()
        request.entries = [entry]
        _ = try await call(request, to: .any, deadline: deadline(timeout), lane: Cluster.controllerLane) { answer in
            let failed = answer.entries.first { $0.errorCode != .none }
            return (failed?.errorCode ?? .none, failed?.errorMessage)
        }
    }
}
