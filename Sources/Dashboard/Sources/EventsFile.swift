import ClusterInsight
import Glibc

/// Keeps the timeline on disk: `events.ndjson`, one event a line, and the file before it. A file that cannot be written is
/// no reason to stop.
package struct EventsFile: Sendable {
    /// When the file has grown to this, it becomes `events.ndjson.1` and a new one begins: together 20 MiB at most.
    private static let limit = 10 << 20

    private let path: String

    /// A file at a path.
    package init(path: String) {
        self.path = path
    }

    /// Adds events, oldest first.
    package func append(_ events: [ClusterEvent]) {
        guard !events.isEmpty else { return }
        var descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        if lseek(descriptor, 0, SEEK_END) >= Self.limit {
            close(descriptor)
            rename(path, path + ".1")
            descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return }
        }
        let bytes = Array(events.map { EventsExport.line($0) }.joined().utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }
}
