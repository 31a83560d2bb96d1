import KafkaProtocol
import TestSupport

/// Makes and deletes topics, moves partitions, cancels moves, elects preferred leaders: at random, and never waiting for
/// one to be done before the next.
package final class SimulatedAdmin: SimulatedClient {
    private let pace: ClosedRange<Int64>
    private let topics: [String]
    private let minInSync: Int
    private var made = 0
    /// Topics of its own, which it may delete.
    private var own: [String] = []

    /// - Parameters:
    ///   - topics: those that live as long as the run.
    ///   - minInSync: `min.insync.replicas` of those that do not, as far as they have the replicas.
    package init(
        id: Int32, cluster: SimulatedCluster, checker: Checker, topics: [String], minInSync: Int,
        pace: ClosedRange<Int64>
    ) {
        self.topics = topics
        self.minInSync = minInSync
        self.pace = pace
        super.init(id: id, cluster: cluster, checker: checker)
    }

    package func start() { actLater() }

    /// Makes the topics that live as long as the run, and calls `done` when they are there.
    package func prepare(_ configs: [String: String], replicas: Int16, partitions: Int32, _ done: @escaping () -> Void)
    {
        let names = topics.filter { checker.image.topicIDs[$0] == nil }
        guard !names.isEmpty else { return done() }
        create(names, configs, replicas, partitions) { [weak self] in
            self?.after(100) { [weak self] in self?.prepare(configs, replicas: replicas, partitions: partitions, done) }
        }
    }

    private func actLater() {
        after(dice.roll(pace)) { [weak self] in
            guard let self, !isClosing else { return }
            act()
            actLater()
        }
    }

    private func act() {
        switch dice.index(below: 10) {
        case 0, 1: make()
        case 2: delete()
        case 3, 4, 5: move()
        case 6: cancel()
        default: elect()
        }
    }

    private func create(
        _ names: [String], _ configs: [String: String], _ replicas: Int16, _ partitions: Int32,
        _ done: @escaping () -> Void
    ) {
        var request = CreateTopicsRequest()
        request.timeoutMs = Int32(timeout)
        request.topics = names.map { name in
            // A leader whose clock lags must not refuse for good what producers mean to send again.
            let all = configs.merging(["message.timestamp.after.max.ms": "\(Int64.max)"]) { $1 }
            return .init(name, partitions: partitions, factor: replicas, configs: all)
        }
        send(request, version: 7, to: anyBroker) { [weak self] response in
            self?.note("create \(names): \(response.map { "\($0.topics.map(\.errorCode))" } ?? "no answer")")
            done()
        }
    }

    private func make() {
        guard own.count < 4 else { return }
        // Few names, so that topics are made again under the name of one that was deleted.
        let name = "passing-\(made % 3)"
        made += 1
        own.append(name)
        let replicas = Int16(dice.roll(1...Int64(min(3, cluster.brokers.count))))
        create([name], ["min.insync.replicas": "\(min(Int(replicas), minInSync))"], replicas, 2) {}
    }

    private func delete() {
        guard let name = own.popLast() else { return }
        checker.deletions.insert(name)
        var topic = DeleteTopicsRequest.Topic()
        topic.name = name
        var request = DeleteTopicsRequest()
        request.topics = [topic]
        request.timeoutMs = Int32(timeout)
        send(request, version: 6, to: anyBroker) { [weak self] response in
            self?.note("delete \(name): \(response.map { "\($0.responses.map(\.errorCode))" } ?? "no answer")")
        }
    }

    private func move() {
        let name = dice.pick(topics + own)
        let everyone = dice.shuffled(cluster.brokers.map(\.id))
        let count = checker.image.topic(named: name)?.partitions.first?.replicas.count ?? 3
        reassign(name, to: Array(everyone.prefix(max(1, min(count, everyone.count, 3)))))
    }

    private func cancel() { reassign(dice.pick(topics + own), to: nil) }

    private func reassign(_ name: String, to replicas: [BrokerID]?) {
        var partition = AlterPartitionReassignmentsRequest.Partition()
        partition.partitionIndex = Int32(dice.index(below: 2))
        partition.replicas = replicas
        var topic = AlterPartitionReassignmentsRequest.Topic()
        topic.name = name
        topic.partitions = [partition]
        var request = AlterPartitionReassignmentsRequest()
        request.timeoutMs = Int32(timeout)
        request.topics = [topic]
        send(request, version: 0, to: anyBroker) { [weak self] response in
            let outcome = response?.responses.first?.partitions.first?.errorCode
            self?.note(
                "move \(name)-\(partition.partitionIndex) to \(replicas.map { "\($0)" } ?? "where it was"): "
                    + (outcome.map { "\($0)" } ?? "no answer"))
        }
    }

    private func elect() {
        var request = ElectLeadersRequest()
        request.timeoutMs = Int32(timeout)
        request.topicPartitions = nil
        send(request, version: 2, to: anyBroker) { [weak self] response in
            self?.note("elect preferred leaders: \(response.map { "\($0.errorCode)" } ?? "no answer")")
        }
    }
}
