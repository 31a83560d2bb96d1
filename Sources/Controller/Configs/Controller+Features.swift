import ClusterMetadata
import KafkaProtocol

extension Controller {
    /// Raises or lowers the finalized levels of features (KIP-584): all of the request's updates, or none.
    package func decide(
        _ request: UpdateFeaturesRequest, version: Int16, now: Int64
    ) -> Decision<UpdateFeaturesResponse> {
        var draft = Draft(image)
        for update in request.featureUpdates {
            let refusal = draft.attempt { draft in
                try check(update, version)
                let level = max(0, update.maxVersionLevel)
                guard draft.image.features[update.feature] ?? 0 != level else { return }
                draft.append(.featureLevel(FeatureLevelRecord(name: update.feature, featureLevel: level)))
            }
            guard let refusal else { continue }
            return Decision(response: UpdateFeaturesResponse(refusedBy: refusal.code, refusal.message))
        }
        let response = UpdateFeaturesResponse(taken: request)
        return request.validateOnly ? Decision(response: response) : draft.decided(response)
    }

    private func check(_ update: UpdateFeaturesRequest.Update, _ version: Int16) throws {
        let name = update.feature
        let level = update.maxVersionLevel
        func refuse(_ why: String) -> Refusal {
            Refusal(.invalidUpdateVersion, "Invalid update version \(level) for feature \(name). \(why)")
        }
        // 1 upgrade, 2 safe downgrade, 3 unsafe downgrade; version 0 has only a permission.
        let kind = version == 0 ? (update.allowDowngrade ? 2 : 1) : update.upgradeType
        guard (1...3).contains(kind) else {
            throw Refusal(.invalidUpdateVersion, "The controller does not support the given upgrade type.")
        }
        guard level >= 0 else { throw refuse("Feature level cannot be negative.") }
        guard let known = settings.supportedFeatures[name] else {
            throw refuse("The controller does not support this feature.")
        }
        guard known.contains(level) || (level == 0 && name != Features.metadataVersion) else {
            throw refuse("The controller supports levels \(known.lowerBound) to \(known.upperBound).")
        }
        for broker in image.sortedBrokers where level > 0 {
            let offered = broker.features.first { $0.name == name }
            guard let offered, offered.minSupportedVersion <= level, level <= offered.maxSupportedVersion else {
                throw refuse("Broker \(broker.id) does not support this level.")
            }
        }
        if level < image.features[name] ?? 0, kind == 1 {
            throw refuse("Can't downgrade the version of this feature without setting the upgrade type to a downgrade.")
        }
    }
}

extension UpdateFeaturesResponse {
    /// All updates of a request are taken; versions before 2 say so of each one (KIP-1022).
    package init(taken request: UpdateFeaturesRequest) {
        self.init()
        results = request.featureUpdates.map { NamedOutcome($0.feature, .none) }
    }

    /// One update is refused, and so none is made: Kafka 4.0 says it of the whole request, in every version.
    package init(refusedBy code: ErrorCode, _ why: String) {
        self.init()
        errorCode = code
        errorMessage = "The update failed for all features since the following feature had an error: \(why)"
    }
}
