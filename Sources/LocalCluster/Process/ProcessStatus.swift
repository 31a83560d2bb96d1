import Glibc

/// What `/proc` says about a process.
struct ProcessStatus: Equatable {
    /// The kernel's letter: R and S run, T is stopped by a signal, Z and X are dead.
    var state: Character
    /// Those that are left. A killed process is dead by its first thread while the others still hold its sockets and files.
    var threads: Int
    /// Clock ticks after boot; with the number it names a process for good, because numbers are used again.
    var startTime: UInt64
    /// Memory that is really occupied, in bytes.
    var residentBytes: UInt64

    /// Nil when there is no such process.
    init?(pid: pid_t) {
        guard let stat = Self.read("/proc/\(pid)/stat") else { return nil }
        self.init(stat: stat)
    }

    /// Nil for a text that is no `/proc/PID/stat`.
    init?(stat: String) {
        guard let closing = stat.lastIndex(of: ")") else { return nil }
        // The name in brackets may hold spaces and brackets itself; what follows the last one is the third field.
        let fields = stat[stat.index(after: closing)...].split(separator: " ")
        guard fields.count > 21, let state = fields[0].first, let threads = Int(fields[17]),
            let start = UInt64(fields[19]), let pages = UInt64(fields[21])
        else { return nil }
        self.state = state
        self.threads = threads
        startTime = start
        residentBytes = pages * UInt64(getpagesize())
    }

    /// Milliseconds since it was started.
    var uptime: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_BOOTTIME, &now)
        let milliseconds = Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
        return max(0, milliseconds - Int64(clamping: startTime) * 1000 / Int64(sysconf(Int32(_SC_CLK_TCK))))
    }

    var isAlive: Bool { state != "X" && (state != "Z" || threads > 1) }
    var isPaused: Bool { state == "T" || state == "t" }

    /// The beginning of a file of the kernel.
    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
