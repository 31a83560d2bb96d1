import ArgumentParser
import Dashboard
import Glibc
import KafkaClient
import LocalCluster
import Terminal
import TerminalUI

/// `klamm`: shows a cluster. Alone it starts or joins the bundled cluster.
struct DashboardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: "Show a cluster on the screen: the bundled one, or any Kafka by --bootstrap-server.")

    @Option(name: .customLong("bootstrap-server"), help: "Brokers of the cluster to show, host:port,…")
    var bootstrapServer: String?

    @Option(help: "Directory of the bundled cluster.")
    var clusterDir: String?

    @Option(help: "Where to look for free ports from, when the bundled cluster is made; 0: any.")
    var port: Int?

    @Flag(help: "Produce and consume like a small notification service meanwhile.")
    var demo = false

    @Option(help: "Events per second of the demo.")
    var demoRate: Double = 500

    @Flag(help: "Change nothing; looking only.")
    var readOnly = false

    @Option(help: "A theme by name, or a theme file.")
    var theme = "klamm-dark"

    @Flag(help: "Leave the mouse to the terminal.")
    var noMouse = false

    @Flag(help: "ASCII signs only.")
    var ascii = false

    func run() async throws {
        CrashReports.startAgainNonInteractive()
        let environment = Surroundings.variables
        var options = ScreenOptions(environment: environment)
        options.usesMouse = !noMouse
        options.forcesASCII = ascii
        guard let chosen = Themes.named(theme) else {
            let names = Themes.names.joined(separator: ", ")
            throw ValidationError("There is no theme `\(theme)`: choose one of \(names).")
        }
        options.theme = chosen
        let mailbox = Mailbox<Dashboard.Message>()
        let session = try Session(
            bootstrap: bootstrapServer, directory: clusterDir, firstPort: port, isReadOnly: readOnly,
            demoRate: demo ? demoRate : nil, mailbox: mailbox)
        let status = try await ScreenLoop.run(options, mailbox: mailbox) { abilities in
            session.begin()
            return DashboardProgram(session: session, abilities: abilities)
        }
        await session.end()
        throw ExitCode(status)
    }
}

/// What the process was given by its surroundings.
enum Surroundings {
    /// The environment.
    static var variables: [String: String] {
        var found: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { found[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return found
    }

    /// Where journal, events and histories lie (XDG base directory specification); the directory is made. Nil when it
    /// cannot be.
    static var stateDirectory: String? {
        let variables = variables
        guard let base = variables["XDG_STATE_HOME"] ?? variables["HOME"].map({ $0 + "/.local/state" }) else {
            return nil
        }
        var path = ""
        for part in (base + "/klamm").split(separator: "/") {
            path += "/" + part
            mkdir(path, 0o700)
        }
        return access(path, W_OK) == 0 ? path : nil
    }
}
