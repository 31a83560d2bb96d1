import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore
import TestSupport

@testable import Broker

/// A short life of a whole broker, with a model beside it: start, topics, records, commits, flushes, rolls, compaction,
/// retention, DeleteRecords, truncation, a stop in order, and a second start. Cut short at an operation of its disk, it ends there.
final class BrokerCourse {
    /// A topic of one partition.
    enum Topic: String, CaseIterable {
        /// Nothing is synced before it is acknowledged; old segments go.
        case plain
        /// Synced before it is acknowledged.
        case synced
        /// Synced, and of each key only the last is kept.
        case compacted
        /// Synced, and truncated as a follower does.
        case truncated

        var configs: [String: String] {
            var configs = ["segment.bytes": "500", "index.interval.bytes": "150"]
            if self == .plain { configs["retention.bytes"] = "900" } else { configs["flush.messages"] = "1" }
            if self == .compacted {
                configs["cleanup.policy"] = "compact"
                configs["min.cleanable.dirty.ratio"] = "0.01"
            }
            return configs
        }
    }

    /// Of a broker that has nothing to do by itself.
    static let quiet = [
        "broker.session.timeout.ms": "900", "broker.heartbeat.interval.ms": "300", "offsets.topic.num.partitions": "1",
    ]
    private static let settings = quiet.merging([
        "log.cleaner.backoff.ms": "250", "log.retention.check.interval.ms": "300", "log.initial.task.delay.ms": "100",
        "replica.high.watermark.checkpoint.interval.ms": "200", "log.flush.offset.checkpoint.interval.ms": "400",
        "log.segment.delete.delay.ms": "100",
    ]) { $1 }

    let disk: SimulatedDisk
    /// Values by the offset they were acknowledged at.
    private(set) var acknowledged: [Topic: [Offset: String]] = [:]
    /// Where each topic may begin at most.
    private(set) var highestStart: [Topic: Offset] = [:]
    private(set) var created: Set<Topic> = []
    /// The position that a group has committed, and the one that it was about to.
    private(set) var committed: Offset = -1
    private(set) var nextCommitted: Offset = -1
    /// Why it is over, when it is.
    private(set) var end: String?
    private(set) var broker: LoneBroker?
    private var sent: [Topic: Int] = [:]

    init(on disk: SimulatedDisk) { self.disk = disk }

    func run() {
        start()
        for topic in Topic.allCases { create(topic) }
        for _ in 0..<8 { for topic in Topic.allCases { produce(to: topic) } }
        commit(5)
        pass(700)
        truncate()
        deleteRecords(before: 3)
        for topic in Topic.allCases { produce(to: topic) }
        pass(700)
        stop()
        start()
        for topic in Topic.allCases { produce(to: topic) }
        commit(7)
        pass(300)
    }

    /// Ends the process, where it has not ended.
    func kill() {
        broker?.kill()
        disk.killProcess()
    }

    // MARK: What a broker does

    private var isOver: Bool {
        if end == nil, disk.isHalted { end = "the disk is gone" }
        return end != nil
    }

    private func step(_ body: (LoneBroker) throws -> Void) {
        guard !isOver, let broker else { return }
        do { try body(broker) } catch { end = end ?? "\(error)" }
    }

    private func pass(_ time: Int64) {
        step { broker in broker.run(for: time) { isOver } }
    }

    private func start() {
        guard !isOver else { return }
        do {
            let new = try LoneBroker(Self.settings, on: disk, waiting: false) { [weak self] reason in
                self?.end = self?.end ?? reason
            }
            broker = new
            new.run(for: 5_000) { isOver || new.node.lifecycle.state == .running }
        } catch {
            end = end ?? "\(error)"
        }
    }

    private func stop() {
        step { broker in
            var isStopped = false
            broker.node.stop(timeout: 500) { isStopped = true }
            broker.run(for: 3_000) { isStopped || isOver }
            if isStopped { broker.kill() }
        }
    }

    private func ask<R: KafkaRequest>(_ request: R, _ version: Int16) throws -> R.Response? {
        guard !isOver, let broker else { return nil }
        return try broker.ask(request, version, within: 2_000)
    }

    private func create(_ topic: Topic) {
        step { _ in
            let answer = try ask(CreateTopicsRequest(.init(topic.rawValue, configs: topic.configs)), 7)
            guard answer?.topics.first?.errorCode == ErrorCode.none else { return }
            created.insert(topic)
            // The answer is there before the log is.
            pass(20)
        }
    }

    private func produce(to topic: Topic) {
        let number = sent[topic, default: 0]
        sent[topic] = number + 1
        step { broker in
            var builder = RecordBatchBuilder()
            let key = topic == .compacted ? ByteBuffer(string: "k\(number % 3)") : nil
            builder.append(timestamp: broker.clock.wall, key: key, value: ByteBuffer(string: "\(number)"))
            let request = ProduceRequest(try builder.build().bytes, to: topic.rawValue)
            guard let answer = try ask(request, 11)?.responses.first?.partitionResponses.first,
                answer.errorCode == .none
            else { return }
            acknowledged[topic, default: [:]][answer.baseOffset] = "\(number)"
            if topic == .plain { highestStart[topic] = answer.baseOffset + 1 }
        }
    }

    private func commit(_ offset: Offset) {
        step { broker in
            let request = OffsetCommitRequest(offset, of: Topic.synced.rawValue, group: "g")
            nextCommitted = offset
            // The topic of the groups is made with the first one.
            for _ in 0..<40 where committed != offset && !isOver {
                _ = try ask(Self.coordinatorSearch, 2)
                if try ask(request, 8)?.topics.first?.partitions.first?.errorCode == ErrorCode.none {
                    committed = offset
                } else {
                    broker.run(for: 50) { isOver }
                }
            }
        }
    }

    /// Makes the topic of the groups, when there is none.
    static var coordinatorSearch: FindCoordinatorRequest {
        var request = FindCoordinatorRequest()
        request.key = "g"
        return request
    }

    private func deleteRecords(before offset: Offset) {
        step { _ in
            var partition = DeleteRecordsRequest.Partition()
            partition.offset = offset
            var request = DeleteRecordsRequest()
            request.topics = [NamedTopic(Topic.synced.rawValue, [partition])]
            request.timeoutMs = 1_000
            highestStart[.synced] = offset
            _ = try ask(request, 2)
        }
    }

    private func truncate() {
        step { broker in
            guard let log = broker.node.logs.log(TopicPartition(Topic.truncated.rawValue, 0)) else { return }
            let target = max(0, log.logEndOffset - 3)
            acknowledged[.truncated] = acknowledged[.truncated]?.filter { $0.key < target }
            try log.truncate(to: target, now: broker.clock.wall)
        }
    }
}
