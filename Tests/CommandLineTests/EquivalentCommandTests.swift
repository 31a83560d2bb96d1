import ArgumentParser
import Dashboard
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard
@testable import klamm

/// Every plan on the screen names a command: the real parser must take it, and understand what the plan sends.
@Suite struct EquivalentCommandTests {
    private static let (a0, a1, b2) = (TopicPartition("a", 0), TopicPartition("a", 1), TopicPartition("b.c-d_e", 2))
    private static let cluster = ["--bootstrap-server", "host-1:9092,host-2:9092"]

    /// The calls of a change as the parser reads them.
    private func parse<C>(_ change: Change, as _: C.Type = C.self) throws -> [C] {
        let isProcess = change.equivalent.calls[0].path.first == "cluster"
        let common = isProcess ? ["--cluster-dir", "/some where"] : Self.cluster
        return try change.equivalent.calls.map { call in
            let command = try Klamm.parseAsRoot(call.words(common))
            if let options = (command as? any HasClientOptions)?.options {
                #expect(options.cluster.bootstrapServer == Self.cluster[1])
            }
            return try #require(command as? C, "\(call.words(common)) is a \(type(of: command))")
        }
    }

    private func one<C>(_ change: Change, as _: C.Type = C.self) throws -> C {
        let calls = try parse(change, as: C.self)
        #expect(calls.count == 1)
        return try #require(calls.first)
    }

    @Test func createTopic() throws {
        let configs = ["cleanup.policy": "compact,delete", "min.insync.replicas": "2"]
        let topic = NewTopic(name: "orders", partitions: 12, replicationFactor: 3, configs: configs)
        let command: TopicsCommand.Create = try one(.createTopic(topic))
        #expect(command.topics == ["orders"] && command.partitions == 12 && command.replicationFactor == 3)
        #expect(command.configs == ["cleanup.policy=compact,delete", "min.insync.replicas=2"])
        #expect(!command.validateOnly)
    }

    @Test func replay() throws {
        let message = ReadMessage(topic: "a", partition: 1, offset: 7, timestamp: 9, key: nil, value: [0xFF])
        let same = Replay([message], to: "b", keepsPartitions: true, keepsTimestamps: true)
        let command: ProduceCommand = try one(.replay(same))
        #expect(command.topic == "b" && command.json && command.keepPartitions && command.keepTimestamps)
        let line = try RecordLine.read(Array((same.equivalent.input ?? "").utf8), number: 1)
        #expect(line.partition == 1 && line.timestamp == 9 && line.key == nil && line.value?.buffer.readableBytes == 1)
    }

    /// What `y` then `c` copies is taken by the parser on every screen that offers it.
    @Test func copiedCommands() throws {
        var offered = 0
        for place in Place.examples {
            var model = Model(
                size: Size(width: 120, height: 40), now: 0,
                cluster: ClusterInfo(name: "a", isBundled: true, commandOptions: Self.cluster), connection: .live)
            model.place = place
            guard let command = CopyChoice.command(["1"], model) else { continue }
            offered += 1
            for call in command.calls { _ = try Klamm.parseAsRoot(call.words(Self.cluster)) }
        }
        #expect(offered > 10)
        let messages = [7, 8, 12].map {
            ReadMessage(topic: "a", partition: 1, offset: $0, timestamp: 9, key: nil, value: nil)
        }
        let reads = try CopyChoice.command(messages).calls.map {
            try #require(try Klamm.parseAsRoot($0.words(Self.cluster)) as? ConsumeCommand)
        }
        #expect(reads.map(\.from) == ["7", "12"] && reads.map(\.to) == ["8", "12"])
    }

    @Test func deleteTopics() throws {
        let command: TopicsCommand.Delete = try one(.deleteTopics(["a", "-begins-with-a-dash"]))
        #expect(command.topics == ["a", "-begins-with-a-dash"])
    }

