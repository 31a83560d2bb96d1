import Glibc

extension Properties {
    /// The largest file that is read, in bytes; configuration is kilobytes, so more is a mistaken path.
    package static let largestFile = 1 << 20

    /// Reads a file; its path names it in errors.
    ///
    /// - Throws: `PropertiesError`, also for a file that is missing, unreadable, too large or not UTF-8.
    package init(reading path: String) throws {
        func failure(_ reason: String) -> PropertiesError { PropertiesError(file: path, line: 0, reason: reason) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(String(cString: strerror(errno))) }
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= Self.largestFile else { throw failure("larger than \(Self.largestFile) bytes") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw failure("not UTF-8 text") }
        try self.init(parsing: text, file: path)
    }

    /// Replaces the file at `path` as a whole: a reader sees the old text or the new one, never a part.
    package func write(to path: String) throws {
        func failure() -> PropertiesError {
            PropertiesError(file: path, line: 0, reason: String(cString: strerror(errno)))
        }
        let temporary = "\(path).\(getpid()).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure() }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let error = failure()
                close(descriptor)
                unlink(temporary)
                throw error
            }
            rest = rest.dropFirst(count)
        }
        fsync(descriptor)
        close(descriptor)
        guard rename(temporary, path) == 0 else {
            let error = failure()
            unlink(temporary)
            throw error
        }
    }
}
