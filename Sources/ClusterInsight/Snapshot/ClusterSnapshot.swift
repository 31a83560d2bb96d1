import KafkaProtocol

/// What was observed of a cluster up to one moment. Parts that could not be read keep their last value and its age.
package struct ClusterSnapshot: Sendable, Equatable {
    /// When the snapshot was put together.
    package var at: Timestamp
    /// Kafka's cluster id, once a broker told it.
    package var clusterID: String?
    /// The broker that is the active controller.
    package var controller: BrokerID?
    /// The epoch of that controller, known from the quorum only.
    package var controllerEpoch: Epoch?
    /// Brokers by id, those that are down included until they are unregistered.
    package var brokers: [BrokerSnapshot]
    /// Topics by name, internal ones included.
    package var topics: [TopicSnapshot]
    /// Consumer groups by name.
    package var groups: [GroupSnapshot]
    /// The metadata quorum, nil while unread or refused.
    package var quorum: Reading<QuorumSnapshot>?
    /// Why the quorum cannot be shown, in words.
    package var quorumRefusal: String?
    /// How each source of figures is doing.
    package var sources: [SourceSnapshot]
    /// How long offsets of an empty group are kept (`offsets.retention.minutes`), milliseconds, once read.
    package var offsetsRetention: Int64?
    /// Throttles found on brokers and topics.
    package var throttles: ThrottleSnapshot

    /// An empty snapshot, to be filled.
    package init(at: Timestamp) {
        self.at = at
        brokers = []
        topics = []
        groups = []
        sources = []
        throttles = ThrottleSnapshot()
    }

    /// The broker with an id.
    package func broker(_ id: BrokerID) -> BrokerSnapshot? { brokers.first { $0.id == id } }
    /// The topic with a name.
    package func topic(_ name: String) -> TopicSnapshot? { place(ofTopic: name).map { topics[$0] } }
    /// Where the topic with a name stands.
    package func place(ofTopic name: String) -> Int? { topics.place(of: name) { $0.name } }
    /// The group with a name.
    package func group(_ name: String) -> GroupSnapshot? { place(ofGroup: name).map { groups[$0] } }
    /// Where the group with a name stands.
    package func place(ofGroup name: String) -> Int? { groups.place(of: name) { $0.name } }
    /// A partition by topic and number.
    package func partition(_ id: TopicPartition) -> PartitionSnapshot? {
        topic(id.topic).flatMap { topic in topic.position(of: id.partition).map { topic.partitions[$0] } }
    }
    /// Brokers that take part: up, as the cluster sees them.
    package var liveBrokers: [BrokerSnapshot] { brokers.filter { $0.state.isLive } }
    /// All partitions of the cluster, internal ones included.
    package var partitionCount: Int { topics.indices.reduce(0) { $0 + topics[$1].partitions.count } }
}

extension Array {
    /// Where the element of a name stands. Lists stand in the order of their names, so that it is found by halving; where
    /// one does not, all of it is looked through.
    fileprivate func place(of name: String, _ own: (Element) -> String) -> Int? {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if own(self[middle]) < name { low = middle + 1 } else { high = middle }
        }
        if low < endIndex, own(self[low]) == name { return low }
        return firstIndex { own($0) == name }
    }
}

/// A call that brings figures, and how it is doing.
package struct SourceSnapshot: Sendable, Equatable {
    /// What kind of figures a call brings.
    package enum Name: String, Sendable, CaseIterable {
        case metadata, offsets
        case logDirs = "log dirs"
        case groups, quorum, configs
    }

    /// Which figures.
    package var name: Name
    /// How often it is asked.
    package var interval: Duration
    /// How often it is asked about everything there is, not only what somebody looks at, when that is more rarely.
    package var survey = Duration.zero
    /// When it last answered, in part at least.
    package var answeredAt: Timestamp?
    /// When all who were asked answered last: what the others would have told is as old as this.
    package var completeAt: Timestamp?
    /// Why the last call failed, in words; nil when it answered.
    package var failure: String?
    /// The brokers of which the last call heard nothing of use, in the order of their ids; none where the failure is of
    /// the call as a whole.
    package var silent: [BrokerID]
    /// When it is tried next.
    package var nextTryAt: Timestamp?

    /// A source that was last answered at a moment.
    package init(
        _ name: Name, interval: Duration = .seconds(1), answeredAt: Timestamp? = nil, failure: String? = nil,
        silent: [BrokerID] = [], nextTryAt: Timestamp? = nil
    ) {
        self.name = name
        self.interval = interval
        self.answeredAt = answeredAt
        completeAt = answeredAt
        self.failure = failure
        self.silent = silent
        self.nextTryAt = nextTryAt
    }
}

/// Replication throttles set on the cluster.
package struct ThrottleSnapshot: Sendable, Equatable {
    /// Brokers with a throttled rate and that rate, bytes per second.
    package var brokers: [BrokerID: Int64]
    /// Topics with throttled replicas.
    package var topics: [String]

    /// No throttle, or the ones given.
    package init(brokers: [BrokerID: Int64] = [:], topics: [String] = []) {
        self.brokers = brokers
        self.topics = topics
    }

    /// Whether nothing is throttled.
    package var isEmpty: Bool { brokers.isEmpty && topics.isEmpty }
}
