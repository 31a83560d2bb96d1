import Foundation
import KafkaClient
import KafkaProtocol

/// librdkafka's mock cluster in a Python process: three brokers that somebody else wrote.
final class MockCluster: Sendable {
    let bootstrap: String
    private let end: @Sendable () -> Void

    private static let script = """
        import sys
        from confluent_kafka.admin import AdminClient
        client = AdminClient({'test.mock.num.brokers': 3, 'bootstrap.servers': 'x', 'log_level': 0})
        brokers = client.list_topics(timeout=10).brokers.values()
        print(','.join(f'{b.host}:{b.port}' for b in brokers), flush=True)
        sys.stdin.read()
        """

    /// Whether Python has confluent-kafka.
    static let isAvailable: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import confluent_kafka"]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    init() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.script]
        let output = Pipe()
        let input = Pipe()
        process.standardOutput = output
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while true {
            let byte = output.fileHandleForReading.readData(ofLength: 1)
            if byte.isEmpty || byte == Data([10]) { break }
            line.append(byte)
        }
        bootstrap = String(decoding: line, as: UTF8.self)
        let writing = input.fileHandleForWriting
        // The process ends with its input.
        end = { try? writing.close() }
    }

    deinit { end() }

    func client() throws -> KafkaClient {
        guard let addresses = BrokerAddress.list(bootstrap) else { throw ClientError.invalid(bootstrap) }
        var configuration = ClientConfiguration(bootstrap: addresses)
        configuration.callTimeout = .seconds(60)
        // The mock offers flexible versions of the group APIs that it then reads as if they were not.
        configuration.highestVersions = [.joinGroup: 5, .syncGroup: 3, .heartbeat: 3, .leaveGroup: 3]
        return KafkaClient(configuration)
    }
}
