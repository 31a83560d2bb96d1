import Glibc

/// A broker's log: one line per event on standard error, written with one `write` so that nothing is lost when the
/// process is killed; or wherever `sink` takes the lines, as in a simulation.
package struct NodeLog: Sendable {
    /// Takes one line's level and message.
    package typealias Sink = @Sendable (_ level: String, _ message: String) -> Void

    package let nodeID: Int32
    private let sink: Sink?

    package init(nodeID: Int32, sink: Sink? = nil) {
        self.nodeID = nodeID
        self.sink = sink
    }

    package func info(_ message: @autoclosure () -> String) { line("INFO", message()) }
    package func warn(_ message: @autoclosure () -> String) { line("WARN", message()) }
    package func error(_ message: @autoclosure () -> String) { line("ERROR", message()) }

    private func line(_ level: String, _ message: String) {
        if let sink { return sink(level, message) }
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        var seconds = time.tv_sec
        localtime_r(&seconds, &parts)
        var stamp = [CChar](repeating: 0, count: 32)
        strftime(&stamp, 32, "%Y-%m-%d %H:%M:%S", &parts)
        let date = String(decoding: stamp.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let millis = String(time.tv_nsec / 1_000_000 + 1000).dropFirst()
        let text = "[\(date),\(millis)] \(level) [broker \(nodeID)] \(message)\n"
        var copy = text
        copy.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
    }
}
