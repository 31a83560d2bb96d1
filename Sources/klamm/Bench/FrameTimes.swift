import ClusterInsight
import Glibc
import Synchronization

/// How long the frames of a screen took, from the model to the terminal.
final class FrameTimes: Sendable {
    private let times = Mutex(LatencyHistogram())

    func add(_ time: Duration) { times.withLock { $0.add(time) } }

    /// Writes number, median, 99th percentile and longest, in microseconds.
    func write(to path: String) {
        let line = times.withLock { times in
            let figures = [times.quantile(0.5), times.quantile(0.99), times.longest]
            let microseconds = figures.map { "\(Int64(($0 ?? .zero) / .microseconds(1)))" }
            return "\(times.count) " + microseconds.joined(separator: " ") + "\n"
        }
        guard let file = fopen(path, "w") else { return }
        fputs(line, file)
        fclose(file)
    }

    /// The file through which the dashboard tells the bench.
    struct File {
        let path = "/tmp/klamm-frame-times-\(getpid())"

        /// What was written; nil when nothing was.
        func read() -> (count: Int, p50: Duration, p99: Duration, longest: Duration)? {
            guard let file = fopen(path, "r") else { return nil }
            defer { fclose(file) }
            var bytes = [CChar](repeating: 0, count: 200)
            guard fgets(&bytes, Int32(bytes.count), file) != nil else { return nil }
            let text = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let numbers = text.split(whereSeparator: { $0 == " " || $0 == "\n" }).compactMap { Int64($0) }
            guard numbers.count == 4 else { return nil }
            return (Int(numbers[0]), .microseconds(numbers[1]), .microseconds(numbers[2]), .microseconds(numbers[3]))
        }

        func remove() { unlink(path) }
    }
}
