import CLinux
import ClusterInsight
import Glibc
import KafkaRecords
import NIOCore
import Synchronization

/// Which of the dashboards that show one cluster keeps what all of them see: otherwise each would write every event into
/// the one file. Whoever has something to keep first, until its process ends; then the next who has.
///
/// One byte of a lock file stands for each cluster, so that the file never grows. May be used from any thread.
final class EventsTurn: Sendable {
    private let path: String
    private let descriptor = Mutex<Int32?>(nil)

    /// With a lock file at a path; it is not touched before it is needed.
    init(path: String) { self.path = path }

    deinit {
        descriptor.withLock { descriptor in
            if let descriptor, descriptor >= 0 { close(descriptor) }
        }
    }

    /// What of these events this process has to keep: all in its turn, else what was done from here, of which only it knows.
    func toKeep(_ events: [ClusterEvent], of cluster: EventsFile.Cluster) -> [ClusterEvent] {
        isOurs(cluster) ? events : events.filter { $0.kind == .change }
    }

    /// Where nothing can be locked every process keeps: twice is better than never.
    private func isOurs(_ cluster: EventsFile.Cluster) -> Bool {
        let position = Checksum.crc32c(ByteBuffer(string: cluster.id ?? cluster.name))
        return descriptor.withLock { descriptor in
            let opened = descriptor ?? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            descriptor = opened
            return opened < 0 || clinux_lock_byte(opened, position) == 0 || errno != EAGAIN
        }
    }
}