    @Test func addPartitions() throws {
        let commands: [TopicsCommand.Alter] = try parse(.addPartitions(["b": 9, "a": 7]))
        #expect(commands.map(\.topic) == ["a", "b"] && commands.map(\.partitions) == [7, 9])
        #expect(commands.allSatisfy { $0.configs.isEmpty })
    }

    @Test func alterConfigs() throws {
        let changes = [ConfigChange(name: "retention.ms", value: "-1"), ConfigChange(name: "segment.ms", value: nil)]
        let command: ConfigsCommand.Alter = try one(.alterConfigs([.topic("a"), .topic("b"), .broker(3)], changes))
        #expect(command.topics == ["a", "b"] && command.brokers == [3] && command.groups.isEmpty)
        #expect(command.sets == ["retention.ms=-1"] && command.deletes == ["segment.ms"])
        #expect(!command.allBrokers && !command.validateOnly)
        let back = [ConfigAlteration(.topic("a"), [changes[0]]), ConfigAlteration(.topic("b"), [changes[1]])]
        let commands: [ConfigsCommand.Alter] = try parse(.alterConfigs(back))
        #expect(commands.map(\.topics) == [["a"], ["b"]] && commands.map(\.deletes) == [[], ["segment.ms"]])
    }

    @Test func purge() throws {
        let commands: [TopicsCommand.DeleteRecords] = try parse(.purge([Self.a0: 5, Self.b2: 9]))
        #expect(commands.map(\.topic) == ["a", "b.c-d_e"])
        #expect(commands.map(\.partition) == [0, 2] && commands.map(\.before) == [5, 9])
    }

    @Test(arguments: [false, true]) func electLeaders(_ unclean: Bool) throws {
        let command: TopicsCommand.ElectLeaders = try one(.electLeaders([Self.b2, Self.a1], unclean: unclean))
        #expect(command.partitions.map(\.partition) == [Self.a1, Self.b2] && command.topics.isEmpty)
        #expect(command.unclean == unclean)
    }

    @Test(arguments: [nil, 10 << 20, 12_345, 3 << 30] as [Int64?]) func reassign(_ throttle: Int64?) throws {
        let plan = [Self.a0: [Int32(4), 2], Self.b2: [1]]
        let change = Change.reassign(plan, throttle: throttle)
        let command: ReassignCommand.Execute = try one(change)
        #expect(command.file == "-" && command.throttle?.bytesPerSecond == throttle)
        let input = try #require(change.equivalent.input)
        #expect(try PlanFile.read(Array(input.utf8), name: "input") == plan)
    }

    @Test func cancelReassignment() throws {
        let command: ReassignCommand.Cancel = try one(.cancelReassignment([Self.a0, Self.b2]))
        #expect(command.partitions.map(\.partition) == [Self.a0, Self.b2] && command.file == nil && !command.all)
    }

    @Test func moveReplicas() throws {
        let change = Change.moveReplicas([Self.a0: "/data/b", Self.a1: "/more", Self.b2: "/data/b"], on: 3)
        let commands: [LogDirsCommand.Move] = try parse(change)
        #expect(commands.map(\.to) == ["/data/b", "/more"] && commands.map(\.broker) == [3, 3])
        #expect(commands.map { $0.partitions.map(\.partition) } == [[Self.a0, Self.b2], [Self.a1]])
    }

    @Test func throttles() throws {
        let set: ReassignCommand.Throttle = try one(.setThrottle(50 << 20))
        guard case .limit(let rate) = set.rate else { throw ValidationError("no rate") }
        #expect(rate.bytesPerSecond == 50 << 20)
        let removed: ReassignCommand.Throttle = try one(.removeThrottles)
        guard case .none = removed.rate else { throw ValidationError("not none") }
    }

    @Test func resetOffsets() throws {
        let offsets = [Self.a0: Int64(5), Self.a1: 0, Self.b2: 9]
        let change = Change.resetOffsets(group: "it's a group", offsets)
        let command: GroupsCommand.ResetOffsets = try one(change)
        #expect(command.group == "it's a group" && command.fromFile == "-" && !command.dryRun)
        let input = try #require(change.equivalent.input)
        #expect(try OffsetsFile.read(Array(input.utf8), name: "input") == offsets)
    }

