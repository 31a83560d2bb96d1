import KafkaProtocol

@testable import MetadataQuorum

/// Voters that change (KIP-853): at the start a bootstrap snapshot names some of the nodes, the others know where to ask.
extension QuorumSimulation {
    init(dynamicVoters count: Int, of size: Int, seed: UInt64) {
        self.init(voters: 0, observers: size, seed: seed)
        let first = VoterSet((1...BrokerID(count)).map { Voter(ReplicaKey($0, directory: Self.directory($0))) })
        for id in nodes.keys {
            nodes[id]?.disk.directory = Self.directory(id)
            if id <= count { nodes[id]?.disk.snapshotVoters = first }
        }
        bootstrapVoters = first
    }

    /// Configured voters, which an upgrade may take into the log.
    init(upgradableVoters count: Int, of size: Int, seed: UInt64) {
        self.init(voters: count, observers: size - count, seed: seed)
        for id in nodes.keys { nodes[id]?.disk.directory = Self.directory(id) }
        canUpgrade = true
    }

    /// Asks whoever leads to take the configured voters into the log.
    mutating func upgradeVoters() throws {
        guard let leader else { return }
        let listeners = voters.ids.map { ($0, Voter.Listener(name: "PLAINTEXT", host: "node", port: UInt16($0))) }
        let token = RequestToken(nextToken)
        nextToken += 1
        try with(leader) { [now] in
            $0.requested(.upgrade(Dictionary(uniqueKeysWithValues: listeners)), timeout: 1000, token: token, now: now)
        }
    }

    private static func directory(_ id: BrokerID, disk: Int = 0) -> UUID {
        UUID(high: UInt64(disk), low: UInt64(id))
    }

    /// Stands for an address without an id.
    private static let firstAddress: BrokerID = -100

    var bootstrap: [BrokerID] {
        bootstrapVoters == nil ? [] : nodes.keys.sorted().map { Self.firstAddress - $0 }
    }

    func node(at peer: BrokerID) -> BrokerID { peer < 0 ? Self.firstAddress - peer : peer }

    /// The set that holds at the end of a committed prefix.
    func committedVoters(before end: Offset) -> VoterSet? {
        committed.prefix(Int(end)).last { $0.voters != nil }?.voters ?? bootstrapVoters
    }

    /// The last committed set.
    var currentVoters: VoterSet { committedVoters(before: Offset(committed.count)) ?? voters }

    /// Asks whoever leads to make a node a voter, or none.
    mutating func changeVoters(_ id: BrokerID) throws {
        guard let leader, let set = nodes[leader]?.machine?.voters, let disk = nodes[id]?.disk else { return }
        let key = ReplicaKey(id, directory: disk.directory)
        let listener = Voter.Listener(name: "PLAINTEXT", host: "node", port: UInt16(id))
        let change: VoterChange
        if let voter = set[id] {
            change = .remove(voter.key)
        } else {
            change = .add(Voter(key, listeners: [listener]))
        }
        let token = RequestToken(nextToken)
        nextToken += 1
        try with(leader) { [now] in $0.requested(change, timeout: 1000, token: token, now: now) }
    }

    /// Puts a new disk into a node that nobody counts on.
    mutating func replaceDisk(_ id: BrokerID) {
        // Where voters are configured nobody notices.
        if voters.contains(id) { return }
        let isCounted = nodes.values.contains { node in
            if case .leader(let leadership)? = node.machine?.role, leadership.voterChange != nil { return true }
            return node.disk.history(configured: voters).entries.contains { $0.voters.contains(id) }
        }
        guard !isCounted else { return }
        crash(id)
        let disks = (nodes[id]?.disk.directory.high ?? 0) + 1
        nodes[id]?.disk = SimulatedDisk()
        nodes[id]?.disk.directory = Self.directory(id, disk: Int(disks))
    }

    // MARK: Effects and promises

    /// A leader writes a voter set down, which differs in at most one voter from the one before, and only from one that is
    /// committed.
    mutating func append(_ batch: QuorumBatch, _ set: VoterSet, _ id: BrokerID) throws {
        guard let disk = nodes[id]?.disk else { return }
        let known = disk.history(configured: voters)
        guard known.latest.version == set.version else { return try upgrade(batch, set, id, from: known.latest) }
        let changed = Set(known.latest.voters.map(\.key)).symmetricDifference(set.voters.map(\.key))
        if changed.count > 1 { throw Violation(description: "node \(id) changes \(changed.count) voters at once") }
        if !changed.isEmpty, known.latestOffset >= Offset(committed.count) {
            throw Violation(description: "node \(id) changes voters that are not committed")
        }
        write(batch, set, id)
    }

    /// An upgrade lets those vote who did before, each with the disk that it has.
    private mutating func upgrade(_ batch: QuorumBatch, _ set: VoterSet, _ id: BrokerID, from old: VoterSet) throws {
        guard old.ids == set.ids, old.version == 0, batch.count == 2 else {
            throw Violation(description: "node \(id) upgrades the voters \(old.ids) to \(set.ids)")
        }
        for voter in set.voters where nodes[voter.key.id]?.disk.directory != voter.key.directory {
            throw Violation(description: "node \(id) takes voter \(voter.key.id) for one with another disk")
        }
        upgrades += 1
        write(batch, set, id)
    }

    private mutating func write(_ batch: QuorumBatch, _ set: VoterSet, _ id: BrokerID) {
        write(batch.epoch, set, id)
        for _ in 1..<max(1, batch.count) { write(batch.epoch, nil, id) }
        sync(id)
    }

    /// Whoever hears that a change is done can rely on it.
    mutating func check(change error: ErrorCode, _ id: BrokerID) throws {
        endedChanges[error, default: 0] += 1
        guard error == .none, let history = nodes[id]?.disk.history(configured: voters) else { return }
        if history.latestOffset >= Offset(committed.count) {
            throw Violation(description: "node \(id) says that a change is done that is not committed")
        }
    }
}
