import ClusterInsight
import Dashboard
import Glibc
import TerminalUI

/// Measures the dashboard on generated clusters: what many topics, partitions and groups cost.
struct ScaleBench {
    var report = BenchReport()
    private let sizes: [GeneratedCluster.Size]

    init(_ sizes: [GeneratedCluster.Size]) { self.sizes = sizes }

    static let usual = [
        GeneratedCluster.Size(topics: 1_000, partitions: 10, groups: 1_000),
        GeneratedCluster.Size(topics: 10_000, partitions: 10, groups: 5_000),
    ]

    mutating func run() async throws {
        for size in sizes {
            report.begin(size.words)
            guard let cluster = GeneratedProcess(size) else {
                Console.note("the generated cluster cannot be started")
                return
            }
            defer { cluster.stop() }
            try await measure(size, cluster.bootstrap)
            try await planning(size, cluster.bootstrap)
            try await worstMoment(size, cluster)
        }
    }

    private mutating func measure(_ size: GeneratedCluster.Size, _ bootstrap: String) async throws {
        let began = ContinuousClock.now
        try await watch(bootstrap, size.words) { bench, terminal in
            terminal.type("3")
            var seen = ""
            guard let rows = try await terminal.wait(for: ["topic-000"], since: began, timeout: .seconds(60), &seen)
            else { return Console.note("the dashboard did not show any topic within 60 s") }
            bench.report.add("\(size.words): first rows", rows, "Topics, from the start of the process")
            // The first rounds read everything.
            try await terminal.drain(for: .seconds(12))
            for (key, screen) in [("1", "Overview"), ("3", "Topics"), ("4", "Partitions"), ("5", "Groups")] {
                terminal.type(key)
                try await terminal.drain(for: .seconds(3))
                guard let idle = try await ScreenBench.idle(terminal) else { return }
                bench.report.add(
                    "\(size.words): processor, \(screen)", idle.processorPercent, .percent, "of one core, idle")
                bench.report.add(
                    "\(size.words): memory, \(screen)", Double(idle.residentBytes), .bytes, "resident")
            }
            terminal.type("3")
            try await terminal.drain(for: .seconds(2))
            try await bench.keys(size.words, terminal, presses: Self.presses)
            if size.topics == bench.sizes.first?.topics { try await bench.leftAlone(size, terminal) }
        }
    }

    /// A move of all partitions as somebody plans it: from each key to what it shows.
    private mutating func planning(_ size: GeneratedCluster.Size, _ bootstrap: String) async throws {
        let what = "\(size.words), planning a move"
        try await watch(bootstrap, what) { bench, terminal in
            terminal.type("7")
            try await terminal.drain(for: .seconds(15))
            let steps = [
                ("R", "Move which", "choice"), ("\r", "STRATEGY", "strategies"), ("\r", "BEFORE", "preview"),
            ]
            for (key, text, step) in steps {
                let began = ContinuousClock.now
                terminal.type(key)
                var seen = ""
                guard let time = try await terminal.wait(for: [text], since: began, timeout: .seconds(60), &seen) else {
                    return Console.note("the dashboard did not show the \(step) within 60 s")
                }
                bench.report.add("\(what): \(step)", time, "all partitions, from the key")
                try await terminal.drain(for: .seconds(5))
            }
        }
    }

    /// The same screen while two of the three brokers go, which is when somebody looks: every partition is hurt then.
    private mutating func worstMoment(_ size: GeneratedCluster.Size, _ cluster: GeneratedProcess) async throws {
        let what = "\(size.words), brokers going"
        try await watch(cluster.bootstrap, what) { bench, terminal in
            try await terminal.drain(for: .seconds(15))
            for broker in GeneratedCluster.brokers.dropFirst().reversed() {
                cluster.stop(broker)
                for screen in ["1", "2", "4", "3"] {
                    terminal.type(screen)
                    try await terminal.drain(for: .seconds(3))
                }
                try await bench.keys("\(what), \(broker) gone", terminal, presses: Self.presses / 2)
            }
        }
    }

    /// Runs the dashboard on a cluster while it is looked at, and reports how long its frames took.
    private mutating func watch(
        _ bootstrap: String, _ what: String, _ look: (inout ScaleBench, PseudoTerminal) async throws -> Void
    ) async throws {
        let times = FrameTimes.File()
        defer { times.remove() }
        let arguments = ["dashboard", "--bootstrap-server", bootstrap, "--frame-times", times.path]
        guard let terminal = PseudoTerminal(arguments) else { return Console.note("no terminal can be opened") }
        do {
            try await look(&self, terminal)
        } catch {
            terminal.stop()
            throw error
        }
        terminal.stop()
        guard let frames = times.read() else { return Console.note("the dashboard did not write its frame times") }
        report.add("\(what): frame p50", frames.p50, "\(frames.count) frames, drawn and shown")
        let longest = Format.decimal(frames.longest / .milliseconds(1), places: 1)
        report.add("\(what): frame p99", frames.p99, "the longest \(longest) ms")
    }

    /// What a screen costs that nobody touches for long.
    private mutating func leftAlone(_ size: GeneratedCluster.Size, _ terminal: PseudoTerminal) async throws {
        terminal.type("1")
        try await terminal.drain(for: .milliseconds(DashboardLimits.leftAlone + 10_000))
        guard let idle = try await ScreenBench.idle(terminal, for: .seconds(120)) else { return }
        report.add("\(size.words): processor, left alone", idle.processorPercent, .percent, "of one core, Overview")
    }

    /// How often keys are pressed: 30 s of somebody who moves through a list, so that all rounds of asking are met.
    private static let presses = 300

    /// From a key to the frame that answers it, while the cluster is being asked.
    private mutating func keys(_ what: String, _ terminal: PseudoTerminal, presses: Int) async throws {
        // From the top, so that no step scrolls: the bar would stay where it is.
        terminal.type("g")
        try await terminal.drain(for: .milliseconds(500))
        var times = LatencyHistogram()
        var missed = 0
        for press in 0..<presses {
            // The bar before the row under the cursor is drawn only where the cursor comes to.
            if let time = terminal.answer(to: press / 20 % 2 == 0 ? "j" : "k", holding: "▌") {
                times.add(time)
            } else {
                missed += 1
            }
            try await terminal.drain(for: .milliseconds(100))
        }
        let note = missed == 0 ? "\(times.count) keys, 10 a second" : "\(missed) of \(presses) keys unanswered"
        for (share, label) in [(0.5, "p50"), (0.99, "p99")] {
            if let time = times.quantile(share) { report.add("\(what): key to frame \(label)", time, note) }
        }
    }
}
