import Broker
import KafkaProtocol
import LogStorage
import NIOCore
import TestSupport

/// A bug that a broker could have, put into a run from outside: what its messages say or its disk does is changed just as
/// the bug would change it. The checks must find every one of them.
package enum PlantedBug: String, CaseIterable, Sendable {
    /// Followers do not say what epoch their last record has, so nobody notices that logs differ.
    case truncationWithoutEpochs = "truncation-without-epochs"
    /// Leaders answer acks=all as they answer acks=1.
    case earlyAcknowledgement = "early-acknowledgement"
    /// Voters grant every vote that they are asked for.
    case secondVote = "second-vote"
    /// Leaders take an in-sync set for decided that the controller has not heard of.
    case staleInSyncSet = "stale-in-sync-set"
    /// The vote is not synced to disk.
    case unsyncedVote = "unsynced-vote"
    /// A broker that lost power claims to have all that it held, as one that was only killed may. Shows when another broker
    /// goes while it comes back, in one seed of thirty or so: `swift test` leaves it to longer runs.
    case unnoticedPowerLoss = "unnoticed-power-loss"

    /// The plan of a run that gives the bug a chance to show.
    func fit(_ plan: RunPlan) -> RunPlan {
        var plan = plan
        switch self {
        case .unsyncedVote:
            plan.leaveOnlyMetadata()
            plan.faultPace = 20...300
        case .truncationWithoutEpochs, .staleInSyncSet, .earlyAcknowledgement:
            plan.isMetadataOnly = false
            plan.producers = max(1, plan.producers)
            plan.weights = [(.kill, 5), (.isolate, 5), (.storm, 1)]
        case .unnoticedPowerLoss:
            plan.isMetadataOnly = false
            plan.producers = max(1, plan.producers)
            // With two replicas whoever comes back is the other one's only successor.
            plan.producers = 3
            plan.producerPace = 1...20
            plan.replicas = 2
            plan.minInSync = 2
            // A log with a hole gives the loss away.
            plan.segmentBytes = 1_048_576
            plan.faultPace = 300...1_200
            plan.weights = [(.power, 10), (.kill, 10)]
        case .secondVote: plan.weights += [(.split, 5), (.isolate, 5)]
        }
        return plan
    }

    /// How a broker with the bug sees its disk.
    func view(_ disk: SimulatedDisk) -> any Disk {
        switch self {
        case .unsyncedVote: return ForgetfulDisk(disk)
        case .unnoticedPowerLoss: disk.hideCrashes(keeping: "/data/running")
        default: break
        }
        return disk
    }

    var tampering: (any Tampering)? {
        switch self {
        case .truncationWithoutEpochs, .earlyAcknowledgement: BuggySender(self)
        default: nil
        }
    }

    /// Changes how a broker that is about to start answers, and what it does after each turn.
    func tamper(_ node: BrokerNode, _ router: RequestRouter, _ process: SimulatedProcess) {
        switch self {
        case .secondVote: grantEveryVote(router)
        case .staleInSyncSet:
            let stale = StaleInSyncSets(node, process.clock)
            let watch = process.afterTurn
            process.afterTurn = {
                stale.advanceHighWatermarks()
                watch?()
            }
        default: break
        }
    }

    private func grantEveryVote(_ router: RequestRouter) {
        router.on(VoteRequest.self) { request in
            var partition = VoteRequest.Answer()
            partition.known.leaderEpoch = request.body.topics.first?.partitions.first?.candidateEpoch ?? 0
            partition.voteGranted = true
            var response = VoteResponse()
            response.topics = [NamedTopic(.metadataTopic, [partition])]
            request.reply(response)
        }
    }
}

/// Requests as a sender with a bug makes them.
private final class BuggySender: Tampering {
    private let bug: PlantedBug

    init(_ bug: PlantedBug) { self.bug = bug }

    func tamper<R: KafkaRequest>(_ request: R, from: Int32) -> R {
        switch (bug, request) {
        case (.truncationWithoutEpochs, var fetch as FetchRequest) where fetch.askingReplicaID >= 0:
            for topic in fetch.topics.indices where fetch.topics[topic].topicID != .metadataTopic {
                for index in fetch.topics[topic].partitions.indices {
                    fetch.topics[topic].partitions[index].lastFetchedEpoch = -1
                }
            }
            return fetch as? R ?? request
        case (.earlyAcknowledgement, var produce as ProduceRequest) where produce.acks == -1:
            produce.acks = 1
            return produce as? R ?? request
        default: return request
        }
    }
}

/// Moves high watermarks by the in-sync sets of a second ago.
private final class StaleInSyncSets {
    private struct Seen {
        let since: Int64
        let isr: [BrokerID]
    }

    private unowned let node: BrokerNode
    private let clock: any Clock
    private var history: [TopicPartition: [Seen]] = [:]

    init(_ node: BrokerNode, _ clock: any Clock) {
        self.node = node
        self.clock = clock
    }

    func advanceHighWatermarks() {
        for (name, partition) in node.replicas.partitions {
            guard partition.isLeader else { continue }
            var seen = history[name] ?? []
            if seen.last?.isr != partition.state.isr { seen.append(Seen(since: clock.now, isr: partition.state.isr)) }
            while seen.count > 1, seen[1].since <= clock.now - 1_000 { seen.removeFirst() }
            history[name] = seen
            let held = partition.followers.filter { seen[0].isr.contains($0.key) }.map { $0.value.logEndOffset ?? 0 }
            let lowest = min(partition.log.logEndOffset, held.min() ?? .max)
            guard lowest > partition.log.highWatermark else { continue }
            partition.log.setHighWatermark(lowest)
            node.replicas.operations.check(name)
        }
    }
}
