import Glibc

/// Why a text came back from the editor unchanged.
package struct EditorError: Error, CustomStringConvertible {
    package let description: String
}

/// The person's own editor: `VISUAL`, then `EDITOR`, then vi, with a text in a file that only they can read.
enum Editor {
    /// Edits a text; `run` gives the terminal to a command and answers its exit status.
    static func edit(_ text: String, run: ([String]) -> Int32) -> Result<String, EditorError> {
        let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(directory)/klamm-value-\(String(repeating: "X", count: 6))".utf8CString)
        let descriptor = mkstemp(&template)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else {
            return .failure(EditorError(description: "no file in \(directory) for the editor"))
        }
        defer { unlink(path) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                close(descriptor)
                return .failure(EditorError(description: "cannot write \(path)"))
            }
            bytes = bytes.dropFirst(count)
        }
        close(descriptor)
        let status = run(["/bin/sh", "-c", "exec ${VISUAL:-${EDITOR:-vi}} \"$1\"", "sh", path])
        guard status == 0 else {
            return .failure(EditorError(description: "the editor ended with \(status): the value is as it was"))
        }
        return read(path)
    }

    /// The file as text, without the line feed that editors put at its end.
    private static func read(_ path: String) -> Result<String, EditorError> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(EditorError(description: "the editor left no \(path)")) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= TerminalLimits.edited {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        guard bytes.count <= TerminalLimits.edited else {
            return .failure(EditorError(description: "more than \(TerminalLimits.edited) bytes"))
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return String(validating: bytes, as: UTF8.self).map { .success($0) }
            ?? .failure(EditorError(description: "not text in UTF-8: the value is as it was"))
    }
}
