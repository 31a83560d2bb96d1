import Glibc

/// Ties brokers to the process that started them: each holds the reading end as its stdin and leaves when the writing end
/// is gone, however its owner ended.
package final class Lifeline: Sendable {
    let childEnd: Int32
    private let ownEnd: Int32

    package init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw LocalClusterError.system("cannot make a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        childEnd = ends[0]
        ownEnd = ends[1]
    }

    deinit {
        close(childEnd)
        close(ownEnd)
    }
}
