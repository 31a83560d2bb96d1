import KafkaProtocol

/// Takes leaders' new in-sync sets to the controller (AlterPartition, KIP-497): one request at a time with all that has
/// come together, so that the controller decides on each in order.
final class IsrProposals {
    /// What one proposal rests on.
    struct Proposal {
        let partition: Partition
        let isr: [BrokerID]
        let leaderEpoch: Epoch
        let partitionEpoch: Int32
    }

    private let nodeID: BrokerID
    private let channel: ControllerChannel
    private let clock: any Clock
    private let log: NodeLog
    private let brokerEpoch: () -> Int64
    private let memberEpoch: (BrokerID) -> Int64
    /// Called after each answer, with the partition whose set changed or was refused.
    private let settled: (Partition) -> Void
    private var waiting: [Proposal] = []
    /// Refusals after which newer metadata is on its way and ends the proposal.
    private static let metadataFollows: Set<ErrorCode> = [
        .unknownTopicOrPartition, .unknownTopicId, .fencedLeaderEpoch, .invalidUpdateVersion, .invalidRequest,
        .newLeaderElected,
    ]
    private var inFlight = false

    init(
        nodeID: BrokerID, channel: ControllerChannel, clock: any Clock, log: NodeLog,
        brokerEpoch: @escaping () -> Int64, memberEpoch: @escaping (BrokerID) -> Int64,
        settled: @escaping (Partition) -> Void
    ) {
        self.nodeID = nodeID
        self.channel = channel
        self.clock = clock
        self.log = log
        self.brokerEpoch = brokerEpoch
        self.memberEpoch = memberEpoch
        self.settled = settled
    }

    /// Proposes `isr` for a partition led here; until the answer both sets count.
    func propose(_ isr: [BrokerID], for partition: Partition) {
        partition.proposedISR = isr
        waiting.append(
            Proposal(
                partition: partition, isr: isr, leaderEpoch: partition.leaderEpoch,
                partitionEpoch: partition.state.partitionEpoch))
        send()
    }

    private func send() {
        guard !inFlight else { return }
        let batch = waiting.filter { $0.isCurrent }
        waiting.removeAll()
        guard !batch.isEmpty else { return }
        inFlight = true
        let client = ClientInfo(clientID: "broker-\(nodeID)", host: "/127.0.0.1")
        channel.send(request(batch), version: 3, client: client, timeout: 5_000) { [weak self] result in
            self?.answered(batch, result)
        }
    }

    private func request(_ batch: [Proposal]) -> AlterPartitionRequest {
        var request = AlterPartitionRequest()
        request.brokerID = nodeID
        request.brokerEpoch = brokerEpoch()
        for (topic, proposals) in Dictionary(grouping: batch, by: { $0.partition.topicID }) {
            var entry = AlterPartitionRequest.Topic()
            entry.topicID = topic
            entry.partitions = proposals.map { proposal in
                var one = AlterPartitionRequest.Topic.Partition()
                one.partitionIndex = proposal.partition.topicPartition.partition
                one.leaderEpoch = proposal.leaderEpoch
                one.partitionEpoch = proposal.partitionEpoch
                one.newIsrWithEpochs = proposal.isr.map { id in
                    var member = AlterPartitionRequest.Topic.Partition.Member()
                    member.brokerID = id
                    member.brokerEpoch = memberEpoch(id)
                    return member
                }
                return one
            }
            request.topics.append(entry)
        }
        return request
    }

    private func answered(_ batch: [Proposal], _ result: Result<AlterPartitionResponse, ErrorCode>) {
        inFlight = false
        guard case .success(let response) = result, response.errorCode == .none else {
            if case .success(let response) = result { log.warn("AlterPartition refused: \(response.errorCode)") }
            // The same again: until the controller answers, both sets must count.
            waiting = batch.filter(\.isCurrent) + waiting
            clock.schedule(after: 50) { [weak self] in self?.send() }
            return
        }
        for proposal in batch where proposal.isCurrent {
            let answer = response.topics.first { $0.topicID == proposal.partition.topicID }?.partitions
                .first { $0.partitionIndex == proposal.partition.topicPartition.partition }
            settle(proposal, answer)
        }
        send()
    }

    private func settle(_ proposal: Proposal, _ answer: AlterPartitionResponse.Topic.Partition?) {
        let partition = proposal.partition
        let error = answer?.errorCode ?? .unknownServerError
        if error == .none, let answer {
            // A decision that ends a reassignment begins a leader epoch of its own. It is in force, but not here before
            // metadata bring it: until then whoever was proposed counts.
            guard answer.leaderEpoch == partition.leaderEpoch else { return }
            partition.proposedISR = nil
            if answer.partitionEpoch > partition.state.partitionEpoch {
                partition.state.isr = answer.isr
                // The answer does not carry the eligible leaders. Nobody is both; the rest comes with metadata.
                partition.state.eligible.removeAll(where: answer.isr.contains)
                partition.state.partitionEpoch = answer.partitionEpoch
                partition.state.isRecovering = answer.leaderRecoveryState == 1
                log.info("\(partition.topicPartition): ISR is \(answer.isr)")
            }
        } else if error == .ineligibleReplica || error == .operationNotAttempted {
            partition.proposedISR = nil
        } else if !Self.metadataFollows.contains(error) {
            waiting.append(proposal)
            clock.schedule(after: 50) { [weak self] in self?.send() }
        }
        settled(partition)
    }
}

extension IsrProposals.Proposal {
    /// Whether the partition still stands where the proposal found it.
    fileprivate var isCurrent: Bool {
        partition.isLeader && partition.leaderEpoch == leaderEpoch && partition.proposedISR == isr
            && partition.state.partitionEpoch == partitionEpoch
    }
}
