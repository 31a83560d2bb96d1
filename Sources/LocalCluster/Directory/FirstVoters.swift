import KafkaProtocol
import KafkaRecords
import LogStorage

/// Prepares the data directories of a new cluster's voters, as `kafka-storage format --initial-controllers` does (KIP-853):
/// each gets an identity, and a snapshot that names all of them. From then on the metadata log says who votes.
enum FirstVoters {
    static func prepare(_ layout: ClusterLayout, in directory: ClusterDirectory) throws {
        var generator = SystemRandomNumberGenerator()
        let voters = layout.brokers.filter(\.isVoter).map { broker in
            VotersRecord.Voter(
                broker.id, directory: .random(using: &generator),
                endpoints: [
                    QuorumLeaderEndpoint(name: "PLAINTEXT", host: layout.host, port: UInt16(clamping: broker.port))
                ],
                versions: 0...1)
        }
        let snapshot = try BootstrapSnapshot.bytes(voters: VotersRecord(voters))
        let disk = SystemDisk()
        for voter in voters {
            let data = directory.dataDirectory(voter.voterID)
            let log = data + "/__cluster_metadata-0"
            try ClusterDirectory.make(log)
            try disk.replace(log + "/" + BootstrapSnapshot.fileName, with: snapshot, durable: true)
            try MetaProperties(
                clusterID: layout.clusterID, nodeID: voter.voterID, directoryID: voter.voterDirectoryID
            ).write(disk, data + "/meta.properties")
        }
    }
}
