import ClusterInsight
import KafkaClient
import KafkaProtocol
import LocalCluster

/// What is read of the quorum more rarely than who leads it.
struct QuorumMore {
    var features: [String: FeatureDescription] = [:]
    /// How long the election of this epoch took, milliseconds.
    var election: Int64?
    var snapshot: QuorumSnapshot.Checkpoint?
    fileprivate var at: Timestamp = 0
    fileprivate var epoch: Epoch = -1

    /// How often, milliseconds.
    fileprivate static let interval: Int64 = 10_000
}

extension LiveSource {
    /// The metadata quorum; clusters without one refuse.
    func askQuorum() async throws {
        do {
            let quorum = try await client.describeQuorum(timeout: SourceTimes.call)
            var shown = QuorumSnapshot(
                leader: quorum.leader < 0 ? nil : quorum.leader, epoch: quorum.epoch,
                highWatermark: quorum.highWatermark)
            func time(_ at: Timestamp) -> Timestamp? { at < 0 ? nil : at }
            func short(_ directory: UUID) -> String? {
                directory == .zero ? nil : "\(directory)".prefix(3) + "…" + "\(directory)".suffix(3)
            }
            shown.voters = quorum.voters.map {
                .init(
                    id: $0.id, logEnd: $0.logEndOffset, fetchedAt: time($0.lastFetch),
                    caughtUpAt: time($0.lastCaughtUp), directoryID: short($0.directory))
            }
            shown.observers = quorum.observers.map {
                .init(
                    id: $0.id, logEnd: $0.logEndOffset, fetchedAt: time($0.lastFetch),
                    caughtUpAt: time($0.lastCaughtUp), directoryID: short($0.directory))
            }
            let before = snapshot.quorum?.value
            shown.since = before?.epoch == quorum.epoch ? before?.since : before == nil ? nil : WallClock.now()
            await readMore(of: quorum)
            shown.features = quorumMore.features.compactMapValues { $0.finalized.map(Int.init) }
            shown.supported = quorumMore.features.compactMapValues { $0.supported.map { Int($0.upperBound) } }
            shown.election = quorumMore.election
            shown.snapshot = quorumMore.snapshot
            snapshot.quorum = Reading(shown, at: WallClock.now())
            snapshot.quorumRefusal = nil
            snapshot.controller = shown.leader
            snapshot.controllerEpoch = quorum.epoch
        } catch ClientError.notOffered {
            snapshot.quorumRefusal =
                "This cluster does not answer DescribeQuorum: not a KRaft cluster, or older than 3.3."
        }
    }

    /// Whether brokers ask for no more replicas in sync than there are: the bundled ones do, and Kafka since 3.7, which is the
    /// first to support the fifteenth level of `metadata.version`.
    var capsMinISR: Bool {
        managed != nil || quorumMore.features["metadata.version"]?.supported.map { $0.upperBound >= 15 } ?? false
    }

    /// Features, and what only the files of a bundled cluster tell: its newest metadata snapshot, and how long the election
    /// took.
    private func readMore(of quorum: QuorumDescription) async {
        let now = WallClock.now()
        guard quorum.epoch != quorumMore.epoch || now - quorumMore.at >= QuorumMore.interval else { return }
        quorumMore.at = now
        if let told = try? await client.describeFeatures(timeout: SourceTimes.call).features {
            quorumMore.features = Dictionary(told.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        }
        guard let managed, quorum.leader >= 0 else { return }
        quorumMore.snapshot = await managed.newestMetadataSnapshot(of: quorum.leader)
            .map { QuorumSnapshot.Checkpoint(end: $0.end, at: $0.at) }
        guard quorum.epoch != quorumMore.epoch else { return }
        quorumMore.epoch = quorum.epoch
        let log = FileTail.read(managed.directory.logFile(quorum.leader), limit: DashboardLimits.logBytes) ?? []
        quorumMore.election = BrokerLog.election(in: String(decoding: log, as: UTF8.self), epoch: quorum.epoch)
    }
}
