import KafkaProtocol

/// A feature of the cluster: what brokers could run, and what the cluster runs.
package struct FeatureDescription: Sendable, Equatable {
    package var name: String
    /// Nil when the broker that was asked does not know the feature.
    package var supported: ClosedRange<Int16>?
    /// Nil when the feature is off.
    package var finalized: Int16?
}

/// How the level of a feature is changed, by Kafka's numbers (KIP-778).
package enum FeatureChange: Int8, Sendable {
    case upgrade = 1
    case safeDowngrade = 2
    case unsafeDowngrade = 3
}

extension KafkaClient {
    /// The features by name, and the version of the finalized ones; −1 when the broker does not know them yet.
    package func describeFeatures(
        timeout: Duration? = nil
    ) async throws -> (features: [FeatureDescription], epoch: Int64) {
        var request = ApiVersionsRequest()
        request.clientSoftwareName = SoftwareVersion.name
        request.clientSoftwareVersion = SoftwareVersion.number
        let answer = try await call(request, to: .any, deadline: deadline(timeout)) { ($0.errorCode, nil) }
        var features: [String: FeatureDescription] = [:]
        for feature in answer.supportedFeatures where feature.minVersion <= feature.maxVersion {
            features[feature.name, default: .init(name: feature.name)].supported =
                feature.minVersion...feature.maxVersion
        }
        for feature in answer.finalizedFeatures {
            features[feature.name, default: .init(name: feature.name)].finalized = feature.maxVersionLevel
        }
        return (features.values.sorted { $0.name < $1.name }, answer.finalizedFeaturesEpoch)
    }

    /// Raises or lowers the level at which the cluster runs a feature; 0 turns it off. `validateOnly` changes nothing.
    package func updateFeature(
        _ name: String, to level: Int16, _ change: FeatureChange, validateOnly: Bool = false, timeout: Duration? = nil
    ) async throws {
        var update = UpdateFeaturesRequest.Update()
        update.feature = name
        update.maxVersionLevel = level
        update.upgradeType = change.rawValue
        update.allowDowngrade = change != .upgrade
        var request = UpdateFeaturesRequest()
        request.featureUpdates = [update]
        request.validateOnly = validateOnly
        _ = try await call(request, to: .any, deadline: deadline(timeout), lane: Cluster.controllerLane) { answer in
            guard answer.errorCode == .none else { return (answer.errorCode, answer.errorMessage) }
            let failed = answer.results.first { $0.errorCode != .none }
            return (failed?.errorCode ?? .none, failed?.errorMessage)
        }
    }
}

extension FeatureDescription {
    fileprivate init(name: String) {
        self.name = name
        supported = nil
        finalized = nil
    }
}
