import KafkaProtocol

/// Why a node cannot become a voter, or is none.
package enum VoterError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknown(BrokerID, observers: [BrokerID])
    /// It observes the quorum and is not amongst the brokers that are up.
    case notUp(BrokerID, brokers: [BrokerID])
    /// The cluster does not tell where other voters would reach it; a voter's listener as an example.
    case noListener(BrokerID, example: QuorumLeaderEndpoint)
    case alreadyVoter(BrokerID)
    case noVoter(BrokerID, voters: [BrokerID])
    /// The cluster does not tell the directory by which voters are known.
    case noDirectory(BrokerID)
    /// Voters do not change before the log has them (kraft.version 0).
    case configured

    package var description: String {
        switch self {
        case .unknown(let id, let observers):
            "broker \(id) does not observe the quorum; those that do are \(Self.list(observers))"
        case .notUp(let id, let brokers):
            "broker \(id) is not up, so that the cluster does not tell its address; those that are up are "
                + "\(Self.list(brokers)): start it, or say with --listener where other voters reach it"
        case .noListener(let id, let example):
            "the cluster does not tell where other voters reach node \(id): say it with "
                + "klamm quorum add \(id) --listener \(example.name)://HOST:PORT (a voter has "
                + "\(example.name)://\(BrokerAddress(host: example.host, port: Int(example.port))))"
        case .alreadyVoter(let id): "broker \(id) is a voter already"
        case .noVoter(let id, let voters): "broker \(id) is no voter; the voters are \(Self.list(voters))"
        case .noDirectory(let id):
            "the cluster does not tell the metadata directory of broker \(id): \(Self.wayOut)"
        case .configured: Self.wayOut
        }
    }

    private static let wayOut =
        "the voters are configured in controller.quorum.voters (kraft.version 0); klamm features upgrade kraft.version 1 "
        + "takes them into the metadata log, where they can change"

    private static func list(_ ids: [BrokerID]) -> String {
        ids.isEmpty ? "none" : ids.sorted().map { "\($0)" }.joined(separator: ", ")
    }
}

extension KafkaClient {
    /// Makes a node that observes the metadata quorum a voter: looks up what `addVoter` wants to know.
    ///
    /// - Parameter listener: where other voters reach it; nil is what follows from the other voters, see `VoterListener`.
    /// - Throws: `VoterError`, `ClientError`.
    package func makeVoter(
        _ id: BrokerID, at listener: QuorumLeaderEndpoint? = nil, timeout: Duration? = nil
    ) async throws {
        let quorum = try await describeQuorum(timeout: timeout)
        if quorum.voters.contains(where: { $0.id == id }) { throw VoterError.alreadyVoter(id) }
        guard let node = quorum.observers.first(where: { $0.id == id }) else {
            throw VoterError.unknown(id, observers: quorum.observers.map(\.id))
        }
        guard node.directory != .zero else { throw VoterError.noDirectory(id) }
        let address =
            if let listener { listener } else { try await self.listener(of: id, in: quorum, timeout: timeout) }
        do {
            try await addVoter(id, directory: node.directory, listener: address, timeout: timeout)
        } catch ClientError.broker(.unsupportedVersion, _) {
            throw VoterError.configured
        } catch ClientError.broker(.duplicateVoter, _) {
            // It was none before: an attempt whose answer was lost has done it.
        }
    }

    private func listener(
        of id: BrokerID, in quorum: QuorumDescription, timeout: Duration?
    ) async throws -> QuorumLeaderEndpoint {
        let brokers = try await describeCluster(timeout: timeout).brokers
        return try VoterListener.listener(of: id, in: quorum, amongst: brokers)
    }

    /// Takes a voter's vote away, whether its broker is up or not.
    ///
    /// - Throws: `VoterError`, `ClientError`.
    package func takeVote(of id: BrokerID, timeout: Duration? = nil) async throws {
        let quorum = try await describeQuorum(timeout: timeout)
        guard let voter = quorum.voters.first(where: { $0.id == id }) else {
            throw VoterError.noVoter(id, voters: quorum.voters.map(\.id))
        }
        guard voter.directory != .zero else { throw VoterError.noDirectory(id) }
        do {
            try await removeVoter(id, directory: voter.directory, timeout: timeout)
        } catch ClientError.broker(.unsupportedVersion, _) {
            throw VoterError.configured
        } catch ClientError.broker(.voterNotFound, let message) {
            // An attempt whose answer was lost may have done it.
            let now = try await describeQuorum(timeout: timeout)
            if now.voters.contains(where: { $0.id == id }) { throw ClientError.broker(.voterNotFound, message) }
        }
    }
}
