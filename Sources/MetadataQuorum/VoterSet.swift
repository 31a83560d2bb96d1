import KafkaProtocol

/// A node with the directory of its metadata log (KIP-853): a node whose disk was replaced is another one, as it no longer
/// has what it acknowledged. The directory is zero where nobody distinguishes them (kraft.version 0).
package struct ReplicaKey: Sendable, Hashable, Comparable {
    package var id: BrokerID
    package var directory: UUID

    package init(_ id: BrokerID, directory: UUID = .zero) {
        self.id = id
        self.directory = directory
    }

    package static func < (a: ReplicaKey, b: ReplicaKey) -> Bool { (a.id, a.directory) < (b.id, b.directory) }
}

/// A member of the quorum as the log knows it.
package struct Voter: Sendable, Equatable {
    /// Where it listens, under a listener's name.
    package struct Listener: Sendable, Equatable {
        package var name: String
        package var host: String
        package var port: UInt16

        package init(name: String, host: String, port: UInt16) {
            self.name = name
            self.host = host
            self.port = port
        }
    }

    package var key: ReplicaKey
    package var listeners: [Listener]
    /// The values of kraft.version that it can work with.
    package var versions: ClosedRange<Int16>

    package init(_ key: ReplicaKey, listeners: [Listener] = [], versions: ClosedRange<Int16> = 0...1) {
        self.key = key
        self.listeners = listeners
        self.versions = versions
    }
}

/// The nodes that elect the leader and decide what is committed.
package struct VoterSet: Sendable, Equatable {
    /// The set's kraft.version: at 0 it is configured (`controller.quorum.voters`) and fixed, at 1 it stands in the log.
    package let version: Int16
    /// Ascending by id, each id once.
    package let voters: [Voter]
    /// Ascending.
    package let ids: [BrokerID]

    /// A configured set, kraft.version 0.
    package init(_ ids: [BrokerID]) {
        version = 0
        self.ids = Set(ids).sorted()
        voters = self.ids.map { Voter(ReplicaKey($0)) }
    }

    /// A set of the log, kraft.version 1. Of two voters with one id the later counts.
    package init(_ voters: [Voter]) {
        version = 1
        self.voters = Dictionary(voters.map { ($0.key.id, $0) }, uniquingKeysWith: { $1 }).values
            .sorted { $0.key < $1.key }
        ids = self.voters.map(\.key.id)
    }

    /// How many voters decide.
    package var majority: Int { ids.count / 2 + 1 }

    package func contains(_ id: BrokerID) -> Bool { ids.contains(id) }

    /// Whether this very replica is a voter.
    package func contains(_ key: ReplicaKey) -> Bool { self[key.id].map { $0.key == normal(key) } ?? false }

    /// The voter with an id.
    package subscript(id: BrokerID) -> Voter? { voters.first { $0.key.id == id } }

    /// All but `id`.
    package func others(than id: BrokerID) -> [BrokerID] { ids.filter { $0 != id } }

    /// The key without what this set does not distinguish.
    func normal(_ key: ReplicaKey) -> ReplicaKey { version == 0 ? ReplicaKey(key.id) : key }

    func adding(_ voter: Voter) -> VoterSet { VoterSet(voters + [voter]) }

    func removing(_ id: BrokerID) -> VoterSet { VoterSet(voters.filter { $0.key.id != id }) }
}
