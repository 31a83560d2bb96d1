import KafkaProtocol

/// Why a node cannot become a voter, or is none.
package enum VoterError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknown(BrokerID, observers: [BrokerID])
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
    /// Makes a broker a voter of the metadata quorum: looks up what `addVoter` wants to know. Takes brokers whose one
    /// listener serves the quorum too, as those of bundled clusters do.
    ///
    /// - Throws: `VoterError`, `ClientError`.
    package func makeVoter(_ id: BrokerID, timeout: Duration? = nil) async throws {
        let quorum = try await describeQuorum(timeout: timeout)
        if quorum.voters.contains(where: { $0.id == id }) { throw VoterError.alreadyVoter(id) }
        let address = try await describeCluster(timeout: timeout).brokers.first { $0.id == id }
        guard let node = quorum.observers.first(where: { $0.id == id }), let address,
            let port = UInt16(exactly: address.port)
        else { throw VoterError.unknown(id, observers: quorum.observers.map(\.id)) }
        guard node.directory != .zero else { throw VoterError.noDirectory(id) }
        do {
            try await addVoter(
                id, directory: node.directory, listener: ("PLAINTEXT", address.host, port), timeout: timeout)
        } catch ClientError.broker(.unsupportedVersion, _) {
            throw VoterError.configured
        } catch ClientError.broker(.duplicateVoter, _) {
            // It was none before: an attempt whose answer was lost has done it.
        }
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
