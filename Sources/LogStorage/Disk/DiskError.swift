import Glibc

/// Why the disk refused; says which operation on which path, in words for the broker's log.
package struct DiskError: Error, Equatable, CustomStringConvertible {
    /// What kind of refusal it is, as far as callers act on it.
    package enum Kind: Sendable, Equatable {
        case notFound
        /// No space or quota left.
        case full
        /// No file descriptor left in the process or the system.
        case tooManyFiles
        /// A small file that is not small.
        case tooLarge
        /// The lock file is held; the process id its holder wrote, when readable.
        case locked(by: Int32?)
        /// Anything else: permissions, input/output errors. The `errno`.
        case system(Int32)
    }

    package var kind: Kind
    package var operation: String
    package var path: String

    package init(_ kind: Kind, _ operation: String, _ path: String) {
        self.kind = kind
        self.operation = operation
        self.path = path
    }

    /// From an `errno`.
    package init(code: Int32, _ operation: String, _ path: String) {
        let kind: Kind =
            switch code {
            case ENOENT: .notFound
            case ENOSPC, EDQUOT: .full
            case EMFILE, ENFILE: .tooManyFiles
            default: .system(code)
            }
        self.init(kind, operation, path)
    }

    /// In words, without the operation and the path.
    package var reason: String {
        switch kind {
        case .notFound: "no such file or directory"
        case .full: "no space left on device"
        case .tooManyFiles: "too many open files"
        case .tooLarge: "unexpectedly large"
        case .locked(let holder): "in use by " + (holder.map { "process \($0)" } ?? "another process")
        case .system(let code): String(cString: strerror(code))
        }
    }

    package var description: String { "\(operation) \(path): \(reason)" }
}
