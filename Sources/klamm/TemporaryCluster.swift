import ArgumentParser
import Glibc
import LocalCluster

/// A bundled cluster for one command, in a directory of its own that is removed afterwards.
enum TemporaryCluster {
    /// Runs `body` with a cluster that is not started yet. Its brokers end also when this process is killed, as long as
    /// they are started with the lifeline.
    ///
    /// - Parameter keeps: whether the data are of use for finding out what went wrong.
    static func with<T: Sendable>(
        _ name: String, keepingDataIf keeps: (T) -> Bool = { _ in false },
        _ body: (ManagedCluster, Lifeline) async throws -> T
    ) async throws -> T {
        var template = Array(("/tmp/\(name)-" + String(repeating: "X", count: 6)).utf8CString)
        guard mkdtemp(&template) != nil else { throw ValidationError("no directory can be made in /tmp") }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let directory = ClusterDirectory(path)
        let cluster = ManagedCluster(directory)
        let outcome: Result<T, any Error>
        do {
            outcome = .success(try await body(cluster, try Lifeline()))
        } catch {
            outcome = .failure(error)
        }
        if case .success(let value) = outcome, keeps(value) {
            _ = try await cluster.stop()
            Console.note("the brokers' data and logs are kept in \(path)")
            return value
        }
        try await cluster.reset()
        unlink(directory.lockFile)
        rmdir(path)
        return try outcome.get()
    }
}
