import Glibc

/// Why a bundled cluster could not do what was asked, in words for a person.
package struct LocalClusterError: Error, Equatable, CustomStringConvertible {
    /// What a program may want to tell apart.
    package enum Kind: Sendable, Equatable {
        /// There is no cluster in the directory, or no such broker.
        case missing
        /// What was asked does not fit what is there.
        case conflict
        /// Another process changes the cluster now.
        case inUse
        /// The operating system refused.
        case system
        /// A broker ended or did not become ready.
        case broker
    }

    package let kind: Kind
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// The error in `errno` about something that was tried.
    static func system(_ what: String, _ code: Int32 = errno) -> LocalClusterError {
        LocalClusterError(.system, "\(what): \(String(cString: strerror(code)))")
    }
}
