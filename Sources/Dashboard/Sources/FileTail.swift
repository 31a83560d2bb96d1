import Glibc
import KafkaProtocol

/// The end of a file that grows.
package struct FileTail: Sendable {
    private let path: String
    private var position: Int64?
    private var rest: [UInt8] = []

    /// A file to be followed.
    package init(path: String) {
        self.path = path
    }

    /// Lines added since the last call; the first call brings the end of the file. A file that became shorter is read
    /// from its start.
    package mutating func newLines() -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let size = Int64(lseek(descriptor, 0, SEEK_END))
        var start = position ?? max(0, size - Int64(DashboardLimits.logBytes))
        if size < start { start = 0 }
        lseek(descriptor, off_t(start), SEEK_SET)
        let bytes = Self.read(descriptor, limit: DashboardLimits.logBytes)
        position = start + Int64(bytes.count)
        rest += bytes
        defer { if rest.count > DashboardLimits.logLineBytes { rest = [] } }
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let whole = rest[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let lines = whole.map { String(decoding: $0, as: UTF8.self) }
        rest.removeFirst(end + 1)
        return lines
    }

    /// The newest bytes of a file; nil when it cannot be read.
    package static func read(_ path: String, limit: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        lseek(descriptor, off_t(max(0, size - limit)), SEEK_SET)
        return read(descriptor, limit: limit)
    }

    private static func read(_ descriptor: Int32, limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
