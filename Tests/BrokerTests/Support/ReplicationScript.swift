import ClusterMetadata
import KafkaProtocol
import KafkaRecords
import NIOCore
import Simulation
import TestSupport
import Testing

@testable import Broker

/// Plays a script on whole brokers and writes down what the replicas of one partition say and do, so that replication can be
/// read. Brokers 1, 2 and 3 are the metadata quorum; the partition lies on 4, 5 and 6.
///
/// Lines that begin with `>` are commands:
/// `produce 4 a b` sends records to broker 4 with acks=all, `produce acks=1 4 a` with acks=1; `read 4` reads all that is
/// committed. `cut 6 4` breaks the links between 6 and 4, `cut 6` those of 6 to everybody, `heal` mends all. `kill 4`,
/// `lose power 4` and `start 4` are what they say. `elect 5` and `elect uncleanly` ask for elections, `config KEY VALUE` sets a
/// config of the topic. After each, time passes until nothing more happens; `wait` lets the limits for lagging and silent
/// brokers pass.
///
/// Requests that only repeat the one before are left out.
final class ReplicationScript: Witness {
    private let cluster = SimulatedCluster(
        size: 6, dice: Dice(seed: 1), trace: Trace(), settings: ["offsets.topic.num.partitions": "1"])
    private let client: SimulatedProcess
    private let topic = "t"
    private var key: TopicPartition { TopicPartition(topic, 0) }
    private var topicID: TopicID { image.topicIDs[topic] ?? .zero }
    private var image = MetadataImage()
    private var state: PartitionState?
    /// Lines of this millisecond, by who says them, as nothing else orders what happens at the same time.
    private var pending: [(who: BrokerID, line: String)] = []
    private var time: Int64 = 0
    private var lines: [String] = []
    private var lastFetch: [BrokerID: String] = [:]
    private var seen: [BrokerID: (end: Offset, highWatermark: Offset)] = [:]
    private var proposed: [BrokerID]?

    private init() {
        client = SimulatedProcess(id: 9, clock: cluster.clock)
        // Every way takes as long, so that answers come after what they answer.
        cluster.network.maxDelay = 0
        let everyone = cluster.brokers.map(\.id) + [client.id]
        for from in everyone { for to in everyone { cluster.network.extraDelay[[from, to]] = 1 } }
    }

    /// The script with what really happened after each command.
    static func play(_ script: String) throws -> String {
        let player = ReplicationScript()
        try player.begin()
        for line in script.split(separator: "\n") where line.hasPrefix(">") {
            player.flush()
            player.lines.append(String(line))
            try player.obey(line.dropFirst().split(separator: " ").map(String.init))
        }
        player.flush()
        player.cluster.network.witness = nil
        return player.lines.joined(separator: "\n")
    }

    private func begin() throws {
        cluster.prepare = { [unowned self] broker, node, _, process in
            node.metadata.observe { [unowned self] image, _ in applied(image) }
            process.afterTurn = { [unowned self, unowned broker] in look(at: broker) }
        }
        for broker in cluster.brokers { try cluster.start(broker) }
        pass(10_000)
        let answer = call(CreateTopicsRequest(.init(topic, on: [[4, 5, 6]])), 7, to: 1)
        try #require(answer?.topics.map(\.errorCode) == [ErrorCode.none])
        pass(2_000)
        flush()
        lines = []
        cluster.network.witness = self
    }

    // MARK: Commands

    private func obey(_ words: [String]) throws {
        let numbers = words.compactMap { BrokerID($0) }
        switch words.first {
        case "produce": produce(words)
        case "read": read(from: numbers[0])
        case "cut": cut(numbers)
        case "heal": cluster.network.cut = []
        case "kill": cluster.kill(cluster[numbers[0]])
        case "lose": cluster.kill(cluster[numbers[0]], power: 0)
        case "start": try cluster.start(cluster[numbers[0]])
        case "elect": elect(numbers.first)
        case "config": configure(words[1], words[2])
        case "wait": pass(6_000)
        default: say(0, "unknown command \(words)")
        }
        pass(1_000)
    }

    private func cut(_ ends: [BrokerID]) {
        let others = ends.count > 1 ? [ends[1]] : cluster.brokers.map(\.id).filter { $0 != ends[0] }
        for other in others { cluster.network.cut.formUnion([[ends[0], other], [other, ends[0]]]) }
    }

    private func produce(_ words: [String]) {
        let isSafe = words[1] != "acks=1"
        let rest = words.dropFirst(isSafe ? 1 : 2)
        guard let broker = rest.first.flatMap({ BrokerID($0) }) else { return say(0, "produce to whom?") }
        var builder = RecordBatchBuilder()
        for word in rest.dropFirst() {
            builder.append(timestamp: cluster.clock.wall, value: ByteBuffer(string: word))
        }
        let request = ProduceRequest(try? builder.build().bytes, to: topic, acks: isSafe ? -1 : 1, timeoutMs: 900)
        send(request, 11, to: broker) { [unowned self] response in
            let answer = response?.responses.first?.partitionResponses.first
            let code = answer?.errorCode ?? .networkException
            let outcome = code == .none ? "stored at \(answer?.baseOffset ?? -1)" : "\(code)"
            say(client.id, "\(broker) → client: \(outcome)")
        }
    }

    private func read(from broker: BrokerID) {
        send(FetchRequest(id: topicID), 16, to: broker) { [unowned self] response in
            guard let answer = response?.responses.first?.partitions.first else { return say(client.id, "no answer") }
            let batches = try? RecordBatchReader.all(answer.records ?? ByteBuffer())
            let values = (try? batches?.flatMap { try $0.records() }) ?? []
            let text = values.map { $0.value.map { String(buffer: $0) } ?? "-" }.joined(separator: " ")
            say(client.id, "\(broker) → client: " + (answer.errorCode == .none ? text : "\(answer.errorCode)"))
        }
    }

