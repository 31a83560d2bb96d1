import KafkaProtocol
import KafkaRecords
import MetadataQuorum
import NIOCore

/// Voter sets in control records and snapshots.
enum QuorumVoters {
    /// The set that a control batch names; nil when it names none.
    ///
    /// - Throws: `RecordsError` or `WireError` when the batch is malformed.
    static func named(in batch: RecordBatch) throws -> VoterSet? {
        guard batch.attributes.isControl else { return nil }
        var found: VoterSet?
        for case .kraftVoters(let record) in try QuorumControlRecord.all(in: batch) { found = VoterSet(record) }
        return found
    }

    /// The set that a snapshot names, which stands before its first record of metadata; nil when it names none.
    ///
    /// - Throws: as `named(in:)`.
    static func named(inSnapshot bytes: ByteBuffer) throws -> VoterSet? {
        var reader = RecordBatchReader(bytes)
        while let batch = try reader.next(), batch.attributes.isControl {
            if let voters = try named(in: batch) { return voters }
        }
        return nil
    }

    /// A set as control records; none for voters that are configured.
    static func records(_ voters: VoterSet, withVersion: Bool = true) -> [QuorumControlRecord] {
        guard voters.version > 0 else { return [] }
        let version = withVersion ? [QuorumControlRecord.kraftVersion(KRaftVersionRecord(voters.version))] : []
        return version + [.kraftVoters(VotersRecord(voters.voters.map(\.record)))]
    }
}

extension VoterSet {
    init(_ record: VotersRecord) {
        self.init(
            record.voters.map { voter in
                Voter(
                    ReplicaKey(voter.voterID, directory: voter.voterDirectoryID),
                    listeners: voter.endpoints.map(Voter.Listener.init),
                    versions: voter.supportedVersions.range ?? 0...0)
            })
    }
}

extension Voter {
    var record: VotersRecord.Voter {
        VotersRecord.Voter(
            key.id, directory: key.directory, endpoints: listeners.map(QuorumLeaderEndpoint.init), versions: versions)
    }

    /// Where it is reached: every node has one listener for everything.
    var endpoint: Endpoint? { listeners.first.map { Endpoint(host: $0.host, port: Int($0.port)) } }
}

extension Voter.Listener {
    init(_ endpoint: QuorumLeaderEndpoint) {
        self.init(name: endpoint.name, host: endpoint.host, port: endpoint.port)
    }
}

extension QuorumLeaderEndpoint {
    init(_ listener: Voter.Listener) {
        self.init(name: listener.name, host: listener.host, port: listener.port)
    }
}
