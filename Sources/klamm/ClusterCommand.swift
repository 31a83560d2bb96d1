import ArgumentParser
import Dashboard
import Glibc
import LocalCluster

/// The bundled cluster without a screen.
struct ClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster", abstract: "Start, stop, break and mend the bundled cluster.",
        discussion:
            "Where klamm.properties says cluster.bundled.read.only = true, only start, status and stop of all brokers "
            + "are taken: they leave everything as it was stored. All else is refused.",
        subcommands: [
            Start.self, Stop.self, Status.self, Kill.self, Restart.self, Pause.self, Resume.self, AddBroker.self,
            RemoveBroker.self, Reset.self,
        ])

    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start all brokers that do not run, and wait until they are ready.",
            discussion: "One that does not start does not hold up the others; why is told, and the exit code is 1.")
        @OptionGroup var options: ClusterOptions
        @Option(help: "How many brokers a new cluster gets (default: 3).") var brokers: Int?
        @Option(help: "Where looking for free ports begins; 0: anywhere (default: 9092).") var port: Int?

        func validate() throws {
            guard port.map({ (0...65535).contains($0) }) ?? true else {
                throw ValidationError("--port must be between 0 and 65535")
            }
        }

        func run() async throws {
            let started = try await options.cluster.start(brokers: brokers, firstPort: port)
            StatusReport.print(started.status, options.output)
            try Failure.report(started.failures)
        }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End all brokers in order, or some.",
            discussion: "All brokers are ended also where the cluster is read-only, some are not.")
        @OptionGroup var options: ClusterOptions
        @Argument(help: "The brokers' ids; all brokers when they are left out.") var brokers: [Int32] = []

        func run() async throws {
            guard brokers.isEmpty else {
                return try await options.onEach(
                    brokers, "stop", { .stopBroker($0) }, done: "is stopped", state: "stopped"
                ) { cluster, id in
                    if try await !cluster.stop(id) { Console.note("killed after waiting in vain: broker \(id)") }
                }
            }
            if let reason = options.readOnlyReason {
                Console.note("the cluster is read-only by \(reason): it is stopped as a whole, and keeps everything")
            }
            var killed: [Int32] = []
            try await options.noting("stop the cluster") { killed = try await options.cluster.stop() }
            if !killed.isEmpty {
                Console.note("killed after waiting in vain: broker \(killed.map { "\($0)" }.joined(separator: ", "))")
            }
            options.output.done("The cluster in \(options.directory) is stopped.", json: ["stopped": true])
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show every broker of the bundled cluster.")
        @OptionGroup var options: ClusterOptions

        func run() async throws { StatusReport.print(try await options.cluster.status(), options.output) }
    }

    struct Kill: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End brokers at once with SIGKILL, as a crash would.")
        @OptionGroup var options: ClusterOptions
        @Argument(help: "The brokers' ids.") var brokers: [Int32]

        func run() async throws {
            try await options.onEach(brokers, "kill −9", { .killBroker($0) }, done: "is killed", state: "stopped") {
                try await $0.kill($1)
            }
        }
    }

    struct Restart: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End brokers in order if they run, and start them again.")
        @OptionGroup var options: ClusterOptions
        @Argument(help: "The brokers' ids.") var brokers: [Int32]
        @Flag(help: "One after the other, each when all replicas are in sync again; ends when one does not come back.")
        var rolling = false

        func run() async throws {
            let ids = brokers
            let words = "restart \(ClusterOptions.words(ids))"
            try options.refuseIfReadOnly(words)
            guard !rolling else {
                try await options.noting(words, ids) { try await restartInTurn() }
                return options.report(ids, done: "runs", state: "running")
            }
            var failures: [StartFailure] = []
            try await options.noting(words, ids, failures: { failures }) {
                failures = try await options.cluster.restart(ids)
            }
            let up = ids.filter { id in !failures.contains { $0.broker == id } }
            options.report(up, done: "runs", state: "running")
            try Failure.report(failures)
        }

        private func restartInTurn() async throws {
            let client = options.client(of: try await options.cluster.status().brokers)
            let items = await RollingRestart(options.cluster, client).run(brokers) { items in
                for item in items { Console.note("\(item.name): \(item.failure ?? item.detail)") }
            }
            await client.close()
            if items.contains(where: { $0.failure != nil }) { throw Failure.failed }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Freeze brokers with SIGSTOP: connections stay open, nothing answers.")
        @OptionGroup var options: ClusterOptions
        @Argument(help: "The brokers' ids.") var brokers: [Int32]

        func run() async throws {
            try await options.onEach(brokers, "pause", { .pauseBroker($0) }, done: "is paused", state: "paused") {
                try await $0.pause($1)
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let paused brokers go on.")
        @OptionGroup var options: ClusterOptions
        @Argument(help: "The brokers' ids.") var brokers: [Int32]

        func run() async throws {
            try await options.onEach(brokers, "resume", { .resumeBroker($0) }, done: "goes on", state: "running") {
                try await $0.resume($1)
            }
        }
    }

    struct AddBroker: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add-broker",
            abstract: "Add a broker that observes the metadata quorum; start it if others run.")
        @OptionGroup var options: ClusterOptions

        func run() async throws {
            var id: Int32 = 0
            try options.refuseIfReadOnly("add a broker")
            try await options.noting("add a broker") { id = try await options.cluster.addBroker() }
            options.output.done("Broker \(id) is added.", json: ["id": .number(id)])
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Kill all brokers and remove everything they have stored.")
        @OptionGroup var options: ClusterOptions
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try options.refuseIfReadOnly("reset the cluster")
            guard yes || asked() else {
                Console.note("nothing is removed; --yes removes without asking")
                throw Failure.failed
            }
            try await options.noting("reset the cluster") { try await options.cluster.reset() }
            options.output.done("The cluster in \(options.directory) is removed.", json: ["removed": true])
        }

        private func asked() -> Bool {
            guard isatty(STDIN_FILENO) == 1 else { return false }
            Console.note("Remove the cluster in \(options.directory) with all its data? [y/N]")
            return readLine()?.lowercased().hasPrefix("y") ?? false
        }
    }
}
