import KafkaProtocol
import TestSupport

/// Commits ever higher offsets for a group, and asks for them again: what was acknowledged must not go back.
package final class SimulatedCommitter: SimulatedClient {
    private let group: String
    private let topic: String
    private var coordinator: BrokerID?
    private var attempted: Offset = 0
    private var acknowledged: Offset = -1
    package private(set) var isIdle = true

    package init(id: Int32, cluster: SimulatedCluster, checker: Checker, topic: String) {
        group = "group-\(id)"
        self.topic = topic
        super.init(id: id, cluster: cluster, checker: checker)
    }

    package func start() { nextLater() }

    private func nextLater() {
        after(dice.roll(20...200)) { [weak self] in
            guard let self, !isClosing else { return }
            isIdle = false
            guard let coordinator else { return find() }
            if dice.chance(600) { commit(at: coordinator) } else { look(at: coordinator) }
        }
    }

    private func done() {
        isIdle = true
        nextLater()
    }

    private func find() {
        var request = FindCoordinatorRequest()
        request.coordinatorKeys = [group]
        send(request, version: 4, to: anyBroker) { [weak self] response in
            guard let self else { return }
            if let found = response?.coordinators.first, found.errorCode == .none { coordinator = found.nodeID }
            done()
        }
    }

    private func commit(at broker: BrokerID) {
        attempted += 1
        let offset = attempted
        send(OffsetCommitRequest(offset, of: topic, group: group), version: 8, to: broker) { [weak self] response in
            guard let self else { return }
            let error = response?.topics.first?.partitions.first?.errorCode
            if error == ErrorCode.none {
                acknowledged = offset
                checker.commits += 1
            } else {
                note("\(group): commit of \(offset) to broker \(broker): \(error.map { "\($0)" } ?? "no answer")")
                coordinator = nil
            }
            done()
        }
    }

    private func look(at broker: BrokerID) {
        send(OffsetFetchRequest(of: topic, group: group), version: 8, to: broker) { [weak self] response in
            guard let self else { return }
            let answer = response?.groups.first
            if let answer, answer.errorCode == .none, let found = answer.topics.first?.partitions.first {
                let isOld = found.committedOffset < acknowledged && !checker.isDeposed(broker, asCoordinatorOf: group)
                if isOld || found.committedOffset > attempted {
                    checker.fail(
                        "\(group): broker \(broker) says that offset \(found.committedOffset) is committed, after "
                            + "\(acknowledged) was acknowledged (\(attempted) was the last tried)")
                }
            } else {
                coordinator = nil
            }
            done()
        }
    }
}
