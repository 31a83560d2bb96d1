import Glibc

/// A file of lines that grows within a bound. A file that cannot be written is no reason to stop.
struct GrowingFile: Sendable {
    let path: String

    /// Adds whole lines; blocks.
    func append(_ lines: [UInt8]) {
        var descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        if lseek(descriptor, 0, SEEK_END) >= DashboardLimits.fileBytes {
            close(descriptor)
            rename(path, path + ".1")
            descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return }
        }
        _ = lines.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }

    /// The newest bytes, those of the file before among them; nil when there is none.
    func newest(_ limit: Int) -> [UInt8]? {
        guard let own = FileTail.read(path, limit: limit) else { return FileTail.read(path + ".1", limit: limit) }
        guard own.count < limit, let before = FileTail.read(path + ".1", limit: limit - own.count) else { return own }
        return before + own
    }
}
