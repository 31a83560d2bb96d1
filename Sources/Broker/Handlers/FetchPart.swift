import ClusterMetadata
import KafkaProtocol
import LogStorage

/// One partition of a Fetch request or of a fetch session: what is asked for, and what its client knows already.
final class FetchPart {
    let topicID: TopicID
    /// Empty when the client names topics by id.
    let topicName: String
    private(set) var ask: FetchRequest.Topic.Partition
    /// What the session's last answer said; −1 for nothing, or an error.
    private var toldHighWatermark: Offset = -1
    private var toldLogStart: Offset = -1

    /// Who is meant; nil while the id is not known.
    private(set) var key: TopicPartition?
    private var partition: Partition?
    private var generation = -1

    init(_ topic: FetchRequest.Topic, _ ask: FetchRequest.Topic.Partition, usesIDs: Bool) {
        topicID = usesIDs ? topic.topicID : .zero
        topicName = usesIDs ? "" : topic.topic
        self.ask = ask
    }

    /// Takes another position over. A client that names the partition again may have dropped the last answer, as a follower
    /// does that has learned of another leader epoch meanwhile: it is told everything once more.
    func named(_ new: FetchRequest.Topic.Partition) {
        ask = new
        toldHighWatermark = -1
        toldLogStart = -1
    }

    /// The replica here; looked up again only after metadata changed.
    func resolved(_ replicas: ReplicaManager) -> Partition? {
        guard generation != replicas.generation else { return partition }
        generation = replicas.generation
        let name = topicName.isEmpty ? replicas.image.topics[topicID]?.name : topicName
        key = name.map { TopicPartition($0, ask.partition) }
        partition = key.flatMap { replicas.partition($0) }
        return partition
    }

    /// Whether there is certainly nothing to tell: a whole session is asked this with every fetch.
    func isQuiet(for follower: BrokerID?, _ replicas: ReplicaManager) -> Bool {
        guard toldHighWatermark >= 0, let partition = resolved(replicas), partition.isLeader,
            partition.leaderEpoch == ask.currentLeaderEpoch
        else { return false }
        if let follower, partition.followers[follower] == nil { return false }
        let log = partition.log
        return log.logEndOffset == ask.fetchOffset && log.highWatermark == toldHighWatermark
            && log.logStartOffset == toldLogStart
    }

    /// Whether an answer says more than the client knows.
    func isNews(_ answer: FetchResponse.Partition) -> Bool {
        answer.records?.readableBytes ?? 0 > 0 || answer.errorCode != .none || answer.divergingEpoch.epoch >= 0
            || answer.preferredReadReplica >= 0 || answer.highWatermark != toldHighWatermark
            || answer.logStartOffset != toldLogStart
    }

    /// Notes what a session's client is told.
    func told(_ answer: FetchResponse.Partition) {
        let isSound = answer.errorCode == .none && answer.divergingEpoch.epoch < 0
        toldHighWatermark = isSound ? answer.highWatermark : -1
        toldLogStart = isSound ? answer.logStartOffset : -1
    }
}

/// A Fetch request on its way, with all partitions that it is about.
final class PendingFetch {
    let body: FetchRequest
    let client: ClientInfo
    /// Whether it may be served by a replica that only follows: consumers of KIP-392 say where they stand.
    let mayReadFollowers: Bool
    let reply: (FetchResponse?) -> Void
    let parts: [FetchPart]
    let replica: BrokerID
    /// The session that the answer names; nil for none.
    let session: FetchSession?
    /// Only what is news is answered; otherwise everything.
    let isIncremental: Bool
    /// How many of the parts, from the end of the session's list on, the request itself names.
    let named: [FetchPart]

    init(
        _ request: Request<FetchRequest>, parts: [FetchPart], named: [FetchPart], session: FetchSession?,
        isIncremental: Bool
    ) {
        body = request.body
        client = request.client
        mayReadFollowers = request.version >= 11 && request.body.askingReplicaID < 0
        reply = request.reply
        replica = request.body.askingReplicaID
        self.parts = parts
        self.named = named
        self.session = session
        self.isIncremental = isIncremental
    }

    var isFollower: Bool { replica >= 0 }
    /// Where the consumer stands; empty when it does not say.
    var rack: String { mayReadFollowers ? body.rackID : "" }
    var brokerEpoch: Int64 { body.replicaState.replicaEpoch }

    /// The part about a partition; nil when the fetch is not about it.
    func part(_ key: TopicPartition) -> FetchPart? {
        session?.part(key) ?? parts.first { $0.key == key }
    }
}
