import KafkaProtocol
import NIOCore

/// The file system as the log sees it; injected so that the same log classes run on a real disk and on a simulated one.
///
/// Paths are absolute or relative to the process. Every call blocks until the kernel has answered; nothing is durable
/// until `sync` (contents) and `syncDirectory` (names) have returned.
package protocol Disk: Sendable {
    /// Names the time since the machine had power last: what was written within it is there, synced or not. Empty when
    /// it cannot be known.
    var boot: String { get }
    /// Opens a file; `.create` makes it when it is missing. A directory is not a file.
    func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> any DiskFile
    /// The size and kind of what is at `path`; nil when nothing is.
    func status(_ path: String) throws(DiskError) -> FileStatus?
    /// The names in a directory, without `.` and `..`, in no particular order.
    func list(_ directory: String) throws(DiskError) -> [String]
    /// Makes a directory and those above it; one that exists already is fine.
    func createDirectory(_ path: String) throws(DiskError)
    /// Removes a file, or a directory with all that is in it; what is gone already is fine.
    func remove(_ path: String) throws(DiskError)
    /// Renames atomically, replacing a file of the new name.
    func rename(_ from: String, to: String) throws(DiskError)
    /// Makes the names in a directory durable.
    func syncDirectory(_ path: String) throws(DiskError)
    /// Sets the modification time of a file.
    func setModificationTime(_ path: String, _ time: Timestamp) throws(DiskError)
    /// Bytes on the volume of `path`.
    func space(_ path: String) throws(DiskError) -> DiskSpace
    /// Takes the lock file at `path` for this process until the result is released.
    /// Fails with `.locked(by:)` when another holder has it.
    func lock(_ path: String) throws(DiskError) -> any DiskLock
}

/// How a file is opened.
package enum OpenMode: Sendable, Equatable {
    case readOnly
    /// Reading and writing a file that exists.
    case readWrite
    /// Reading and writing, made when missing.
    case create
}

/// What `Disk.status` tells.
package struct FileStatus: Sendable, Equatable {
    package var size: Int64
    package var isDirectory: Bool
    /// When its content last changed.
    package var modified: Timestamp

    package init(size: Int64, isDirectory: Bool, modified: Timestamp) {
        self.size = size
        self.isDirectory = isDirectory
        self.modified = modified
    }
}

/// The size of a volume and what is left of it, in bytes.
package struct DiskSpace: Sendable, Equatable {
    package var total: Int64
    package var free: Int64

    package init(total: Int64, free: Int64) {
        self.total = total
        self.free = free
    }
}

/// An open file, used by one thread at a time. Closed by `close` or when it goes away.
package protocol DiskFile: AnyObject {
    /// The present size in bytes.
    func size() throws(DiskError) -> Int64
    /// Reads into `target`; fewer bytes than fit only at the end of the file.
    func read(at position: Int64, into target: UnsafeMutableRawBufferPointer) throws(DiskError) -> Int
    /// Writes all of `bytes`; after a failure any prefix of them may be in the file.
    func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws(DiskError)
    /// Cuts the file or fills it up with zeros; room behind its end that was reserved is given back.
    func truncate(to size: Int64) throws(DiskError)
    /// Has the volume keep room for the file to grow to `size` bytes; its size stays as it is. A volume that cannot do so
    /// gives room as it always does.
    func reserve(_ size: Int64)
    /// Makes contents and size durable.
    func sync() throws(DiskError)
    func close()
}

/// A held lock file.
package protocol DiskLock: AnyObject {
    func release()
}

extension DiskFile {
    /// Reads up to `count` bytes; fewer only at the end of the file.
    package func read(at position: Int64, count: Int) throws(DiskError) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: max(0, count))
        var failure: DiskError?
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: max(0, count)) { target in
            do throws(DiskError) {
                return try read(at: position, into: UnsafeMutableRawBufferPointer(rebasing: target.prefix(count)))
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return buffer
    }

    /// Writes the readable bytes of `buffer`.
    package func write(_ buffer: ByteBuffer, at position: Int64) throws(DiskError) {
        var failure: DiskError?
        buffer.withUnsafeReadableBytes { bytes in
            do throws(DiskError) { try write(bytes, at: position) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}

extension Disk {
    /// The whole content of a small file; nil when it does not exist.
    /// A file larger than `limit` bytes is refused as `.tooLarge`, so that a broken one cannot exhaust memory.
    package func contents(_ path: String, limit: Int) throws(DiskError) -> ByteBuffer? {
        guard let status = try status(path), !status.isDirectory else { return nil }
        guard status.size <= limit else { throw DiskError(.tooLarge, "read", path) }
        let file = try open(path, .readOnly)
        defer { file.close() }
        return try file.read(at: 0, count: Int(status.size))
    }

    /// Replaces a file as a whole: a reader finds the old or the new content, never a mixture.
    /// With `durable`, the new content survives power loss once this returns.
    package func replace(_ path: String, with content: ByteBuffer, durable: Bool) throws(DiskError) {
        let temporary = path + ".tmp"
        let file = try open(temporary, .create)
        do throws(DiskError) {
            defer { file.close() }
            try file.truncate(to: 0)
            try file.write(content, at: 0)
            if durable { try file.sync() }
        } catch {
            try? remove(temporary)
            throw error
        }
        try rename(temporary, to: path)
        if durable { try syncDirectory(path.parentDirectory) }
    }
}

extension String {
    /// The directory part of a path; `.` for a bare name.
    package var parentDirectory: String {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }

    /// The last part of a path.
    package var lastPathComponent: String {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return self }
        return String(self[utf8.index(after: slash)...])
    }
}
