import KafkaProtocol
import NIOCore

@testable import Coordinators

/// What consumers of the classic protocol put into Join and Sync.
enum ClassicBlobs {
    static func subscription(_ topics: [String], owned: [String: [Int32]] = [:]) -> ByteBuffer {
        var subscription = ConsumerSubscription()
        subscription.topics = topics
        subscription.ownedPartitions = list(owned)
        return blob(subscription)
    }

    static func assignment(_ partitions: [String: [Int32]]) -> ByteBuffer {
        var assignment = ConsumerAssignment()
        assignment.assignedPartitions = list(partitions)
        return blob(assignment)
    }

    /// Nil when it cannot be read.
    static func partitions(_ blob: ByteBuffer) -> [String: [Int32]]? {
        if blob.readableBytes == 0 { return [:] }
        let read = try? ConsumerAssignment(versionedBlob: blob, newest: ConsumerAssignment.newestVersion)
        return read.map { dictionary($0.assignedPartitions) }
    }

    static func owned(_ blob: ByteBuffer) -> [String: [Int32]] {
        let read = try? ConsumerSubscription(versionedBlob: blob, newest: ConsumerSubscription.newestVersion)
        return dictionary(read?.ownedPartitions ?? [])
    }

    private static func list(_ partitions: [String: [Int32]]) -> [NamedPartitions] {
        partitions.sorted { $0.key < $1.key }.map { NamedPartitions($0.key, $0.value.sorted()) }
    }

    private static func dictionary(_ list: [NamedPartitions]) -> [String: [Int32]] {
        Dictionary(list.map { ($0.name, $0.partitions) }, uniquingKeysWith: +)
    }

    private static func blob(_ value: some WireStruct) -> ByteBuffer {
        do { return try value.versionedBlob(version: 1) } catch { fatalError("\(error)") }
    }
}
