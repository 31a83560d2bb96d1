import Foundation
import KafkaClient
import KafkaProtocol
import NIOCore
import TestSupport
import Testing

/// `klamm broker` as on several machines: each with a server.properties written by hand as for Kafka, an address and a
/// directory of its own. The addresses are of the loopback network, so that one machine is enough to try it.
@Suite(.serialized) struct SeveralMachinesTests {
    private static let clusterID = "severalMachinesTestQ1w"

    @Test(.timeLimit(.minutes(15)))
    func threeMachinesAndOneMore() async throws {
        try await wholeMachine {
            let machines = try Machines(clusterID: Self.clusterID)
            defer { machines.remove() }
            for id in 1...3 { try machines.start(Int32(id)) }
            let client = KafkaClient(ClientConfiguration(bootstrap: [machines.address(1), machines.address(3)]))
            try await poll("three brokers") { try await Self.running(client) == 3 ? true : nil }
            let described = try await client.describeCluster()
            #expect(Set(described.brokers.map(\.host)) == ["127.0.0.1", "127.0.0.2", "127.0.0.3"])
            #expect(described.brokers.compactMap(\.rack).sorted() == ["r1", "r2", "r3"])
            _ = try await client.createTopics([NewTopic("t", partitions: 4, replicationFactor: 3)])["t"]?.get()
            try await Self.write(client, 0..<100)

            // A machine more, as in Kafka's scale-out: it knows where the quorum is, and takes partitions over.
            try machines.start(4)
            try await poll("a fourth broker") { try await Self.running(client) == 4 ? true : nil }
            var moves: [TopicPartition: [BrokerID]?] = [:]
            for partition: Int32 in 0..<4 { moves[TopicPartition("t", partition)] = [4, 2, 3] }
            for outcome in await client.reassign(moves).values { _ = try outcome.get() }
            try await poll("the partitions are on 4") {
                let found = try await client.describeTopics(["t"])["t"]?.get().partitions
                return found?.allSatisfy { $0.replicas == [4, 2, 3] && $0.isr.count == 3 } == true ? true : nil
            }
            // The first machine is gone for good; everything goes on without it.
            machines.kill(1)
            try await Self.write(client, 100..<200)
            #expect(try await Self.read(client) == Set(0..<200))
            await client.close()
        }
    }

    private struct Quorum: Decodable {
        struct Node: Decodable { let id: Int32 }
        let voters: [Node]
        let observers: [Node]
    }

    private struct Features: Decodable {
        struct Feature: Decodable {
            let name: String
            let finalized: Int?
        }
        let features: [Feature]
    }

