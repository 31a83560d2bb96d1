import Foundation
import Testing

@testable import LocalCluster

/// Which snapshot of the metadata is the newest.
@Suite struct MetadataSnapshotTests {
    @Test func theNewestIsThatWithTheHighestOffset() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("snapshots-\(UUID())").path
        #expect(MetadataSnapshots.newest(in: folder) == nil)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in [
            "00000000000000000000-0000000000.checkpoint", "00000000000000046000-0000000004.checkpoint",
            "00000000000000009000-0000000007.checkpoint", "00000000000000099000-0000000004.checkpoint.part",
            "quorum-state", "99999999999999999999-0000000004.checkpoint",
        ] {
            try "x".write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
        }
        let found = try #require(MetadataSnapshots.newest(in: folder))
        #expect(found.end == 46_000)
        #expect(abs(Double(found.at) / 1_000 - Date().timeIntervalSince1970) < 600)
    }
}
