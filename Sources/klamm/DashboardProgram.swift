import Dashboard
import KafkaClient
import Terminal
import TerminalUI

/// The dashboard as a program of the screen loop: events become messages, commands go to the session.
struct DashboardProgram: ScreenProgram {
    private var model: Model
    private let session: Session
    /// Ages on the screen are whole seconds. A picture comes each second anyway; without one the screen looks itself.
    private static let beat = Duration.milliseconds(1_050)
    private(set) var nextWake: ContinuousClock.Instant?

    init(session: Session, abilities: ScreenAbilities) {
        self.session = session
        model = Model(
            size: abilities.size, now: WallClock.now(), cluster: session.info, connection: session.firstConnection,
            glyphs: abilities.glyphs, zone: .machine)
        nextWake = .now + Self.beat
    }

    mutating func handle(_ event: ScreenEvent<Dashboard.Message>) -> [ScreenCommand] {
        switch event {
        case .key(let key):
            model.now = WallClock.now()
            return carryOut(Update.update(&model, .key(key)))
        case .message(let message):
            model.now = WallClock.now()
            return carryOut(Update.update(&model, message))
        case .edited(let result):
            return carryOut(Update.update(&model, .edited(result.mapError { Dashboard.Failure($0.description) })))
        case .wake:
            nextWake = .now + Self.beat
            return carryOut(Update.update(&model, .tick(WallClock.now())))
        }
    }

    mutating func draw(size: Size, glyphs: GlyphSet) -> CellBuffer {
        model.size = size
        model.glyphs = glyphs
        nextWake = .now + untilNextChange
        return View.view(model)
    }

    /// How long the frame stays right by itself: until ages go on, a flash or a mark of change goes by.
    private var untilNextChange: Duration {
        let ends = [model.flash?.endsAt, model.latestChanges.endsAt].compactMap { $0 }.min()
        guard let ends else { return Self.beat }
        return min(Self.beat, max(.milliseconds(20), .milliseconds(ends - WallClock.now())))
    }

    private mutating func carryOut(_ commands: [Command]) -> [ScreenCommand] {
        var result: [ScreenCommand] = []
        for command in commands {
            switch command {
            case .quit: result.append(.quit(status: 0))
            case .suspend: result.append(.suspend)
            case .repaint: result.append(.repaint)
            case .copy(let text): result.append(.copy(text))
            case .edit(let text): result.append(.edit(text))
            case .setTheme(let name):
                if let theme = Themes.named(name) {
                    result.append(.use(theme))
                    model.say("theme \(theme.name)")
                } else {
                    model.say("no theme \"\(name)\": \(Themes.names.joined(separator: " "))", .warn)
                }
            default: session.carryOut(command)
            }
        }
        return result
    }
}
