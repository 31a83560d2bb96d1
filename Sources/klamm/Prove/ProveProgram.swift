import Dashboard
import KafkaClient
import Terminal
import TerminalUI

/// What comes to the screen of a proof.
enum ProveMessage: Sendable {
    case picture(ProofPicture)
    case said(String)
    /// The proof is over.
    case ended
}

/// The screen of `klamm prove`.
struct ProveProgram: ScreenProgram {
    private let run: ProofRun
    private var picture: ProofPicture
    private var said = ""
    /// Each picture brings the screen up to date.
    let nextWake: ContinuousClock.Instant? = nil

    init(_ run: ProofRun, cluster: String) {
        self.run = run
        let left = run.order.duration / .seconds(1)
        picture = ProofPicture(cluster: cluster, began: run.began, now: run.began, left: left)
    }

    mutating func handle(_ event: ScreenEvent<ProveMessage>) -> [ScreenCommand] {
        switch event {
        case .key(let key): return take(key)
        case .message(.picture(let picture)): self.picture = picture
        case .message(.said(let text)): said = text
        case .message(.ended): return [.quit(status: 0)]
        case .wake, .edited, .ran: break
        }
        return []
    }

    func draw(size: Size, glyphs: GlyphSet) -> CellBuffer {
        ProveScreen.draw(picture, said: said, size: size, glyphs: glyphs, zone: .machine)
    }

    private mutating func take(_ key: Key) -> [ScreenCommand] {
        switch key {
        case .escape, .character("q"), .control("c"):
            // Whoever asks twice does not want to wait for the rest of the log on the screen.
            if run.control.isStopped { return [.quit(status: 0)] }
            run.control.stop()
            said = "stopping: what was acknowledged is still read; once more Esc leaves the screen"
        case .character("f") where picture.faultsPlanned > 0:
            said = run.control.toggleFaults() ? "faults wait" : "faults go on"
        case .character("+"): said = "\(Format.rate(run.control.multiplyRate(by: 1.5))) records/s"
        case .character("-"): said = "\(Format.rate(run.control.multiplyRate(by: 1 / 1.5))) records/s"
        case .control("s"): save()
        case .control("l"): return [.repaint]
        case .control("z"): return [.suspend]
        default: break
        }
        return []
    }

    private mutating func save() {
        let path = "\(run.topic)-\(WallClock.now() / 1_000).json"
        let text = run.report(isComplete: false).json.text() + "\n"
        said = NewFile.write(Array(text.utf8), to: path) ?? "report saved: \(path)"
    }
}
