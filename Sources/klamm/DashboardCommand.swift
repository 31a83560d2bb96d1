import ArgumentParser
import Dashboard
import Properties
import Terminal
import TerminalUI

/// `klamm`: shows a cluster. Alone it starts or joins the bundled cluster.
struct DashboardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: "Show a cluster on the screen: the bundled one, or any Kafka by --bootstrap-server or --cluster.",
        discussion: "Settings are read from $XDG_CONFIG_HOME/klamm/klamm.properties, else ~/.config/klamm.")

    @OptionGroup var choice: ClusterChoice

    @Option(help: "Where to look for free ports from, when the bundled cluster is made; 0: any.")
    var port: Int?

    @Flag(help: "Produce and consume like a small notification service meanwhile.")
    var demo = false

    @Option(help: "Events per second of the demo.")
    var demoRate: Double = 500

    @Flag(help: "Change nothing; looking only.")
    var readOnly = false

    @Option(help: "A theme by name, or a theme file, which is read again when it changes (default: klamm-dark).")
    var theme: String?

    @Flag(help: "Leave the mouse to the terminal.")
    var noMouse = false

    @Flag(help: "ASCII signs only.")
    var ascii = false

    @Option(help: ArgumentHelp("Write at the end how long frames took.", visibility: .hidden))
    var frameTimes: String?

    func run() async throws {
        CrashReports.startAgainNonInteractive()
        let settings = Surroundings.settings
        var shown = ShownCluster(chosen: try choice.chosen(settings), firstPort: port)
        if readOnly { shown.chosen.readOnlyReason = "--read-only" }
        if demo {
            if let reason = shown.chosen.readOnlyReason {
                throw ValidationError("--demo writes, and this cluster is read-only by \(reason).")
            }
            shown.demoRate = demoRate
        }
        let (chosen, complaints) = try chosenTheme(shown.chosen.name, settings)
        var options = ScreenOptions(environment: Surroundings.variables)
        options.usesMouse = settings.usesMouse && !noMouse
        options.forcesASCII = settings.forcesASCII || ascii
        options.theme = chosen.theme
        let times = frameTimes.map { _ in FrameTimes() }
        if let times { options.onFrame = { times.add($0) } }
        let mailbox = Mailbox<SessionMessage>()
        let sessions = Sessions(mailbox: mailbox)
        let start = DashboardStart(
            settings: settings, first: shown, isReadOnly: readOnly, bundledDirectory: choice.clusterDir, theme: chosen,
            isThemeFixed: theme != nil, warnings: settings.warnings + shown.chosen.warnings + complaints)
        let status = try await ScreenLoop.run(options, mailbox: mailbox) { abilities in
            DashboardProgram(start, sessions: sessions, abilities: abilities)
        }
        if let times, let frameTimes { times.write(to: frameTimes) }
        await sessions.end()
        throw ExitCode(status)
    }

    /// The theme to begin with. One that was asked for here must be there; others give way with a warning.
    private func chosenTheme(_ cluster: String, _ settings: Settings) throws -> (ThemeInUse, [PropertiesError]) {
        if let theme {
            let found = try ThemeInUse(theme)
            return (found, found.warnings)
        }
        return Themes.shown(for: cluster, settings)
    }
}
