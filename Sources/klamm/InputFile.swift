import ArgumentParser
import Glibc

/// A file that a command is given, or stdin.
enum InputFile {
    /// The largest file that is read, in bytes: a plan of a hundred thousand partitions needs eight million.
    static let largest = 64 << 20

    /// The whole of a file, or of stdin for `-`.
    static func bytes(_ path: String) throws -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ValidationError("\(path): \(String(cString: strerror(errno)))") }
        defer { if path != "-" { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ValidationError("\(path): \(String(cString: strerror(errno)))") }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= largest else { throw ValidationError("\(path) is larger than \(largest) bytes") }
        }
    }
}
