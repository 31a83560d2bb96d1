import KafkaProtocol
import MetadataQuorum

/// Makes nodes voters of the metadata quorum or takes their vote away (KIP-853): decided by its leader, so a broker that is
/// not the leader hands the request on.
package struct RaftVoterHandlers {
    let metadata: MetadataRuntime
    let channel: ControllerChannel

    /// How many milliseconds a removal, whose request does not say, may take.
    private static let patience: Int64 = 5_000

    /// Clients' requests, at any broker.
    func register(on router: RequestRouter) {
        router.on(AddRaftVoterRequest.self) { handOn($0, timeout: max(Self.patience, Int64($0.body.timeoutMs))) }
        router.on(RemoveRaftVoterRequest.self) { handOn($0, timeout: Self.patience) }
    }

    private func handOn<R: KafkaRequest>(_ request: Request<R>, timeout: Int64) where R.Response == OutcomeResponse {
        channel.send(request.body, version: request.version, client: request.client, timeout: timeout) { result in
            switch result {
            case .success(let response): request.reply(response)
            case .failure(let error): request.reply(OutcomeResponse(error))
            }
        }
    }

    /// On the controller's router: nil when this node does not lead.
    func registerDecisions(on router: RequestRouter) {
        router.on(AddRaftVoterRequest.self) { request in
            let body = request.body
            let key = ReplicaKey(body.voterID, directory: body.voterDirectoryID)
            let voter = Voter(key, listeners: body.listeners.map(Voter.Listener.init))
            metadata.change(.add(voter), cluster: body.clusterID, timeout: Int64(body.timeoutMs)) { error in
                request.reply(Self.outcome(error, voter: body.voterID))
            }
        }
        router.on(RemoveRaftVoterRequest.self) { request in
            let body = request.body
            let key = ReplicaKey(body.voterID, directory: body.voterDirectoryID)
            metadata.change(.remove(key), cluster: body.clusterID, timeout: Self.patience) { error in
                request.reply(Self.outcome(error, voter: body.voterID))
            }
        }
    }

    private static func outcome(_ error: ErrorCode, voter: BrokerID) -> OutcomeResponse? {
        error == .notLeaderOrFollower ? nil : OutcomeResponse(error, message(error, voter: voter))
    }

    /// What an error means here, beyond its name.
    private static func message(_ error: ErrorCode, voter: BrokerID) -> String? {
        switch error {
        case .none: nil
        case .unsupportedVersion:
            "The voters of this cluster are configured in controller.quorum.voters (kraft.version 0) and cannot change "
                + "before an upgrade of kraft.version to 1 takes them into the metadata log."
        case .requestTimedOut:
            "Another change of the voters is not committed yet, or node \(voter) is not reached or not caught up; "
                + "ask again."
        case .duplicateVoter: "Node \(voter) is a voter already."
        case .voterNotFound: "Node \(voter) is no voter with this directory, or the only one."
        case .invalidRequest: "Node \(voter) does not support this cluster's kraft.version."
        default: nil
        }
    }
}
