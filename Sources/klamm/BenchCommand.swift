import ArgumentParser
import Glibc
import LocalCluster

/// `klamm bench`: figures of this machine, from a cluster of its own.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure a fresh three-broker cluster on this machine.",
        discussion: """
            Starts a cluster in a temporary directory, measures start, memory, rates, latencies and failover, and removes \
            it again. Everything shares this machine: client, brokers and disk.
            """)

    @Option(help: "Seconds for each rate.")
    var seconds: Double = 5

    @Option(help: "How to print results.")
    var output = OutputFormat.table

    func validate() throws {
        guard seconds > 0, seconds <= 600 else { throw ValidationError("--seconds must be above 0 and at most 600") }
    }

    func run() async throws {
        var template = Array(("/tmp/klamm-bench-" + String(repeating: "X", count: 6)).utf8CString)
        guard mkdtemp(&template) != nil else { throw ValidationError("no directory can be made in /tmp") }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let directory = ClusterDirectory(path)
        let cluster = ManagedCluster(directory)
        // Ends the brokers also when this process is killed.
        var bench = ClusterBench(cluster: cluster, lifeline: try Lifeline(), seconds: seconds)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await bench.run())
        } catch {
            outcome = .failure(error)
        }
        try await cluster.reset()
        unlink(directory.lockFile)
        rmdir(path)
        try outcome.get()
        bench.report.print(output)
    }
}
