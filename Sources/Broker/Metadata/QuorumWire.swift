import KafkaProtocol
import MetadataQuorum

/// The consensus' own requests and answers as Kafka's wire messages, and back. Each message carries one partition,
/// `__cluster_metadata-0`.
enum QuorumWire {
    // MARK: Requests

    static func message(_ ask: VoteAsk, cluster: String) -> VoteRequest {
        var partition = VoteRequest.Partition()
        partition.candidateEpoch = ask.epoch
        partition.candidateID = ask.candidate
        partition.candidateDirectoryID = ask.candidateDirectory
        partition.voterDirectoryID = ask.voter?.directory ?? .zero
        partition.lastOffsetEpoch = ask.lastEpoch
        partition.lastOffset = ask.endOffset
        partition.preVote = ask.preVote
        var request = VoteRequest()
        request.clusterID = cluster
        request.voterID = ask.voter?.id ?? -1
        request.topics = [NamedTopic(.metadataTopic, [partition])]
        return request
    }

    static func ask(_ request: VoteRequest) -> VoteAsk? {
        guard let partition = only(request.topics) else { return nil }
        return VoteAsk(
            candidate: partition.candidateID, candidateDirectory: partition.candidateDirectoryID,
            epoch: partition.candidateEpoch, lastEpoch: partition.lastOffsetEpoch, endOffset: partition.lastOffset,
            preVote: partition.preVote, voter: meant(request.voterID, partition.voterDirectoryID))
    }

    static func message(_ ask: BeginEpochAsk, cluster: String) -> BeginQuorumEpochRequest {
        var partition = BeginQuorumEpochRequest.Partition()
        partition.leaderID = ask.leader
        partition.leaderEpoch = ask.epoch
        partition.voterDirectoryID = ask.voter?.directory ?? .zero
        var request = BeginQuorumEpochRequest()
        request.clusterID = cluster
        request.voterID = ask.voter?.id ?? -1
        request.topics = [NamedTopic(.metadataTopic, [partition])]
        return request
    }

    static func ask(_ request: BeginQuorumEpochRequest) -> BeginEpochAsk? {
        guard let partition = only(request.topics) else { return nil }
        return BeginEpochAsk(
            leader: partition.leaderID, epoch: partition.leaderEpoch,
            voter: meant(request.voterID, partition.voterDirectoryID))
    }

    private static func meant(_ voter: BrokerID, _ directory: UUID) -> ReplicaKey? {
        voter < 0 ? nil : ReplicaKey(voter, directory: directory)
    }

    static func message(_ ask: EndEpochAsk, cluster: String) -> EndQuorumEpochRequest {
        var partition = EndQuorumEpochRequest.Partition()
        partition.leaderID = ask.leader
        partition.leaderEpoch = ask.epoch
        partition.preferredCandidates = ask.successors.map { id in
            var candidate = EndQuorumEpochRequest.Candidate()
            candidate.candidateID = id
            return candidate
        }
        var request = EndQuorumEpochRequest()
        request.clusterID = cluster
        request.topics = [NamedTopic(.metadataTopic, [partition])]
        return request
    }

    static func ask(_ request: EndQuorumEpochRequest) -> EndEpochAsk? {
        guard let partition = only(request.topics) else { return nil }
        let successors = partition.preferredCandidates.map(\.candidateID) + partition.preferredSuccessors
        return EndEpochAsk(leader: partition.leaderID, epoch: partition.leaderEpoch, successors: successors)
    }

    static func message(_ ask: FetchAsk, cluster: String) -> FetchRequest {
        var partition = FetchRequest.Topic.Partition()
        partition.currentLeaderEpoch = ask.epoch
        partition.fetchOffset = ask.offset
        partition.lastFetchedEpoch = ask.lastEpoch
        partition.replicaDirectoryID = ask.directory
        partition.partitionMaxBytes = Int32(Limits.quorumFetchBytes)
        var one = FetchRequest.Topic()
        one.topicID = .metadataTopic
        one.partitions = [partition]
        var request = FetchRequest()
        request.clusterID = cluster
        request.replicaState.replicaID = ask.replica
        request.maxWaitMs = Int32(clamping: ask.maxWait)
        request.maxBytes = Int32(Limits.quorumFetchBytes)
        request.topics = [one]
        return request
    }

    static func ask(_ request: FetchRequest) -> FetchAsk? {
        guard request.topics.count == 1, let one = request.topics.first, one.partitions.count == 1,
            one.topicID == .metadataTopic || one.topic == .metadataTopic, let partition = one.partitions.first,
            partition.partition == 0
        else { return nil }
        return FetchAsk(
            replica: request.askingReplicaID, directory: partition.replicaDirectoryID,
            epoch: partition.currentLeaderEpoch, offset: partition.fetchOffset, lastEpoch: partition.lastFetchedEpoch,
            maxWait: Int64(request.maxWaitMs))
    }

    static func message(_ ask: FetchSnapshotAsk, cluster: String) -> FetchSnapshotRequest {
        var partition = FetchSnapshotRequest.Partition()
        partition.currentLeaderEpoch = ask.epoch
        partition.snapshotID = QuorumSnapshotID(endOffset: ask.snapshot.endOffset, epoch: ask.snapshot.epoch)
        partition.position = ask.position
        partition.replicaDirectoryID = ask.directory
        var request = FetchSnapshotRequest()
        request.clusterID = cluster
        request.replicaID = ask.replica
        request.maxBytes = ask.maxBytes
        request.topics = [NamedTopic(.metadataTopic, [partition])]
        return request
    }

