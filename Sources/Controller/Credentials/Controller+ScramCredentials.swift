import ClusterMetadata
import KafkaProtocol

extension Controller {
    private enum Change {
        case delete(ScramMechanism)
        case upsert(ScramMechanism, AlterUserScramCredentialsRequest.Upsertion)
    }

    /// Keeps and deletes credentials of users (KIP-554). A request names each user once; a user in error changes nothing,
    /// the others go through.
    package func decide(
        _ request: AlterUserScramCredentialsRequest, version: Int16, now: Int64
    ) -> Decision<NamedOutcomesResponse> {
        var users: [String] = []
        var changes: [String: Result<Change, Refusal>] = [:]
        func note(_ user: String, _ change: () -> Result<Change, Refusal>) {
            switch changes[user] {
            case nil:
                users.append(user)
                changes[user] = change()
            case .success:
                let message = "A user credential cannot be altered twice in the same request"
                changes[user] = .failure(Refusal(.duplicateResource, message))
            case .failure: break
            }
        }
        for asked in request.deletions { note(asked.name) { Result { () throws(Refusal) in try deletion(asked) } } }
        for asked in request.upsertions { note(asked.name) { Result { () throws(Refusal) in try upsertion(asked) } } }

        var draft = Draft(image)
        var response = NamedOutcomesResponse()
        response.results = users.map { user in
            let refusal = draft.attempt { try Self.apply(changes[user]?.get(), to: user, &$0) }
            return NamedOutcome(user, refusal?.code ?? .none, refusal?.message)
        }
        return draft.decided(response)
    }

    private static func apply(_ change: Change?, to user: String, _ draft: inout Draft) throws {
        switch change {
        case .delete(let mechanism):
            draft.append(.removeUserScramCredential(.init(user: user, mechanism: mechanism)))
        case .upsert(let mechanism, let asked):
            let credentials = draft.image.credentials
            guard credentials[user] != nil || credentials.count < Limits.scramUsers else {
                throw Refusal(.policyViolation, "No more than \(Limits.scramUsers) users can have credentials.")
            }
            let credential = mechanism.credential(
                saltedPassword: asked.saltedPassword, salt: asked.salt, iterations: asked.iterations)
            draft.append(.userScramCredential(.init(user: user, mechanism: mechanism, credential: credential)))
        case nil: break
        }
    }

    private func deletion(_ asked: AlterUserScramCredentialsRequest.Deletion) throws(Refusal) -> Change {
        let mechanism = try mechanism(asked.mechanism, of: asked.name)
        guard image.credentials[asked.name]?[mechanism] != nil else {
            throw Refusal(.resourceNotFound, "Attempt to delete a user credential that does not exist")
        }
        return .delete(mechanism)
    }

    private func upsertion(_ asked: AlterUserScramCredentialsRequest.Upsertion) throws(Refusal) -> Change {
        let mechanism = try mechanism(asked.mechanism, of: asked.name)
        guard asked.iterations >= Limits.scramIterations.lowerBound else {
            throw Refusal(.unacceptableCredential, "Too few iterations")
        }
        guard asked.iterations <= Limits.scramIterations.upperBound else {
            throw Refusal(.unacceptableCredential, "Too many iterations")
        }
        guard !asked.saltedPassword.bytes.isEmpty else {
            throw Refusal(.unacceptableCredential, "The salted password must not be empty")
        }
        let longest = max(asked.name.utf8.count, asked.salt.bytes.count, asked.saltedPassword.bytes.count)
        guard longest <= Limits.scramBytes else {
            throw Refusal(
                .unacceptableCredential,
                "Name, salt and salted password can have no more than \(Limits.scramBytes) bytes each")
        }
        return .upsert(mechanism, asked)
    }

    private func mechanism(_ type: Int8, of user: String) throws(Refusal) -> ScramMechanism {
        guard image.features[Features.metadataVersion] ?? 0 >= Features.scramSince else {
            throw Refusal(.unsupportedVersion, "The current metadata.version does not support SCRAM")
        }
        guard !user.isEmpty else { throw Refusal(.unacceptableCredential, "Username must not be empty") }
        guard let mechanism = ScramMechanism(rawValue: type) else {
            throw Refusal(.unsupportedSaslMechanism, "Unknown SCRAM mechanism")
        }
        return mechanism
    }
}
