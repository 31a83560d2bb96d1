import LogStorage
import NIOCore

/// Bytes of records sent to clients since the start, told in `figures.properties` of the log directory.
///
/// No call of the protocol tells what a broker sends (Kafka has it in JMX only), and a rate cannot be had from outside:
/// whoever shows a bundled cluster reads this file. It holds `bytes.out`, followers left out, as Kafka's
/// `BytesOutPerSec` does; it is replaced at most once a second, only after a change, and never synced: a figure of a
/// process that is gone is of no use. Loop only.
package final class SentBytes {
    /// The file's name in the log directory.
    package static let fileName = "figures.properties"
    /// Between two writes, in milliseconds: the fastest refresh that the screen shows rates by.
    private static let interval: Int64 = 1_000

    private let path: String
    private let disk: any Disk
    private let clock: any Clock
    private let log: NodeLog
    private(set) var total: Int64 = 0
    private var written: Int64?
    private var isStopped = false
    private var hasFailed = false

    package init(directory: String, disk: any Disk, clock: any Clock, log: NodeLog) {
        path = directory + "/" + Self.fileName
        self.disk = disk
        self.clock = clock
        self.log = log
    }

    /// Counts records that leave for a client.
    func add(_ bytes: Int) { total += Int64(bytes) }

    /// Begins to tell, with nothing sent.
    package func start() {
        write()
        clock.schedule(after: Self.interval) { [weak self] in
            guard let self, !isStopped else { return }
            start()
        }
    }

    /// Tells nothing more.
    package func stop() { isStopped = true }

    private func write() {
        guard written != total else { return }
        do {
            try disk.replace(path, with: ByteBuffer(string: "bytes.out=\(total)\n"), durable: false)
            written = total
            hasFailed = false
        } catch {
            // A full disk has louder witnesses; once is enough here.
            if !hasFailed { log.warn("\(path): \(error)") }
            hasFailed = true
        }
    }
}
