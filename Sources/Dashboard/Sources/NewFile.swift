import Glibc

/// Files of Klamm's own that are written anew as a whole.
enum KeptFile {
    /// Puts contents in the place of a file, so that none is ever half written; blocks. What cannot be kept is forgotten.
    static func replace(_ path: String, with contents: [UInt8]) {
        let new = "\(path).\(getpid())"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        let written = contents.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        if written == contents.count { rename(new, path) } else { unlink(new) }
    }
}

/// Files that a person asks to be saved. What is there already is never written over.
package enum NewFile {
    /// Writes a new file; blocks.
    ///
    /// - Returns: what went wrong, naming the file; nil when it is written.
    package static func write(_ contents: [UInt8], to path: String) -> String? {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            let reason = errno == EEXIST ? "it exists already" : String(cString: strerror(errno))
            return "cannot write \(path): \(reason)"
        }
        var bytes = contents[...]
        var problem: String?
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                problem = "cannot write \(path): \(String(cString: strerror(errno)))"
                break
            }
            bytes = bytes.dropFirst(count)
        }
        if Glibc.close(descriptor) != 0, problem == nil {
            problem = "cannot write \(path): \(String(cString: strerror(errno)))"
        }
        return problem
    }
}
