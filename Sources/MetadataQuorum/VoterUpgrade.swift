import KafkaProtocol

/// From kraft.version 0 to 1 (KIP-853): the configured voters go into the log, with the directories under which they fetch
/// and the addresses at which they are configured, and can change from then on. Nobody votes who did not before, so the two
/// sets have the same majorities.
extension QuorumMachine {
    /// Why the voters cannot go into the log now; nil when nothing that this node knows stands in the way.
    package var upgradeRefusal: ErrorCode? {
        guard case .leader(let leadership) = role else { return refusalToChange }
        guard leadership.voterChange == nil, let committed = leadership.highWatermark,
            history.latestOffset < committed
        else { return .requestTimedOut }
        let areKnown = voters.others(than: id).allSatisfy { directory(of: $0, leadership) != .zero }
        return voters.version > 0 || areKnown ? nil : .requestTimedOut
    }

    /// Asks every other voter which versions it knows; one that cannot be reached might never learn of the new rules.
    mutating func beginUpgrade(_ listeners: [BrokerID: Voter.Listener], _ token: RequestToken) {
        for voter in voters.others(than: id) {
            effects.append(.probe(Voter(ReplicaKey(voter), listeners: Self.list(listeners[voter])), token))
        }
        finishUpgrade(listeners, [:])
    }

    mutating func continueUpgrade(
        _ listeners: [BrokerID: Voter.Listener], _ voter: BrokerID, _ versions: ClosedRange<Int16>
    ) {
        guard versions.contains(1), case .leader(var leadership) = role else {
            return endVoterChange(.invalidUpdateVersion)
        }
        leadership.voterChange?.versions[voter] = versions
        role = .leader(leadership)
        finishUpgrade(listeners, leadership.voterChange?.versions ?? [:])
    }

    /// Appends the set when everybody has answered.
    private mutating func finishUpgrade(
        _ listeners: [BrokerID: Voter.Listener], _ versions: [BrokerID: ClosedRange<Int16>]
    ) {
        guard case .leader(let leadership) = role, voters.others(than: id).allSatisfy({ versions[$0] != nil })
        else { return }
        let set = voters.ids.map { voter in
            guard voter != id else { return own }
            return Voter(
                ReplicaKey(voter, directory: directory(of: voter, leadership)),
                listeners: Self.list(listeners[voter]), versions: versions[voter] ?? 0...0)
        }
        distinguishDirectories()
        appendVoters(VoterSet(set))
    }

    /// What is known of other nodes goes by their directories from now on.
    private mutating func distinguishDirectories() {
        guard case .leader(var leadership) = role else { return }
        func full(_ key: ReplicaKey) -> ReplicaKey {
            ReplicaKey(key.id, directory: leadership.replicas[key]?.directory ?? key.directory)
        }
        let parked = leadership.parked.map { fetch in
            var fetch = fetch
            fetch.replica = full(fetch.replica)
            return fetch
        }
        let replicas = leadership.replicas.map { (full($0.key), $0.value) }
        leadership.parked = parked
        leadership.replicas = Dictionary(replicas, uniquingKeysWith: { $1 })
        role = .leader(leadership)
    }

    private func directory(of voter: BrokerID, _ leadership: Leadership) -> UUID {
        leadership.replicas[ReplicaKey(voter)]?.directory ?? .zero
    }

    private static func list(_ listener: Voter.Listener?) -> [Voter.Listener] { listener.map { [$0] } ?? [] }
}
