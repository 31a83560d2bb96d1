import KafkaProtocol

/// Makes brokers voters of the metadata quorum and takes their votes away: at random, as long as one is left. Where they
/// are configured, it takes them into the log first.
package final class SimulatedVoterAdmin: SimulatedClient {
    /// Its own dice, so that runs without it stay as they are.
    private let choices: Dice
    private var mustUpgrade: Bool
    /// Changes that were answered without an error.
    package private(set) var changes = 0

    package init(id: Int32, cluster: SimulatedCluster, checker: Checker, choices: Dice, mustUpgrade: Bool = false) {
        self.choices = choices
        self.mustUpgrade = mustUpgrade
        super.init(id: id, cluster: cluster, checker: checker)
    }

    package func start() {
        after(choices.roll(20...800)) { [weak self] in
            guard let self, !isClosing else { return }
            look()
            start()
        }
    }

    private var someBroker: BrokerID { choices.pick(cluster.brokers).id }

    private func look() {
        var request = DescribeQuorumRequest()
        request.topics = [NamedTopic(.metadataTopic, [.init()])]
        send(request, version: 2, to: someBroker) { [weak self] response in
            guard let self, let quorum = response?.topics.first?.partitions.first, quorum.errorCode == .none,
                !isClosing
            else { return }
            change(quorum)
        }
    }

    private func change(_ quorum: DescribeQuorumResponse.Partition) {
        if mustUpgrade, choices.chance(300) { return upgrade() }
        let isEnough = quorum.currentVoters.count > 1
        if isEnough, quorum.observers.isEmpty || choices.chance(500) {
            remove(choices.pick(quorum.currentVoters))
        } else if !quorum.observers.isEmpty {
            add(choices.pick(quorum.observers))
        }
    }

    private func add(_ node: DescribeQuorumResponse.ReplicaState) {
        var request = AddRaftVoterRequest()
        request.timeoutMs = Int32(timeout)
        request.voterID = node.replicaID
        request.voterDirectoryID = node.replicaDirectoryID
        request.listeners = [QuorumLeaderEndpoint(name: "PLAINTEXT", host: "broker", port: UInt16(node.replicaID))]
        send(request, version: 0, to: someBroker) { [weak self] response in
            self?.ended("add voter \(node.replicaID)", response?.errorCode)
        }
    }

    private func remove(_ node: DescribeQuorumResponse.ReplicaState) {
        var request = RemoveRaftVoterRequest()
        request.voterID = node.replicaID
        request.voterDirectoryID = node.replicaDirectoryID
        send(request, version: 0, to: someBroker) { [weak self] response in
            self?.ended("remove voter \(node.replicaID)", response?.errorCode)
        }
    }

    private func upgrade() {
        var update = UpdateFeaturesRequest.Update()
        update.feature = "kraft.version"
        update.maxVersionLevel = 1
        var request = UpdateFeaturesRequest()
        request.featureUpdates = [update]
        request.timeoutMs = Int32(timeout)
        send(request, version: 2, to: someBroker) { [weak self] response in
            guard let self else { return }
            if response?.errorCode == ErrorCode.none { mustUpgrade = false }
            ended("take the voters into the log", response?.errorCode)
        }
    }

    private func ended(_ what: String, _ error: ErrorCode?) {
        note("\(what): \(error.map { "\($0)" } ?? "no answer")")
        if error == ErrorCode.none { changes += 1 }
    }
}
