import LogStorage

/// What the broker's log says of a disk that refuses writes: once when it begins, once a minute how many more it refused,
/// and once when it is over. A full disk refuses thousands, and the broker's log would fill the next one.
///
/// A broker with such a disk goes on, and leads on, where Kafka takes the directory offline and, when it was the last one,
/// ends (KIP-112): an append that is refused leaves the log as it was, so nothing is lost; what is there can be read; and
/// room is made with records or topics deleted, which needs leaders. Bundled brokers share a disk, so that all of them would
/// end at once. Only who cannot write the metadata log ends, see `MetadataRuntime`. Loop only.
final class RefusedWrites {
    private struct Count {
        var total = 1
        var told = 1
    }

    private let directories: [String]
    private let clock: any Clock
    private let log: NodeLog
    /// By directory and reason.
    private var counts: [String: Count] = [:]

    /// - Parameter directories: `log.dirs`.
    init(directories: [String], clock: any Clock, log: NodeLog) {
        self.directories = directories
        self.clock = clock
        self.log = log
    }

    /// Takes note of what failed, in words for the log; what no disk refused is said at once.
    func note(_ what: @autoclosure () -> String, _ error: any Error) {
        guard let refused = error as? DiskError,
            let directory = directories.first(where: { refused.path.hasPrefix($0 + "/") })
        else { return log.error("\(what()): \(error)") }
        let key = "\(directory): \(refused.reason)"
        if counts[key] != nil {
            counts[key]?.total += 1
            return
        }
        counts[key] = Count()
        log.error("\(what()): \(refused). \(Self.advice(refused, directory))")
        tellLater(key)
    }

    private static func advice(_ error: DiskError, _ directory: String) -> String {
        let more = "More of it is counted, and told once a minute"
        guard error.kind == .full else { return more }
        return "Nothing is lost, and it goes on when \(directory) has room: delete records or topics, or lower "
            + "retention. \(more)"
    }

    private func tellLater(_ key: String) {
        clock.schedule(after: Limits.refusedWritesPause) { [weak self] in
            guard let self, let count = counts[key] else { return }
            guard count.total > count.told else {
                counts[key] = nil
                return log.info("\(key): over, nothing was refused for a minute; \(count.total) in all")
            }
            log.error("\(key): \(count.total - count.told) more writes refused within a minute")
            counts[key]?.told = count.total
            tellLater(key)
        }
    }
}
