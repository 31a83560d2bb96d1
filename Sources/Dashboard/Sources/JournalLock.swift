import CLinux
import Glibc

/// Keeps several Klamms of one user from numbering at once. May be used from any thread.
struct JournalLock: Sendable {
    private let descriptor: Int32

    /// How often it is tried, 10 ms apart: others hold it for a moment, or have been stopped by a signal while they did.
    static let tries = 100

    /// Waits for its turn; nil where nothing can be locked, or somebody keeps it. Twice the same number is better than a
    /// change that is not noted.
    static func wait(beside path: String) async -> JournalLock? {
        let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        for _ in 0..<tries {
            if clinux_lock_byte(descriptor, 0) == 0 { return JournalLock(descriptor: descriptor) }
            guard errno == EAGAIN else { break }
            try? await Task.sleep(for: .milliseconds(10))
        }
        close(descriptor)
        return nil
    }

    /// Lets the next one in.
    func release() { close(descriptor) }
}
