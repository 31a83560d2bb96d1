import KafkaProtocol
import NIOCore

/// `meta.properties` of a log directory: which cluster and node it belongs to.
package struct MetaProperties: Sendable, Equatable {
    package var clusterID: String
    package var nodeID: BrokerID
    package var directoryID: UUID

    package init(clusterID: String, nodeID: BrokerID, directoryID: UUID) {
        self.clusterID = clusterID
        self.nodeID = nodeID
        self.directoryID = directoryID
    }

    /// - Returns: nil when the file does not exist.
    /// - Throws: `StorageError.corruptFile`.
    package static func read(_ disk: any Disk, _ path: String) throws -> MetaProperties? {
        guard let content = try disk.contents(path, limit: StorageLimits.propertiesBytes) else { return nil }
        var values: [Substring: Substring] = [:]
        for line in String(buffer: content).split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard values["version"] == "1" else { throw StorageError.corruptFile(path, "not version 1") }
        guard let cluster = values["cluster.id"], let node = values["node.id"].flatMap({ BrokerID($0) }),
            let directory = values["directory.id"].flatMap({ UUID(String($0)) })
        else { throw StorageError.corruptFile(path, "cluster.id, node.id or directory.id is missing") }
        return MetaProperties(clusterID: String(cluster), nodeID: node, directoryID: directory)
    }

    package func write(_ disk: any Disk, _ path: String) throws {
        let text = "version=1\ncluster.id=\(clusterID)\nnode.id=\(nodeID)\ndirectory.id=\(directoryID)\n"
        try disk.replace(path, with: ByteBuffer(string: text), durable: true)
    }
}
