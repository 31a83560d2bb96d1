import Glibc

/// What a command says: results on stdout, everything else on stderr.
enum Console {
    /// Writes a line. When nobody reads any more the process ends without a word, as a filter should.
    static func line(_ text: String) { write(Array((text + "\n").utf8), to: STDOUT_FILENO) }

    /// Writes bytes as they are.
    static func bytes(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// Ends the process when the reader of stdout has gone; for commands that may have nothing to write for long.
    static func endWithoutReader() {
        var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        if poll(&output, 1, 0) > 0, output.revents & Int16(POLLERR) != 0 { exit(0) }
    }

    /// Tells a person something without disturbing what a program reads.
    static func note(_ text: String) { write(Array((text + "\n").utf8), to: STDERR_FILENO) }

    /// Writes over the last line of the terminal on stderr.
    static func progress(_ text: String) { write(Array(("\r\u{1b}[K" + text).utf8), to: STDERR_FILENO) }

    /// Runs something and says what is being waited for once it has taken a second.
    static func waiting<T>(for what: String, _ body: () async throws -> T) async rethrows -> T {
        let reminder = Task {
            try await Task.sleep(for: .seconds(1))
            note("\(what) …")
        }
        defer { reminder.cancel() }
        return try await body()
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, -1)
                continue
            }
            guard count > 0 else {
                if descriptor == STDOUT_FILENO { exit(errno == EPIPE ? 0 : 1) }
                return
            }
            rest = rest.dropFirst(count)
        }
    }
}