    private func elect(_ preferred: BrokerID?) {
        var request = ElectLeadersRequest()
        request.electionType = preferred == nil ? 1 : 0
        request.timeoutMs = 2_000
        request.topicPartitions = [.init(topic, [0])]
        _ = call(request, 2, to: 1)
    }

    private func configure(_ name: String, _ value: String) {
        var config = IncrementalAlterConfigsRequest.Resource.Config()
        config.name = name
        config.value = value
        var resource = IncrementalAlterConfigsRequest.Resource()
        resource.resourceType = 2
        resource.resourceName = topic
        resource.configs = [config]
        var request = IncrementalAlterConfigsRequest()
        request.resources = [resource]
        _ = call(request, 1, to: 1)
    }

    // MARK: Time and requests

    private func pass(_ milliseconds: Int64) {
        let end = cluster.clock.now + milliseconds
        while cluster.clock.step(until: end) {}
    }

    private func send<R: KafkaRequest>(
        _ request: R, _ version: Int16, to broker: BrokerID, _ done: @escaping (R.Response?) -> Void
    ) {
        cluster.network.peers(of: client).send(
            request, version: version, to: Endpoint(host: "broker", port: Int(broker)), lane: .controller,
            timeout: 10_000
        ) { done(try? $0.get()) }
    }

    private func call<R: KafkaRequest>(_ request: R, _ version: Int16, to broker: BrokerID) -> R.Response? {
        var answer: R.Response?
        send(request, version, to: broker) { answer = $0 }
        let end = cluster.clock.now + 10_000
        while answer == nil, cluster.clock.step(until: end) {}
        return answer
    }

    // MARK: What happens

    private func say(_ who: BrokerID, _ line: String) {
        if cluster.clock.now != time { flush() }
        time = cluster.clock.now
        pending.append((who, line))
    }

    private func flush() {
        let order = pending.indices.sorted { (pending[$0].who, $0) < (pending[$1].who, $1) }
        lines += order.map { pending[$0].line }
        pending = []
    }

    private func look(at broker: SimulatedBroker) {
        guard let partition = broker.node?.replicas.partition(key) else { return seen[broker.id] = nil }
        // A leader may hear that its proposal is decided after others do.
        if partition.isLeader, let new = partition.proposedISR, new != proposed, new != state?.isr {
            proposed = new
            say(broker.id, "\(broker.id) → controller: ISR \(new)?")
        }
        let log = partition.log
        let before = seen[broker.id]
        let now = (end: log.logEndOffset, highWatermark: log.highWatermark)
        seen[broker.id] = now
        if let before, now.end < before.end { say(broker.id, "    \(broker.id) truncates to \(now.end)") }
        if now.end > before?.end ?? now.end {
            let epoch = log.epochs.epoch(at: now.end - 1) ?? -1
            say(broker.id, "    \(broker.id) appends \(before?.end ?? 0)..<\(now.end) in epoch \(epoch)")
        }
        if let before, now.highWatermark != before.highWatermark {
            say(broker.id, "    \(broker.id) has high watermark \(now.highWatermark)")
        }
    }

    private func applied(_ image: MetadataImage) {
        guard image.offset > self.image.offset else { return }
        self.image = image
        guard let now = image.topic(named: topic)?[0], now != state else { return }
        state = now
        proposed = nil
        let eligible = now.eligible.isEmpty ? "" : ", eligible \(now.eligible)"
        let last = now.lastLeader < 0 ? "" : ", last leader \(now.lastLeader)"
        let recovering = now.isRecovering ? ", elected uncleanly" : ""
        let leader = now.leader < 0 ? "no leader" : "leader \(now.leader)"
        say(0, "    decided: epoch \(now.leaderEpoch), \(leader), ISR \(now.isr)\(eligible)\(last)\(recovering)")
    }

    func asked<R: KafkaRequest>(_ request: R, from: Int32, to: Int32) {
        guard let fetch = request as? FetchRequest, fetch.askingReplicaID >= 0,
            let part = fetch.topics.first(where: { $0.topicID == topicID })?.partitions.first
        else { return }
        let last = part.lastFetchedEpoch < 0 ? "" : ", after epoch \(part.lastFetchedEpoch)"
        let line = "\(from) → \(to): fetch from \(part.fetchOffset)\(last), in epoch \(part.currentLeaderEpoch)"
        if lastFetch[from] != line { say(from, line) }
        lastFetch[from] = line
    }

    func answered<R: KafkaRequest>(_ response: R.Response, to request: R, from: Int32, to: Int32) {
        guard let fetch = response as? FetchResponse, (request as? FetchRequest)?.askingReplicaID ?? -1 >= 0,
            let part = fetch.responses.first(where: { $0.topicID == topicID })?.partitions.first
        else { return }
        if part.errorCode != .none { return say(to, "\(from) → \(to): \(part.errorCode)") }
        if part.divergingEpoch.epoch >= 0 {
            let (epoch, end) = (part.divergingEpoch.epoch, part.divergingEpoch.endOffset)
            return say(to, "\(from) → \(to): here epoch \(epoch) ends at \(end)")
        }
        let batches = (try? RecordBatchReader.all(part.records ?? ByteBuffer())) ?? []
        let records = batches.map { "\($0.baseOffset)..<\($0.nextOffset) of epoch \($0.partitionLeaderEpoch)" }
        let text = records.isEmpty ? "nothing new" : records.joined(separator: ", ")
        say(to, "\(from) → \(to): \(text), high watermark \(part.highWatermark)")
    }
}
