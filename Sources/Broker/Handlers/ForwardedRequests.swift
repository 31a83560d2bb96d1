import ClusterMetadata
import KafkaProtocol

/// A request that any broker takes and the active controller decides.
protocol ForwardedRequest: KafkaRequest {
    /// How long the client is ready to wait, in milliseconds.
    var clientTimeoutMs: Int32 { get }

    /// The answer when no controller was reached in time: every item of the request with the error.
    func failed(_ error: ErrorCode) -> Response

    /// Whether an image shows what a successful answer says.
    func isVisible(_ response: Response, in image: MetadataImage) -> Bool
}

extension ForwardedRequest {
    var clientTimeoutMs: Int32 { 30_000 }
    func isVisible(_ response: Response, in image: MetadataImage) -> Bool { true }
}

extension CreateTopicsRequest: ForwardedRequest {
    var clientTimeoutMs: Int32 { timeoutMs }

    func failed(_ error: ErrorCode) -> CreateTopicsResponse {
        var response = CreateTopicsResponse()
        response.topics = topics.map {
            var topic = CreateTopicsResponse.Topic()
            topic.name = $0.name
            topic.errorCode = error
            return topic
        }
        return response
    }

    func isVisible(_ response: CreateTopicsResponse, in image: MetadataImage) -> Bool {
        validateOnly || response.topics.allSatisfy { $0.errorCode != .none || image.topicIDs[$0.name] != nil }
    }
}

extension DeleteTopicsRequest: ForwardedRequest {
    var clientTimeoutMs: Int32 { timeoutMs }

    func failed(_ error: ErrorCode) -> DeleteTopicsResponse {
        var response = DeleteTopicsResponse()
        response.responses = topicNames.map { name in
            var result = DeleteTopicsResponse.Result()
            result.name = name
            result.errorCode = error
            return result
        }
        response.responses += topics.map { topic in
            var result = DeleteTopicsResponse.Result()
            result.name = topic.name
            result.topicID = topic.topicID
            result.errorCode = error
            return result
        }
        return response
    }

    func isVisible(_ response: DeleteTopicsResponse, in image: MetadataImage) -> Bool {
        response.responses.allSatisfy { result in
            if result.errorCode != .none { return true }
            // Before version 6 the answer names no id; a topic made anew under the name would then look undeleted.
            guard result.topicID == .zero else { return image.topics[result.topicID] == nil }
            return result.name.map { image.topicIDs[$0] == nil } ?? true
        }
    }
}

extension CreatePartitionsRequest: ForwardedRequest {
    var clientTimeoutMs: Int32 { timeoutMs }

    func failed(_ error: ErrorCode) -> NamedOutcomesResponse {
        var response = NamedOutcomesResponse()
        response.results = topics.map { NamedOutcome($0.name, error) }
        return response
    }

    func isVisible(_ response: NamedOutcomesResponse, in image: MetadataImage) -> Bool {
        let done = Set(response.results.filter { $0.errorCode == .none }.map(\.name))
        return validateOnly
            || topics.allSatisfy {
                !done.contains($0.name) || image.topic(named: $0.name)?.partitions.count ?? .max >= Int($0.count)
            }
    }
}

extension ElectLeadersRequest: ForwardedRequest {
    var clientTimeoutMs: Int32 { timeoutMs }

    func failed(_ error: ErrorCode) -> ElectLeadersResponse {
        var response = ElectLeadersResponse()
        response.errorCode = error
        response.replicaElectionResults = (topicPartitions ?? []).map { asked in
            var topic = ElectLeadersResponse.Topic()
            topic.name = asked.name
            topic.partitions = asked.partitions.map {
                var result = ElectLeadersResponse.Partition()
                result.partitionID = $0
                result.errorCode = error
                return result
            }
            return topic
        }
        return response
    }
}

extension AlterPartitionReassignmentsRequest: ForwardedRequest {
    var clientTimeoutMs: Int32 { timeoutMs }

    func failed(_ error: ErrorCode) -> AlterPartitionReassignmentsResponse {
        var response = AlterPartitionReassignmentsResponse()
        response.errorCode = error
        return response
    }
}

extension ListPartitionReassignmentsRequest: ForwardedRequest {
    var clientTimeoutMs: Int32 { timeoutMs }

    func failed(_ error: ErrorCode) -> ListPartitionReassignmentsResponse {
        var response = ListPartitionReassignmentsResponse()
        response.errorCode = error
        return response
    }
}

