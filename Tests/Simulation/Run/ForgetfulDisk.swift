import KafkaProtocol
import LogStorage
import Synchronization
import TestSupport

/// A disk on which a vote is not made durable when it is written, as if the quorum had forgotten to: neither the content
/// nor, at that moment, the name. With the power goes the vote, or the whole file.
final class ForgetfulDisk: Disk {
    private let disk: SimulatedDisk
    /// Whether a vote was written whose directory is not synced yet.
    private let hasVoted = Mutex(false)

    init(_ disk: SimulatedDisk) { self.disk = disk }

    var boot: String { disk.boot }

    func rename(_ from: String, to: String) throws(DiskError) {
        try disk.rename(from, to: to)
        if to.hasSuffix("/quorum-state") { hasVoted.withLock { $0 = true } }
    }

    func syncDirectory(_ path: String) throws(DiskError) {
        let isForgotten = hasVoted.withLock { voted in
            defer { voted = false }
            return voted
        }
        if !isForgotten { try disk.syncDirectory(path) }
    }

    func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> any DiskFile {
        let file = try disk.open(path, mode)
        return path.contains("/quorum-state") ? UnsyncedFile(file) : file
    }

    func status(_ path: String) throws(DiskError) -> FileStatus? { try disk.status(path) }
    func list(_ directory: String) throws(DiskError) -> [String] { try disk.list(directory) }
    func createDirectory(_ path: String) throws(DiskError) { try disk.createDirectory(path) }
    func remove(_ path: String) throws(DiskError) { try disk.remove(path) }
    func setModificationTime(_ path: String, _ time: Timestamp) throws(DiskError) {
        try disk.setModificationTime(path, time)
    }
    func space(_ path: String) throws(DiskError) -> DiskSpace { try disk.space(path) }
    func lock(_ path: String) throws(DiskError) -> any DiskLock { try disk.lock(path) }
}

/// A file whose sync does nothing.
private final class UnsyncedFile: DiskFile {
    private let file: any DiskFile

    init(_ file: any DiskFile) { self.file = file }

    func size() throws(DiskError) -> Int64 { try file.size() }
    func read(at position: Int64, into target: UnsafeMutableRawBufferPointer) throws(DiskError) -> Int {
        try file.read(at: position, into: target)
    }
    func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws(DiskError) {
        try file.write(bytes, at: position)
    }
    func truncate(to size: Int64) throws(DiskError) { try file.truncate(to: size) }
    func reserve(_ size: Int64) { file.reserve(size) }
    func sync() throws(DiskError) {}
    func close() { file.close() }
}
