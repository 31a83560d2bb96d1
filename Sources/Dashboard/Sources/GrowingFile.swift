import CLinux
import Glibc

/// A file of lines that grows within a bound, written by several Klamms of one user at once. A file that cannot be written is
/// no reason to stop.
struct GrowingFile: Sendable {
    let path: String

    /// Adds whole lines; blocks.
    func append(_ lines: [UInt8]) {
        var descriptor = opened()
        guard descriptor >= 0 else { return }
        // Whoever is replacing it holds the lock. What is added to it by others is then in the one before, and not lost.
        if lseek(descriptor, 0, SEEK_END) >= DashboardLimits.fileBytes, clinux_lock_byte(descriptor, 0) == 0,
            isStillThere(descriptor)
        {
            rename(path, path + ".1")
            close(descriptor)
            descriptor = opened()
            guard descriptor >= 0 else { return }
        }
        _ = lines.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }

    private func opened() -> Int32 { open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600) }

    /// Whether nobody has put another file in its place since it was opened.
    private func isStillThere(_ descriptor: Int32) -> Bool {
        var (own, named) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && stat(path, &named) == 0 && own.st_ino == named.st_ino
    }

    /// The newest bytes, those of the file before among them; nil when there is none.
    func newest(_ limit: Int) -> [UInt8]? {
        guard let own = FileTail.read(path, limit: limit) else { return FileTail.read(path + ".1", limit: limit) }
        guard own.count < limit, let before = FileTail.read(path + ".1", limit: limit - own.count) else { return own }
        return before + own
    }
}
