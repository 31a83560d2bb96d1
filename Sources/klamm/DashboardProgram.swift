import ClusterInsight
import Dashboard
import KafkaClient
import Properties
import Terminal
import TerminalUI

/// What a dashboard begins with.
struct DashboardStart: Sendable {
    let settings: Settings
    let first: ShownCluster
    /// Whether the command line forbids changes, whichever cluster is shown.
    let isReadOnly: Bool
    /// Of the bundled cluster, when it is not the usual one.
    let bundledDirectory: String?
    let theme: ThemeInUse
    /// Whether the command line names it, for all clusters.
    let isThemeFixed: Bool
    /// What was left out of settings and theme.
    let warnings: [PropertiesError]
}

/// The dashboard as a program of the screen loop: events become messages, commands go to the session.
struct DashboardProgram: ScreenProgram {
    private let start: DashboardStart
    private let sessions: Sessions
    private var model: Model
    private var session: Session
    private var theme: ThemeInUse
    /// What was in view in the last frame.
    private var attention = Attention()
    private var nextLookAtTheme = ContinuousClock.now
    /// Ages on the screen are whole seconds. A picture comes each second anyway; without one the screen looks itself.
    private static let beat = Duration.milliseconds(1_050)
    private(set) var nextWake: ContinuousClock.Instant?

    /// Begins to watch: only now is there a screen, so that nothing is started for a terminal that cannot show it.
    init(_ start: DashboardStart, sessions: Sessions, abilities: ScreenAbilities) {
        self.start = start
        self.sessions = sessions
        theme = start.theme
        session = sessions.show(start.first)
        model = Self.model(start.first, start, size: abilities.size, glyphs: abilities.glyphs)
        model.say(start.warnings)
        nextWake = .now + Self.beat
        begin()
    }

    private static func model(_ cluster: ShownCluster, _ start: DashboardStart, size: Size, glyphs: GlyphSet) -> Model {
        var model = Model(
            size: size, now: WallClock.now(), cluster: cluster.info, connection: cluster.firstConnection,
            glyphs: glyphs, zone: start.settings.zone.zone(ofMachine: .machine), settings: start.settings)
        model.themes = Themes.names
        let keptInterval = Surroundings.stateDirectory.map { KeptInterval(directory: $0) }
        model.interval = keptInterval?.interval(insteadOf: start.settings.interval) ?? model.interval
        let first = start.first.info
        if !model.clusters.contains(where: { $0.name == first.name }) { model.clusters.append(first) }
        model.clusters = model.clusters.map { (try? named($0.name, start).info) ?? $0 }
        return model
    }

    private var keptInterval: KeptInterval? { Surroundings.stateDirectory.map { KeptInterval(directory: $0) } }

    private func begin() {
        session.begin()
        session.carryOut(.setInterval(milliseconds: model.interval))
    }

    mutating func handle(_ event: ScreenEvent<SessionMessage>) -> [ScreenCommand] {
        model.now = WallClock.now()
        switch event {
        case .key(let key):
            return carryOut(Update.update(&model, .key(key)))
        case .message(let message):
            guard message.session == session.number else { return [] }
            let before = model.latest
            let commands = Update.update(&model, message.message)
            if before !== model.latest {
                sessions.foresight.forget()
                Self.release(consume before)
            }
            return carryOut(commands) + rereadTheme()
        case .edited(let result):
            return carryOut(Update.update(&model, .edited(result.mapError { Dashboard.Failure($0.description) })))
        case .ran(let status):
            return carryOut(Update.update(&model, .proved(status)))
        case .wake:
            nextWake = .now + Self.beat
            return carryOut(Update.update(&model, .tick(model.now))) + rereadTheme()
        }
    }

    /// Lets a picture go on another thread: of a cluster of 100,000 partitions that takes longer than a frame may. Nobody
    /// here may hold it any more by then, or it would be let go here after all.
    private static func release(_ picture: consuming ClusterReport?) {
        Task.detached { [picture = consume picture] in withExtendedLifetime(picture) {} }
    }

    mutating func draw(size: Size, glyphs: GlyphSet) -> CellBuffer {
        model.size = size
        model.glyphs = glyphs
        nextWake = .now + untilNextChange
        let frame = View.frame(model)
        sessions.foresight.drew(model)
        if frame.attention != attention {
            attention = frame.attention
            session.carryOut(.attend(attention))
        }
        return frame.cells
    }

