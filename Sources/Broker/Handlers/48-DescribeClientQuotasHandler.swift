import ClusterMetadata
import KafkaProtocol

/// Lists the quotas of the entities that a filter matches (KIP-546), from this broker's image.
package struct DescribeClientQuotasHandler {
    private struct Failure: Error {
        let code: ErrorCode
        let message: String
    }

    private enum Wanted {
        case exactly(String?)
        case any
    }

    private let metadata: any MetadataSource

    package init(metadata: any MetadataSource) { self.metadata = metadata }

    package func handle(_ request: Request<DescribeClientQuotasRequest>) {
        var response = DescribeClientQuotasResponse()
        do throws(Failure) {
            let filter = try filter(request.body.components)
            response.entries = metadata.image.quotas.sorted { $0.key < $1.key }
                .filter { matches($0.key, filter, strict: request.body.strict) }
                .map { entry($0.key, $0.value) }
        } catch {
            response.errorCode = error.code
            response.errorMessage = error.message
        }
        request.reply(response)
    }

    private func filter(
        _ components: [DescribeClientQuotasRequest.Component]
    ) throws(Failure) -> [QuotaEntity.Kind: Wanted] {
        var filter: [QuotaEntity.Kind: Wanted] = [:]
        for component in components {
            guard !component.entityType.isEmpty else {
                throw Failure(code: .invalidRequest, message: "Invalid empty entity type.")
            }
            guard let kind = QuotaEntity.Kind(rawValue: component.entityType) else {
                throw Failure(code: .unsupportedVersion, message: "Unsupported entity type \(component.entityType)")
            }
            guard filter[kind] == nil else {
                throw Failure(
                    code: .invalidRequest,
                    message: "Entity type \(kind.rawValue) cannot appear more than once in the filter.")
            }
            switch (component.matchType, component.match) {
            case (0, let name?): filter[kind] = .exactly(name)
            case (1, nil): filter[kind] = .exactly(nil)
            case (2, nil): filter[kind] = .any
            default:
                throw Failure(
                    code: .invalidRequest,
                    message: "Match type \(component.matchType) does not go with the match "
                        + (component.match.map { "'\($0)'." } ?? "null."))
            }
        }
        guard filter[.ip] == nil || filter.count == 1 else {
            throw Failure(code: .invalidRequest, message: "An address cannot be asked for together with other parts.")
        }
        return filter
    }

    private func matches(_ entity: QuotaEntity, _ filter: [QuotaEntity.Kind: Wanted], strict: Bool) -> Bool {
        if strict, entity.parts.count != filter.count { return false }
        return filter.allSatisfy { kind, wanted in
            guard let part = entity[kind] else { return false }
            if case .exactly(let name) = wanted { return part.name == name }
            return true
        }
    }

    private func entry(_ entity: QuotaEntity, _ values: [String: Double]) -> DescribeClientQuotasResponse.Entry {
        var entry = DescribeClientQuotasResponse.Entry()
        entry.entity = entity.parts.map { QuotaEntityPart($0.type.rawValue, $0.name) }
        entry.values = values.sorted { $0.key < $1.key }.map { key, value in
            var quota = DescribeClientQuotasResponse.Entry.Quota()
            quota.key = key
            quota.value = value
            return quota
        }
        return entry
    }
}
