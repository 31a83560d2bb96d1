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
        if mayReplace(descriptor) {
            rename(path, path + ".1")
            close(descriptor)
            descriptor = opened()
            guard descriptor >= 0 else { return }
        }
        _ = lines.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }

    /// The file of this moment, to add to it; −1 when it cannot be opened.
    func opened() -> Int32 { open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600) }

    /// Whether the file that was opened is full, still stands at its path, and is not being replaced by somebody else, who
    /// holds its lock. Who may not replace it adds to it: it is the file before then, or will be, and nothing is lost.
    func mayReplace(_ descriptor: Int32) -> Bool {
        guard lseek(descriptor, 0, SEEK_END) >= DashboardLimits.fileBytes, clinux_lock_byte(descriptor, 0) == 0 else {
            return false
        }
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
