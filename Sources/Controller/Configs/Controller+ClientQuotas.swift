import ClusterMetadata
import KafkaProtocol

extension Controller {
    /// Sets and removes quotas (KIP-546): an entity in error changes nothing, the others go through.
    package func decide(
        _ request: AlterClientQuotasRequest, version: Int16, now: Int64
    ) -> Decision<AlterClientQuotasResponse> {
        var draft = Draft(image)
        var response = AlterClientQuotasResponse()
        for entry in request.entries {
            let refusal = draft.attempt { draft in
                let entity = try Self.entity(entry.entity)
                for change in entry.ops {
                    let value = try Self.value(change, of: entity)
                    guard draft.image.quotas[entity]?[change.key] != value else { continue }
                    draft.append(.clientQuota(ClientQuotaRecord(entity: entity, key: change.key, value: value)))
                }
            }
            var result = AlterClientQuotasResponse.Entry()
            result.errorCode = refusal?.code ?? .none
            result.errorMessage = refusal?.message
            result.entity = entry.entity
            response.entries.append(result)
        }
        return request.validateOnly ? Decision(response: response) : draft.decided(response)
    }

    private static func entity(_ asked: [QuotaEntityPart]) throws -> QuotaEntity {
        let parts = try asked.map { part in
            guard let type = QuotaEntity.Kind(rawValue: part.entityType) else {
                throw Refusal(.invalidRequest, "Unknown quota entity type '\(part.entityType)'.")
            }
            guard part.entityName != "" else {
                throw Refusal(.invalidRequest, "The name of a quota's \(type.rawValue) cannot be empty.")
            }
            return QuotaEntity.Part(type, part.entityName)
        }
        guard let entity = QuotaEntity(parts) else {
            throw Refusal(
                .invalidRequest, "A quota entity is a user, a client id, both, or an address, each named once.")
        }
        if let address = entity[.ip]?.name, !isAddress(address) {
            throw Refusal(.invalidRequest, "'\(address)' is not an IP address.")
        }
        return entity
    }

    /// The new value, nil when the quota goes.
    private static func value(
        _ change: AlterClientQuotasRequest.Entry.Change, of entity: QuotaEntity
    ) throws -> Double? {
        guard let key = QuotaKey(rawValue: change.key), key.isOfAddresses == (entity[.ip] != nil) else {
            throw Refusal(.invalidRequest, "Invalid quota key '\(change.key)' for this entity.")
        }
        guard !change.remove else { return nil }
        if let problem = key.problem(with: change.value) { throw Refusal(.invalidRequest, problem) }
        return change.value
    }

    private static func isAddress(_ text: String) -> Bool {
        let bytes = text.split(separator: ".", omittingEmptySubsequences: false)
        if bytes.count == 4, bytes.allSatisfy({ UInt8($0) != nil }) { return true }
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        return (3...8).contains(groups.count)
            && groups.allSatisfy { $0.isEmpty || ($0.count <= 4 && UInt16($0, radix: 16) != nil) }
    }
}
