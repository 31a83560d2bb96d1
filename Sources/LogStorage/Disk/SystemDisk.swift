import CLinux
import Glibc
import KafkaProtocol

/// The real file system.
package struct SystemDisk: Disk {
    package init() {}

    /// The kernel draws it anew at every start (`random(4)`).
    package var boot: String {
        let content = try? contents("/proc/sys/kernel/random/boot_id", limit: 64)
        return content.map { String(buffer: $0).filter { !$0.isWhitespace } } ?? ""
    }

    package func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> any DiskFile {
        let flags =
            switch mode {
            case .readOnly: O_RDONLY
            case .readWrite: O_RDWR
            case .create: O_RDWR | O_CREAT
            }
        let descriptor = retrying { Glibc.open(path, flags | O_CLOEXEC, 0o644) }
        guard descriptor >= 0 else { throw DiskError(code: errno, "open", path) }
        return SystemFile(descriptor, path)
    }

    package func status(_ path: String) throws(DiskError) -> FileStatus? {
        var info = stat()
        guard stat(path, &info) == 0 else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { return nil }
            throw DiskError(code: code, "stat", path)
        }
        return FileStatus(
            size: Int64(info.st_size), isDirectory: info.st_mode & S_IFMT == S_IFDIR,
            modified: Int64(info.st_mtim.tv_sec) * 1000 + Int64(info.st_mtim.tv_nsec) / 1_000_000)
    }

    package func list(_ directory: String) throws(DiskError) -> [String] {
        guard let stream = opendir(directory) else { throw DiskError(code: errno, "list", directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    package func createDirectory(_ path: String) throws(DiskError) {
        if mkdir(path, 0o755) == 0 { return }
        switch errno {
        case EEXIST:
            guard try status(path)?.isDirectory == true else { throw DiskError(code: ENOTDIR, "mkdir", path) }
        case ENOENT:
            let parent = path.parentDirectory
            guard parent != path, parent != "." else { throw DiskError(code: ENOENT, "mkdir", path) }
            try createDirectory(parent)
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw DiskError(code: errno, "mkdir", path) }
        case let code:
            throw DiskError(code: code, "mkdir", path)
        }
    }

    package func remove(_ path: String) throws(DiskError) {
        if unlink(path) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw DiskError(code: errno, "remove", path) }
        for name in try list(path) { try remove(path + "/" + name) }
        guard rmdir(path) == 0 || errno == ENOENT else { throw DiskError(code: errno, "remove", path) }
    }

    package func rename(_ from: String, to: String) throws(DiskError) {
        guard Glibc.rename(from, to) == 0 else { throw DiskError(code: errno, "rename", from) }
    }

    package func syncDirectory(_ path: String) throws(DiskError) {
        let descriptor = retrying { Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw DiskError(code: errno, "open", path) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw DiskError(code: errno, "fsync", path) }
    }

    package func setModificationTime(_ path: String, _ time: Timestamp) throws(DiskError) {
        let moment = timespec(tv_sec: Int(time / 1000), tv_nsec: Int(time % 1000) * 1_000_000)
        guard utimensat(AT_FDCWD, path, [moment, moment], 0) == 0 else { throw DiskError(code: errno, "utime", path) }
    }

    package func space(_ path: String) throws(DiskError) -> DiskSpace {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { throw DiskError(code: errno, "statvfs", path) }
        let unit = Int64(clamping: info.f_frsize)
        return DiskSpace(
            total: Int64(clamping: info.f_blocks).multipliedClamping(by: unit),
            free: Int64(clamping: info.f_bavail).multipliedClamping(by: unit))
    }

    package func lock(_ path: String) throws(DiskError) -> any DiskLock {
        let descriptor = retrying { Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644) }
        guard descriptor >= 0 else { throw DiskError(code: errno, "open", path) }
        let file = SystemFile(descriptor, path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw DiskError(code: errno, "lock", path) }
            let text = try file.read(at: 0, count: 32)
            let digits = String(buffer: text).prefix { $0.isASCII && $0.isNumber }
            throw DiskError(.locked(by: Int32(digits)), "lock", path)
        }
        try file.truncate(to: 0)
        var text = "\(getpid())\n"
        var failure: DiskError?
        text.withUTF8 { bytes in
            do throws(DiskError) { try file.write(UnsafeRawBufferPointer(bytes), at: 0) } catch { failure = error }
        }
        if let failure { throw failure }
        return SystemLock(file)
    }
}

/// A file descriptor that is closed with its owner.
private final class SystemFile: DiskFile {
    private var descriptor: Int32
    private let path: String

    init(_ descriptor: Int32, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close() }

    func size() throws(DiskError) -> Int64 {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw DiskError(code: errno, "stat", path) }
        return Int64(info.st_size)
    }

    func read(at position: Int64, into target: UnsafeMutableRawBufferPointer) throws(DiskError) -> Int {
        var done = 0
        while done < target.count, let base = target.baseAddress {
            let count = pread(descriptor, base + done, target.count - done, off_t(position) + done)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw DiskError(code: errno, "read", path)
            }
            done += count
        }
        return done
    }

    func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws(DiskError) {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = pwrite(descriptor, base + done, bytes.count - done, off_t(position) + done)
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw DiskError(code: count == 0 ? ENOSPC : errno, "write", path)
            }
            done += count
        }
    }

    func truncate(to size: Int64) throws(DiskError) {
        guard retrying({ ftruncate(descriptor, off_t(size)) }) == 0 else {
            throw DiskError(code: errno, "truncate", path)
        }
    }

    func reserve(_ size: Int64) { _ = retrying { clinux_reserve_room(descriptor, size) } }

    func sync() throws(DiskError) {
        guard retrying({ fdatasync(descriptor) }) == 0 else { throw DiskError(code: errno, "fsync", path) }
    }

    func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }
}

private final class SystemLock: DiskLock {
    private let file: SystemFile

    init(_ file: SystemFile) { self.file = file }

    func release() { file.close() }
}

/// Repeats a call that a signal interrupted.
private func retrying(_ call: () -> Int32) -> Int32 {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}

extension Int64 {
    fileprivate func multipliedClamping(by other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
