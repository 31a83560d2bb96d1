import Glibc

/// Lines of stdin as they are: bytes that are no text stay what they were.
struct InputLines: ~Copyable {
    private let file = fdopen(STDIN_FILENO, "r")
    private var buffer: UnsafeMutablePointer<CChar>?
    private var size = 0

    deinit { free(buffer) }

    /// The next line without what ends it; nil at the end.
    mutating func next() -> [UInt8]? {
        guard let file else { return nil }
        let count = getline(&buffer, &size, file)
        guard count > 0, let buffer else { return nil }
        var line = UnsafeRawBufferPointer(start: buffer, count: count)[...]
        if line.last == UInt8(ascii: "\n") {
            line.removeLast()
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
        }
        return Array(line)
    }
}
