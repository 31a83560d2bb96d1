import ClusterMetadata
import Controller
import KafkaProtocol
import MetadataQuorum

/// Raises and lowers the levels of features on the active controller. kraft.version is the quorum's own and stands in control
/// records (KIP-853); all others are metadata (KIP-584). All of a request's updates are taken, or none: what the controller
/// decides is tried before the quorum is upgraded, and done after it.
struct FeatureHandlers {
    let metadata: MetadataRuntime

    private typealias Update = UpdateFeaturesRequest.Update

    /// An update that is not made, and why.
    private struct Refusal {
        let code: ErrorCode
        let message: String
    }

    /// How many milliseconds the quorum may take, whatever the request says: less than the broker waits that passed it on.
    private static let patience: ClosedRange<Int64> = 1_000...25_000

    /// On the controller's router: nil when this node is not the active controller.
    func register(on router: RequestRouter) {
        router.on(UpdateFeaturesRequest.self) { request in
            guard let update = request.body.featureUpdates.last(where: { $0.feature == KRaftVersion.feature }) else {
                return decide(request.body, request)
            }
            var rest = request.body
            rest.featureUpdates.removeAll { $0.feature == KRaftVersion.feature }
            var trial = rest
            trial.validateOnly = true
            metadata.decide { controller, now in
                controller.decide(trial, version: request.version, now: now)
            } done: { result in
                guard let tried = try? result.get() else { return request.reply(nil) }
                guard tried.errorCode == .none else { return request.reply(tried) }
                upgrade(update, request) { refusal in
                    if let refusal {
                        return request.reply(UpdateFeaturesResponse(refusedBy: refusal.code, refusal.message))
                    }
                    let isOver = request.body.validateOnly || rest.featureUpdates.isEmpty
                    if isOver { return request.reply(UpdateFeaturesResponse(taken: request.body)) }
                    decide(rest, request)
                }
            }
        }
    }

    /// Everything but kraft.version.
    private func decide(_ body: UpdateFeaturesRequest, _ request: Request<UpdateFeaturesRequest>) {
        metadata.decide { controller, now in
            controller.decide(body, version: request.version, now: now)
        } done: { result in
            guard let decided = try? result.get() else { return request.reply(nil) }
            request.reply(decided.errorCode == .none ? UpdateFeaturesResponse(taken: request.body) : decided)
        }
    }

    // MARK: kraft.version

    private func upgrade(
        _ update: Update, _ request: Request<UpdateFeaturesRequest>, _ done: @escaping (Refusal?) -> Void
    ) {
        if let refusal = check(update, request.version) { return done(refusal) }
        let ended = { (error: ErrorCode) in
            guard error != .notLeaderOrFollower else { return request.reply(nil) }
            done(error == .none ? nil : Refusal(code: error, message: Self.message(error)))
        }
        guard update.maxVersionLevel > metadata.kraftVersion else { return done(nil) }
        if request.body.validateOnly { return ended(metadata.upgradeRefusal ?? .none) }
        let wanted = Int64(request.body.timeoutMs)
        let timeout = min(max(wanted, Self.patience.lowerBound), Self.patience.upperBound)
        metadata.upgradeVoters(timeout: timeout, ended)
    }

    private func check(_ update: Update, _ version: Int16) -> Refusal? {
        let level = update.maxVersionLevel
        func refuse(_ why: String) -> Refusal {
            Refusal(
                code: .invalidUpdateVersion,
                message: "Invalid update version \(level) for feature \(KRaftVersion.feature). \(why)")
        }
        let known = KRaftVersion.supported
        guard version == 0 || (1...3).contains(update.upgradeType) else {
            return Refusal(
                code: .invalidUpdateVersion, message: "The controller does not support the given upgrade type.")
        }
        guard known.contains(level) else {
            return refuse("The controller supports levels \(known.lowerBound) to \(known.upperBound).")
        }
        guard level >= metadata.kraftVersion else {
            return refuse("It cannot be lowered: voters that stand in the metadata log stay there.")
        }
        return nil
    }

    private static func message(_ error: ErrorCode) -> String {
        switch error {
        case .requestTimedOut:
            "Not every voter is up and has been heard of by the leader, or a change of the voters is not committed yet; "
                + "ask again."
        case .invalidUpdateVersion: "Not every voter supports kraft.version 1."
        default: "The voters cannot be taken into the metadata log."
        }
    }
}
