import CLinux
import Glibc

/// A terminal that exists only for a test: what the program writes is collected, what a person types is written.
package final class PseudoTerminal {
    /// Where the test reads and types.
    package let master: Int32
    /// Where the program reads and writes.
    package let slave: Int32
    /// Everything the program has written so far.
    package private(set) var output: [UInt8] = []
    private var isMasterOpen = true

    package init(columns: UInt16 = 80, rows: UInt16 = 24) throws {
        var master: Int32 = -1
        var slave: Int32 = -1
        let failure = clinux_pty_open(&master, &slave, columns, rows)
        guard failure == 0 else { throw DeadlinePassed(description: "no pseudoterminal: error \(failure)") }
        self.master = master
        self.slave = slave
    }

    deinit {
        hangUp()
        close(slave)
    }

    /// Closes the terminal's end, as a window that is closed.
    package func hangUp() {
        if isMasterOpen { close(master) }
        isMasterOpen = false
    }

    package func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(master, bytes, bytes.count)
    }

    package func resize(columns: UInt16, rows: UInt16) {
        _ = clinux_pty_resize(master, columns, rows)
    }

    /// Whether the terminal is as a shell leaves it: lines and echo.
    package var isCooked: Bool { clinux_pty_is_cooked(slave) }

    /// Everything written so far as text.
    package var text: String {
        readAvailable()
        return String(decoding: output, as: UTF8.self)
    }

    /// Starts a program on this terminal.
    ///
    /// - Returns: its process number.
    package func spawn(_ path: String, _ arguments: [String], environment: [String: String]) throws -> pid_t {
        var argumentPointers = ([path] + arguments).map { strdup($0) } + [nil]
        var environmentPointers = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for pointer in argumentPointers + environmentPointers { free(pointer) }
        }
        let process = clinux_pty_spawn(path, &argumentPointers, &environmentPointers, slave)
        guard process > 0 else { throw DeadlinePassed(description: "cannot start \(path): error \(errno)") }
        return process
    }

    private func readAvailable() {
        guard isMasterOpen else { return }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(master, &bytes, bytes.count)
            guard count > 0 else { return }
            output += bytes[..<count]
        }
    }
}