    /// How long the frame stays right by itself: until ages go on, a flash or a mark of change goes by.
    private var untilNextChange: Duration {
        let ends = [model.flash?.endsAt, model.latestChanges.endsAt].compactMap { $0 }.min()
        let beat = model.isLeftAlone ? .milliseconds(SourcePace.leftAlone) : Self.beat
        guard let ends else { return beat }
        return min(beat, max(.milliseconds(20), .milliseconds(ends - WallClock.now())))
    }

    private mutating func carryOut(_ commands: [Command]) -> [ScreenCommand] {
        var result: [ScreenCommand] = []
        for command in commands {
            switch command {
            case .quit: result.append(.quit(status: 0))
            case .suspend: result.append(.suspend)
            case .repaint: result.append(.repaint)
            case .bell: result.append(.bell)
            case .copy(let text): result.append(.copy(text))
            case .edit(let text): result.append(.edit(text))
            case .prove(let options): result.append(.run(ProveCommand.onItsOwn(options)))
            case .setTheme(let name): result += setTheme(name)
            case .previewTheme(let name):
                result.append(.use(name.flatMap { try? ThemeInUse($0).theme } ?? theme.theme))
            case .showCluster(let name): result += showCluster(name)
            case .setInterval(let milliseconds):
                keptInterval?.keep(milliseconds, insteadOf: start.settings.interval)
                session.carryOut(command)
            case .startAgain: result += showCluster(model.cluster.name, again: true)
            case .askCluster(let name): result += ask(name)
            default: session.carryOut(command)
            }
        }
        return result
    }

    private mutating func setTheme(_ name: String) -> [ScreenCommand] {
        do {
            theme = try ThemeInUse(name)
            Themes.keep(name, of: model.cluster.name, start.settings)
            model.say("theme \(theme.theme.name)")
            model.say(theme.warnings)
            return [.use(theme.theme)]
        } catch {
            model.say("\(error)", .warn)
            return []
        }
    }

    /// A theme being written is seen as it is saved, within a second.
    private mutating func rereadTheme() -> [ScreenCommand] {
        guard nextLookAtTheme <= .now else { return [] }
        nextLookAtTheme = .now + .seconds(1)
        guard theme.hasChanged else { return [] }
        do {
            try theme.readAgain()
            model.say("theme \(theme.theme.name) read again")
            model.say(theme.warnings)
            return [.use(theme.theme)]
        } catch {
            model.say("\(error)", .warn)
            return []
        }
    }

    private static func named(_ name: String, _ start: DashboardStart) throws -> ShownCluster {
        if name == start.first.chosen.name { return start.first }
        var chosen = try ChosenCluster(named: name, start.settings, directory: start.bundledDirectory)
        if start.isReadOnly { chosen.readOnlyReason = "--read-only" }
        return ShownCluster(chosen: chosen, firstPort: start.first.firstPort)
    }

    /// What errors say on the screen: the rest of the text is for a terminal with room, what the settings complained of at
    /// the start.
    private static func words(_ error: any Error) -> String {
        "\(error)".split(separator: "\n").first.map(String.init) ?? "\(error)"
    }

    /// Asks a cluster how it does; one that the settings do not know how to reach has answered already.
    private mutating func ask(_ name: String) -> [ScreenCommand] {
        do {
            sessions.ask(try Self.named(name, start), from: session)
            return []
        } catch {
            return carryOut(Update.update(&model, .clusterAnswered(name, .failed(Self.words(error)))))
        }
    }

    /// Begins anew with another cluster; only what belongs to the person stays.
    ///
    /// - Parameter again: though it is the one being shown.
    private mutating func showCluster(_ name: String, again: Bool = false) -> [ScreenCommand] {
        guard again || name != model.cluster.name else {
            model.say("\(name) is shown already")
            return []
        }
        do {
            let cluster = try Self.named(name, start)
            let before = model
            sessions.foresight.forget()
            session = sessions.show(cluster)
            attention = Attention()
            model = Self.model(cluster, start, size: before.size, glyphs: before.glyphs)
            model.keep(of: before)
            begin()
            guard !start.isThemeFixed else { return [] }
            let (shown, complaints) = Themes.shown(for: name, start.settings)
            theme = shown
            model.say(complaints)
            return [.use(shown.theme)]
        } catch {
            model.say(Self.words(error), .warn)
            return []
        }
    }
}