    /// Configured voters go into the log (kraft.version 1), where a fourth one joins them and the first one leaves.
    @Test(.timeLimit(.minutes(15)))
    func configuredVotersAreUpgradedAndReplaced() async throws {
        try await wholeMachine {
            let machines = try Machines(clusterID: Self.clusterID)
            defer { machines.remove() }
            for id in 1...4 { try machines.start(Int32(id)) }
            let client = KafkaClient(ClientConfiguration(bootstrap: [machines.address(2), machines.address(3)]))
            try await poll("four brokers") { try await Self.running(client) == 4 ? true : nil }
            _ = try await client.createTopics([NewTopic("t", partitions: 4, replicationFactor: 3)])["t"]?.get()

            for change in [["add", "4"], ["remove", "1"]] {
                let refused = try await Self.klamm(["quorum"] + change, machines)
                #expect(
                    refused.status == 1 && refused.errors.contains("klamm features upgrade kraft.version 1"),
                    "\(refused.errors)")
            }
            let upgrade = ["features", "upgrade", "kraft.version", "1"]
            // A leader that has just been elected must have heard of every voter.
            for arguments in [upgrade + ["--dry-run"], upgrade, upgrade] {
                try await poll("\(arguments)") { try await Self.klamm(arguments, machines).status == 0 ? true : nil }
            }
            try await poll("kraft.version 1 at every broker") {
                let told = try await Self.json(["features", "describe"], Features.self, machines)
                return told.features.contains { $0.name == "kraft.version" && $0.finalized == 1 } ? true : nil
            }
            let back = try await Self.klamm(["features", "downgrade", "kraft.version", "0"], machines)
            #expect(back.status == 1 && back.errors.contains("cannot be lowered"), "\(back.errors)")

            for change in [["add", "4"], ["remove", "1"]] {
                let done = try await Self.klamm(["quorum"] + change, machines)
                #expect(done.status == 0, "\(change): \(done.errors)")
            }
            #expect(try await Self.quorum(machines).voters.map(\.id) == [2, 3, 4])
            machines.kill(1)
            try await Self.write(client, 0..<100)

            // What the log says holds after a restart too, whatever the configuration says.
            for id: Int32 in 2...4 { machines.kill(id) }
            for id: Int32 in 2...4 { try machines.start(id) }
            try await poll("three brokers") { try await Self.running(client) == 3 ? true : nil }
            try machines.start(1)
            try await poll("the first machine observes") {
                let quorum = try await Self.quorum(machines)
                let isWell = quorum.voters.map(\.id) == [2, 3, 4] && quorum.observers.map(\.id) == [1]
                return isWell ? true : nil
            }
            try await Self.write(client, 100..<200)
            #expect(try await Self.read(client) == Set(0..<200))
            await client.close()
        }
    }

    private static func klamm(_ arguments: [String], _ machines: Machines) async throws -> KlammBinary.Outcome {
        let servers = [machines.address(2), machines.address(3)].map { "\($0.host):\($0.port)" }
        return try await KlammBinary.run(arguments + ["--bootstrap-server", servers.joined(separator: ",")])
    }

    private static func json<T: Decodable>(_ arguments: [String], _: T.Type, _ machines: Machines) async throws -> T {
        let outcome = try await klamm(arguments + ["--output", "json"], machines)
        try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
        return try JSONDecoder().decode(T.self, from: Data(outcome.output.utf8))
    }

    private static func quorum(_ machines: Machines) async throws -> Quorum {
        try await json(["quorum", "describe"], Quorum.self, machines)
    }

    private static func running(_ client: KafkaClient) async throws -> Int {
        try await client.describeCluster().brokers.count { !$0.isFenced }
    }

    private static func write(_ client: KafkaClient, _ numbers: Range<Int>) async throws {
        let producer = Producer(client)
        for number in numbers {
            let record = ProducerRecord(
                topic: "t", partition: Int32(number % 4), value: ByteBuffer(string: "\(number)"))
            try await producer.enqueue(record)
        }
        await producer.close()
    }

    private static func read(_ client: KafkaClient) async throws -> Set<Int> {
        let consumer = Consumer(client)
        try await consumer.assign(topic: "t", from: .earliest)
        var found: Set<Int> = []
        let deadline = Deadline.now + .seconds(60)
        while found.count < 200, .now < deadline {
            let records = try await consumer.poll(timeout: .milliseconds(200)).records
            found.formUnion(records.compactMap { $0.record.value.flatMap { Int(String(buffer: $0)) } })
        }
        await consumer.close()
        return found
    }
}

/// Directories and processes that stand for machines.
private final class Machines {
    private let directory: URL
    private let clusterID: String
    /// Free on all addresses when they were asked for, one for clients and one for controllers.
    private let ports: (Int, Int)
    private var processes: [Int32: Process] = [:]

    init(clusterID: String) throws {
        self.clusterID = clusterID
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("klamm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        func free() throws -> Int {
            let address = try SilentListener.refusingAddress()
            return try #require(address.split(separator: ":").last.flatMap { Int($0) })
        }
        ports = (try free(), try free())
    }

    func address(_ id: Int32) -> BrokerAddress { BrokerAddress(host: "127.0.0.\(id)", port: ports.0) }

    func start(_ id: Int32) throws {
        let voters = (1...3).map { "\($0)@127.0.0.\($0):\(ports.1)" }.joined(separator: ",")
        let text = """
            process.roles=\(id <= 3 ? "broker,controller" : "broker")
            node.id=\(id)
            cluster.id=\(clusterID)
            broker.rack=r\(id)
            controller.quorum.voters=\(voters)
            listeners=PLAINTEXT://127.0.0.\(id):\(ports.0),CONTROLLER://127.0.0.\(id):\(ports.1)
            advertised.listeners=PLAINTEXT://127.0.0.\(id):\(ports.0)
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
            log.dirs=\(directory.path)/\(id)
            """
        let file = directory.appendingPathComponent("\(id).properties")
        try text.write(to: file, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = KlammBinary.url
        process.arguments = ["broker", "--config", file.path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        processes[id] = process
    }

    func kill(_ id: Int32) {
        guard let process = processes.removeValue(forKey: id) else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func remove() {
        for id in processes.keys { kill(id) }
        try? FileManager.default.removeItem(at: directory)
    }
}
