import ArgumentParser

/// `klamm bench`: figures of this machine, from a cluster of its own.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure a fresh three-broker cluster on this machine.",
        discussion: """
            Starts a cluster in a temporary directory, measures start, memory, rates, latencies, transactions, groups, \
            compaction and failover, and removes it again. Everything shares this machine: client, brokers and disk.

            With --scale it measures the dashboard instead, on generated clusters of 1,000 and 10,000 topics, then \
            while two of their three brokers go, and following a million messages a minute.
            """)

    @Option(help: "Seconds for each rate.")
    var seconds: Double = 5

    @Flag(help: "Measure the dashboard on generated clusters; takes a quarter of an hour.")
    var scale = false

    @Option(help: "How to print results.")
    var output = OutputFormat.table

    func validate() throws {
        guard seconds > 0, seconds <= 600 else { throw ValidationError("--seconds must be above 0 and at most 600") }
    }

    func run() async throws {
        if scale {
            var bench = ScaleBench(ScaleBench.usual)
            try await bench.run()
            bench.report.add(
                try await TemporaryCluster.with("klamm-bench") { cluster, lifeline in
                    var bench = TailBench(cluster: cluster, lifeline: lifeline)
                    try await bench.run()
                    return bench.report
                })
            return bench.report.print(output)
        }
        let report = try await TemporaryCluster.with("klamm-bench") { cluster, lifeline in
            var bench = ClusterBench(cluster: cluster, lifeline: lifeline, seconds: seconds)
            try await bench.run()
            return bench.report
        }
        report.print(output)
    }
}