    @Test func deleteGroups() throws {
        let command: GroupsCommand.Delete = try one(.deleteGroups(["a", "b"]))
        #expect(command.groups == ["a", "b"])
    }

    @Test func produce() throws {
        let record = NewRecord(
            topic: "a", partition: 3, key: Array("-k".utf8), value: [0, 255],
            headers: [
                RecordHeader(key: "h", value: Array("v=w".utf8)), RecordHeader(key: "n", value: nil),
                RecordHeader(key: "x", value: [254]),
            ], compression: "zstd", acks: 1, times: 4)
        let command: ProduceCommand = try one(.produce(record))
        #expect(command.topic == "a" && command.partition == 3 && command.key == "-k" && command.times == 4)
        #expect(command.hexValue?.bytes == [0, 255] && command.value == nil && !command.nullValue)
        #expect(command.headers == ["h=v=w"] && command.hexHeaders == ["x=fe"] && command.nullHeaders == ["n"])
        #expect(command.compression == "zstd" && command.acks == "1")
        let plain: ProduceCommand = try one(.produce(NewRecord(topic: "a", key: nil, value: Array("a\nb".utf8))))
        #expect(plain.value == "a\nb" && plain.key == nil && plain.acks == "all" && plain.times == 1)
        let deletion: ProduceCommand = try one(.produce(NewRecord(topic: "a", key: Array("k".utf8), value: nil)))
        #expect(deletion.nullValue && deletion.value == nil && deletion.key == "k")
    }

    @Test func brokers() throws {
        #expect(try one(.killBroker(2), as: ClusterCommand.Kill.self).brokers == [2])
        #expect(try one(.stopBroker(2), as: ClusterCommand.Stop.self).brokers == [2])
        #expect(try one(.startBrokers([1, 3]), as: ClusterCommand.Restart.self).brokers == [1, 3])
        #expect(try one(.pauseBroker(2), as: ClusterCommand.Pause.self).brokers == [2])
        #expect(try one(.resumeBroker(2), as: ClusterCommand.Resume.self).brokers == [2])
        #expect(try one(.addBroker, as: ClusterCommand.AddBroker.self).options.clusterDir == "/some where")
    }

    @Test func demo() throws {
        #expect(try one(.createDemo, as: DemoCommand.self).topicsOnly)
    }

    @Test func linesAreQuotedForAShell() {
        let change = Change.resetOffsets(group: "it's", [Self.a0: 5])
        #expect(
            change.equivalent.text(Self.cluster)
                == "klamm groups reset-offsets 'it'\\''s' --from-file=- --bootstrap-server host-1:9092,host-2:9092"
                + " <<< a,0,5")
        #expect(
            Change.purge([Self.a0: 5, Self.a1: 6]).equivalent.text()
                == "klamm topics delete-records a --partition 0 --before 5; "
                + "klamm topics delete-records a --partition 1 --before 6")
    }
}

/// Commands that talk to a cluster.
private protocol HasClientOptions {
    var options: ClientOptions { get }
}

extension TopicsCommand.Create: HasClientOptions {}
extension TopicsCommand.Delete: HasClientOptions {}
extension TopicsCommand.Alter: HasClientOptions {}
extension TopicsCommand.DeleteRecords: HasClientOptions {}
extension TopicsCommand.ElectLeaders: HasClientOptions {}
extension ConfigsCommand.Alter: HasClientOptions {}
extension LogDirsCommand.Move: HasClientOptions {}
extension ReassignCommand.Execute: HasClientOptions {}
extension ReassignCommand.Cancel: HasClientOptions {}
extension ReassignCommand.Throttle: HasClientOptions {}
extension GroupsCommand.ResetOffsets: HasClientOptions {}
extension GroupsCommand.Delete: HasClientOptions {}
extension ProduceCommand: HasClientOptions {}
extension DemoCommand: HasClientOptions {}
