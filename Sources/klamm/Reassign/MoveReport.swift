import Glibc
import KafkaClient
import Synchronization
import TerminalUI

/// Tells on stderr how far moves are, once they have taken a second: in place on a terminal, else now and then a line.
final class MoveReport: Sendable {
    private struct State {
        var speed = MoveSpeed()
        var began: ContinuousClock.Instant?
        var told: ContinuousClock.Instant?
    }

    /// Between lines that go to a file.
    private static let pause = Duration.seconds(10)
    private let state = Mutex(State())
    private let isTerminal = isatty(STDERR_FILENO) == 1

    /// Takes a look at the moves.
    func take(_ progress: MoveProgress) {
        let line = state.withLock { state -> String? in
            let speed = state.speed.take(progress)
            guard let began = state.began else {
                state.began = progress.at
                return nil
            }
            guard progress.at >= began + .seconds(1) else { return nil }
            if !isTerminal, let told = state.told, progress.at < told + Self.pause { return nil }
            state.told = progress.at
            return Self.text(progress, speed)
        }
        guard let line else { return }
        if isTerminal { Console.progress(line) } else { Console.note(line) }
    }

    /// Leaves the last line on the screen.
    func end() {
        if isTerminal, state.withLock({ $0.told != nil }) { Console.note("") }
    }

    /// `moved 210 MiB of 499 MiB  42 %  10 MiB/s  left 28s  7 of 13 partitions moving`
    static func text(_ progress: MoveProgress, _ speed: Double?) -> String {
        let left = max(0, progress.total - progress.copied)
        var parts = ["moved \(Format.bytes(Int(progress.copied))) of \(Format.bytes(Int(progress.total)))"]
        if progress.total > 0 {
            parts.append(Format.progress(min(1, Double(progress.copied) / Double(progress.total))))
        }
        if let speed {
            parts.append(Format.byteRate(speed))
            parts.append(speed > 0 ? "left \(Format.duration(Double(left) / speed))" : "left ?")
        }
        parts.append("\(progress.moving.count) of \(progress.partitions) partitions moving")
        return parts.joined(separator: "  ")
    }
}
