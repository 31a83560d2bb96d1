import Glibc

/// A file that a person names to a command or a prompt.
package enum InputFile {
    /// The whole of a file; blocks.
    package static func bytes(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        return try bytes(from: descriptor, path)
    }

    /// All that is left to read from a descriptor, which stays open; blocks.
    package static func bytes(from descriptor: Int32, _ path: String) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= DashboardLimits.inputBytes else {
                throw Failure("\(path) is larger than \(DashboardLimits.inputBytes) bytes")
            }
        }
    }

    private static func unreadable(_ path: String) -> Failure {
        Failure("cannot read \(path): \(String(cString: strerror(errno)))")
    }
}