    static func ask(_ request: FetchSnapshotRequest) -> FetchSnapshotAsk? {
        guard let partition = only(request.topics) else { return nil }
        return FetchSnapshotAsk(
            replica: request.replicaID, directory: partition.replicaDirectoryID, epoch: partition.currentLeaderEpoch,
            snapshot: SnapshotID(endOffset: partition.snapshotID.endOffset, epoch: partition.snapshotID.epoch),
            position: partition.position, maxBytes: request.maxBytes)
    }

    static func message(_ ask: UpdateVoterAsk, cluster: String) -> UpdateRaftVoterRequest {
        var request = UpdateRaftVoterRequest()
        request.clusterID = cluster
        request.currentLeaderEpoch = ask.epoch
        request.voterID = ask.voter.key.id
        request.voterDirectoryID = ask.voter.key.directory
        request.listeners = ask.voter.listeners.map(QuorumLeaderEndpoint.init)
        request.supportedVersions = KRaftVersionRange(ask.voter.versions)
        return request
    }

    static func ask(_ request: UpdateRaftVoterRequest) -> UpdateVoterAsk {
        let voter = Voter(
            ReplicaKey(request.voterID, directory: request.voterDirectoryID),
            listeners: request.listeners.map(Voter.Listener.init),
            versions: request.supportedVersions.range ?? 0...0)
        return UpdateVoterAsk(epoch: request.currentLeaderEpoch, voter: voter)
    }

    private static func only<Partition>(_ topics: [NamedTopic<Partition>]) -> Partition? {
        guard topics.count == 1, topics[0].name == .metadataTopic, topics[0].partitions.count == 1 else { return nil }
        return topics[0].partitions[0]
    }

    // MARK: Answers

    static func answer(_ response: VoteResponse) -> QuorumResponse? {
        answer(response) { .vote(granted: $0?.voteGranted ?? false) }
    }

    static func answer(_ response: QuorumEpochResponse) -> QuorumResponse? {
        answer(response) { _ in .acknowledged }
    }

    private static func answer<Answer>(
        _ response: VoterResponse<Answer>, _ body: (Answer?) -> QuorumResponse.Body
    ) -> QuorumResponse? {
        guard response.errorCode == .none else { return failed(response.errorCode, body(nil)) }
        guard let partition = only(response.topics) else { return nil }
        return QuorumResponse(
            error: partition.known.errorCode, leader: known(partition.known.leaderID),
            epoch: partition.known.leaderEpoch, body: body(partition))
    }

    static func answer(_ response: FetchResponse, asked: FetchAsk) -> QuorumResponse? {
        guard response.errorCode == .none else {
            return failed(response.errorCode, .fetch(FetchResult(content: .nothing)))
        }
        guard let partition = response.responses.first?.partitions.first else { return nil }
        let content: FetchResult.Content
        if partition.errorCode != .none {
            content = .nothing
        } else if partition.divergingEpoch.epoch >= 0 {
            content = .diverging(epoch: partition.divergingEpoch.epoch, end: partition.divergingEpoch.endOffset)
        } else if partition.snapshotID.endOffset >= 0 {
            content = .snapshot(
                SnapshotID(endOffset: partition.snapshotID.endOffset, epoch: partition.snapshotID.epoch))
        } else {
            content = .records(from: asked.offset)
        }
        return QuorumResponse(
            error: partition.errorCode, leader: known(partition.currentLeader.leaderID),
            epoch: max(0, partition.currentLeader.leaderEpoch),
            body: .fetch(
                FetchResult(
                    content: content, highWatermark: partition.highWatermark, logStart: partition.logStartOffset)))
    }

    static func answer(_ response: FetchSnapshotResponse, asked: FetchSnapshotAsk) -> QuorumResponse? {
        let empty = SnapshotChunk(snapshot: asked.snapshot, position: asked.position, count: 0, size: 0)
        guard response.errorCode == .none else { return failed(response.errorCode, .snapshot(empty)) }
        guard let partition = only(response.topics) else { return nil }
        let chunk = SnapshotChunk(
            snapshot: asked.snapshot, position: partition.position,
            count: Int64(partition.unalignedRecords?.readableBytes ?? 0), size: partition.size)
        return QuorumResponse(
            error: partition.errorCode, leader: known(partition.currentLeader.leaderID),
            epoch: max(0, partition.currentLeader.leaderEpoch), body: .snapshot(chunk))
    }

    static func answer(_ response: UpdateRaftVoterResponse) -> QuorumResponse? {
        QuorumResponse(
            error: response.errorCode, leader: known(response.currentLeader.leaderID),
            epoch: max(0, response.currentLeader.leaderEpoch), body: .acknowledged)
    }

    static func known(_ id: BrokerID) -> BrokerID? { id < 0 ? nil : id }

    private static func failed(_ error: ErrorCode, _ body: QuorumResponse.Body) -> QuorumResponse {
        QuorumResponse(error: error, leader: nil, epoch: 0, body: body)
    }
}