extension UpdateFeaturesRequest: ForwardedRequest {
    var clientTimeoutMs: Int32 { timeoutMs }

    func failed(_ error: ErrorCode) -> UpdateFeaturesResponse {
        var response = UpdateFeaturesResponse()
        response.errorCode = error
        return response
    }
}

extension AlterClientQuotasRequest: ForwardedRequest {
    func failed(_ error: ErrorCode) -> AlterClientQuotasResponse {
        var response = AlterClientQuotasResponse()
        response.entries = entries.map { asked in
            var entry = AlterClientQuotasResponse.Entry()
            entry.errorCode = error
            entry.entity = asked.entity
            return entry
        }
        return response
    }

    func isVisible(_ response: AlterClientQuotasResponse, in image: MetadataImage) -> Bool {
        validateOnly
            || zip(entries, response.entries).allSatisfy { asked, result in
                let parts = asked.entity.compactMap { part in
                    QuotaEntity.Kind(rawValue: part.entityType).map { QuotaEntity.Part($0, part.entityName) }
                }
                guard result.errorCode == .none, let entity = QuotaEntity(parts) else { return true }
                let values = image.quotas[entity] ?? [:]
                return asked.ops.allSatisfy { values[$0.key] == ($0.remove ? nil : $0.value) }
            }
    }
}

extension AlterUserScramCredentialsRequest: ForwardedRequest {
    func failed(_ error: ErrorCode) -> NamedOutcomesResponse {
        var response = NamedOutcomesResponse()
        response.results = Set(deletions.map(\.name) + upsertions.map(\.name)).sorted().map { NamedOutcome($0, error) }
        return response
    }

    func isVisible(_ response: NamedOutcomesResponse, in image: MetadataImage) -> Bool {
        let done = Set(response.results.filter { $0.errorCode == .none }.map(\.name))
        func kept(_ user: String, _ mechanism: Int8) -> ScramCredential? {
            ScramMechanism(rawValue: mechanism).flatMap { image.credentials[user]?[$0] }
        }
        return deletions.allSatisfy { !done.contains($0.name) || kept($0.name, $0.mechanism) == nil }
            && upsertions.allSatisfy { asked in
                guard done.contains(asked.name) else { return true }
                let kept = kept(asked.name, asked.mechanism)
                return kept?.salt == asked.salt && kept?.iterations == asked.iterations
            }
    }
}

extension UnregisterBrokerRequest: ForwardedRequest {
    func failed(_ error: ErrorCode) -> OutcomeResponse { OutcomeResponse(error) }

    func isVisible(_ response: OutcomeResponse, in image: MetadataImage) -> Bool {
        response.errorCode != .none || image.brokers[brokerID] == nil
    }
}

extension AlterConfigsRequest: ForwardedRequest {
    func failed(_ error: ErrorCode) -> AlterConfigsResponse {
        var response = AlterConfigsResponse()
        response.responses = resources.map { .init($0.resourceType, $0.resourceName, error) }
        return response
    }

    func isVisible(_ response: AlterConfigsResponse, in image: MetadataImage) -> Bool {
        validateOnly
            || zip(resources, response.responses).allSatisfy { asked, result in
                let resource = ConfigResource(kind: .init(rawValue: asked.resourceType), name: asked.resourceName)
                let values = image.config(resource)
                return result.errorCode != .none
                    || (values.count == asked.configs.count && asked.configs.allSatisfy { values[$0.name] == $0.value })
            }
    }
}

extension IncrementalAlterConfigsRequest: ForwardedRequest {
    func failed(_ error: ErrorCode) -> AlterConfigsResponse {
        var response = AlterConfigsResponse()
        response.responses = resources.map { .init($0.resourceType, $0.resourceName, error) }
        return response
    }

    func isVisible(_ response: AlterConfigsResponse, in image: MetadataImage) -> Bool {
        validateOnly
            || zip(resources, response.responses).allSatisfy { asked, result in
                let resource = ConfigResource(kind: .init(rawValue: asked.resourceType), name: asked.resourceName)
                let values = image.config(resource)
                return result.errorCode != .none
                    || asked.configs.allSatisfy { edit in
                        switch edit.configOperation {
                        case 0: values[edit.name] == edit.value
                        case 1: values[edit.name] == nil
                        default: true
                        }
                    }
            }
    }
}
