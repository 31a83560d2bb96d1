import KafkaProtocol
import Synchronization

/// A broker of a cluster with a group of each type, as Kafka 4.2 answers about them: `readers` (classic), `pickers` (share)
/// and `enricher` (streams). Topics end at 1,000. The start offsets of `pickers` can be moved, of partition 2 alone not.
package struct GroupsBroker: Sendable {
    /// What such a cluster knows of share and streams groups.
    package enum Age: Sendable {
        /// Kafka 4.0: it lists them.
        case lists
        /// Kafka 4.1: it describes them, without the lag of share groups; `enricher` waits for topics.
        case describes
        /// Kafka 4.1 with these groups switched off: it offers the APIs and refuses them.
        case refuses
        /// Kafka 4.2: it tells the lag of share groups.
        case tellsLag
    }

    package static let topics: [(name: String, partitions: Int32)] = [
        ("app-repartition", 2), ("orders", 3), ("payments", 2),
    ]
    package static let end: Offset = 1_000

    /// Starts it.
    package static func start(_ age: Age = .tellsLag) async throws -> ScriptedBroker {
        try await ScriptedBroker { script, host, port in
            cluster(script, host, Int32(port))
            offsets(script, age)
            groups(script)
            guard age != .lists else { return }
            let isOff = age == .refuses
            script.on(ShareGroupDescribeRequest.self) { ShareGroupDescribeResponse($0, isOff: isOff) }
            script.on(StreamsGroupDescribeRequest.self) {
                StreamsGroupDescribeResponse($0, isOff: isOff, isReady: age == .tellsLag)
            }
            // 900 and 950 with some messages behind them done with; partition 2 has not been begun.
            let starts = Starts()
            script.on(DescribeShareGroupOffsetsRequest.self, age == .tellsLag ? 0...1 : 0...0) {
                DescribeShareGroupOffsetsResponse($0, starts, isOff: isOff)
            }
            script.on(AlterShareGroupOffsetsRequest.self) { AlterShareGroupOffsetsResponse($0, starts, isOff: isOff) }
        }
    }

    /// Where `pickers` begins in orders, and what is left to do there.
    fileprivate final class Starts: Sendable {
        let all = Mutex<[Int32: (start: Offset, lag: Int64)]>([0: (900, 40), 1: (950, 50), 2: (-1, -1)])
    }

    private static func cluster(_ script: ScriptedBroker.Script, _ host: String, _ port: Int32) {
        script.on(MetadataRequest.self) { request in
            var answer = MetadataResponse()
            var broker = MetadataResponse.Broker()
            (broker.nodeID, broker.host, broker.port) = (1, host, port)
            answer.brokers = [broker]
            answer.clusterID = "groups"
            answer.controllerID = 1
            answer.topics = topics.filter { name, _ in request.topics?.contains { $0.name == name } ?? true }.map {
                var topic = MetadataResponse.Topic()
                topic.name = $0
                topic.topicID = TopicID(high: 0, low: UInt64($0.count))
                topic.partitions = (0..<$1).map {
                    var partition = MetadataResponse.Topic.Partition()
                    (partition.partitionIndex, partition.leaderID) = ($0, 1)
                    (partition.replicaNodes, partition.isrNodes) = ([1], [1])
                    return partition
                }
                return topic
            }
            return answer
        }
        script.on(FindCoordinatorRequest.self) { request in
            var answer = FindCoordinatorResponse()
            (answer.nodeID, answer.host, answer.port) = (1, host, port)
            answer.coordinators = request.coordinatorKeys.map {
                var coordinator = FindCoordinatorResponse.Coordinator()
                (coordinator.key, coordinator.nodeID, coordinator.host, coordinator.port) = ($0, 1, host, port)
                return coordinator
            }
            return answer
        }
    }

    private static func offsets(_ script: ScriptedBroker.Script, _ age: Age) {
        script.on(ListOffsetsRequest.self, 1...7) { request in
            var answer = ListOffsetsResponse()
            answer.topics = request.topics.map { topic in
                NamedTopic(
                    topic.name,
                    topic.partitions.map { asked in
                        var partition = ListOffsetsResponse.Partition()
                        partition.partitionIndex = asked.partitionIndex
                        partition.offset = asked.timestamp == ListOffsetsRequest.earliest ? 0 : end
                        return partition
                    })
            }
            return answer
        }
        let committed: [String: [Offset]] = ["readers": [1_000, 990, 980], "enricher": [800, 900, 1_000]]
        script.on(OffsetFetchRequest.self, 8...9) { request in
            var answer = OffsetFetchResponse()
            answer.groups = request.groups.map { asked in
                var group = OffsetFetchResponse.Group()
                group.groupID = asked.groupID
                // Kafka tells of nothing committed, and others of no such group.
                if age == .tellsLag, asked.groupID == "pickers" { group.errorCode = .groupIdNotFound }
                guard let offsets = committed[asked.groupID] else { return group }
                var topic = OffsetFetchResponse.Topic()
                topic.name = "orders"
                topic.partitions = offsets.enumerated().map { index, offset in
                    var partition = OffsetFetchResponse.Partition()
                    (partition.partitionIndex, partition.committedOffset) = (Int32(index), offset)
                    return partition
                }
                group.topics = [topic]
                return group
            }
            return answer
        }
    }

    private static func groups(_ script: ScriptedBroker.Script) {
        script.on(ListGroupsRequest.self) { _ in
            var answer = ListGroupsResponse()
            let all = [
                ("enricher", "streams", "Reconciling"), ("pickers", "share", "Stable"),
                ("readers", "classic", "Stable"),
            ]
            answer.groups = all.map { id, type, state in
                var group = ListGroupsResponse.Group()
                (group.groupID, group.groupType, group.groupState) = (id, type, state)
                group.protocolType = type == "classic" ? "consumer" : type
                return group
            }
            return answer
        }
        script.on(DescribeGroupsRequest.self) { request in
            var answer = DescribeGroupsResponse()
            answer.groups = request.groups.map { id -> DescribeGroupsResponse.Group in
                var group = DescribeGroupsResponse.Group()
                group.groupID = id
                guard id == "readers" else {
                    group.errorCode = .groupIdNotFound
                    return group
                }
                (group.groupState, group.protocolType, group.protocolData) = ("Stable", "consumer", "range")
                var member = DescribeGroupsResponse.Member()
                (member.memberID, member.clientID, member.clientHost) = ("reader-1-id", "reader-1", "/127.0.0.1")
                group.members = [member]
                return group
            }
            return answer
        }
        script.on(ConsumerGroupDescribeRequest.self) { request in
            var answer = ConsumerGroupDescribeResponse()
            answer.groups = request.groupIDs.map {
                var group = ConsumerGroupDescribeResponse.Group()
                (group.groupID, group.errorCode) = ($0, .groupIdNotFound)
                return group
            }
            return answer
        }
    }
}

extension DescribedGroups<String, ShareGroupDescribeRequest.Member> {
    /// Two members that share partition 1 of orders.
    fileprivate init(_ request: ShareGroupDescribeRequest, isOff: Bool) {
        self.init()
        groups = request.groupIDs.map { id in
            var group = Group()
            group.groupID = id
            group.errorCode = isOff ? .unsupportedVersion : id == "pickers" ? .none : .groupIdNotFound
            guard group.errorCode == .none else { return group }
            (group.groupState, group.groupEpoch, group.assignmentEpoch) = ("Stable", 4, 4)
            group.assignorName = "simple"
            let all: [(String, [Int32])] = [("picker-1", [0, 1]), ("picker-2", [1, 2])]
            group.members = all.map { client, partitions in
                var member = ShareGroupDescribeRequest.Member()
                (member.memberID, member.clientID, member.clientHost) = ("\(client)-id", client, "/127.0.0.1")
                member.memberEpoch = 4
                member.subscribedTopicNames = ["orders"]
                var topic = DescribedAssignment.Topic()
                (topic.topicName, topic.partitions) = ("orders", partitions)
                member.assignment.topics = [topic]
                return member
            }
            return group
        }
    }
}

extension DescribeShareGroupOffsetsResponse {
    fileprivate init(_ request: DescribeShareGroupOffsetsRequest, _ starts: GroupsBroker.Starts, isOff: Bool) {
        self.init()
        groups = request.groups.map { asked in
            var group = Group()
            group.groupID = asked.groupID
            group.errorCode = isOff ? .unsupportedVersion : asked.groupID == "pickers" ? .none : .groupIdNotFound
            guard group.errorCode == .none else { return group }
            var topic = Topic()
            topic.topicName = "orders"
            topic.partitions = starts.all.withLock { $0 }.sorted { $0.key < $1.key }.map { index, known in
                var partition = Partition()
                (partition.partitionIndex, partition.startOffset, partition.lag) = (index, known.start, known.lag)
                return partition
            }
            group.topics = [topic]
            return group
        }
    }
}

extension AlterShareGroupOffsetsResponse {
    fileprivate init(_ request: AlterShareGroupOffsetsRequest, _ starts: GroupsBroker.Starts, isOff: Bool) {
        self.init()
        errorCode = isOff ? .unsupportedVersion : request.groupID == "pickers" ? .none : .groupIdNotFound
        guard errorCode == .none else { return }
        responses = request.topics.map { asked in
            var topic = Topic()
            topic.topicName = asked.name
            topic.partitions = asked.partitions.map { move in
                var partition = Partition()
                partition.partitionIndex = move.partitionIndex
                guard move.partitionIndex < 2 else {
                    (partition.errorCode, partition.errorMessage) = (.kafkaStorageError, "no state is kept of it")
                    return partition
                }
                let end = GroupsBroker.end
                starts.all.withLock { $0[move.partitionIndex] = (move.startOffset, end - move.startOffset) }
                return partition
            }
            return topic
        }
    }
}

extension DescribedGroups<StreamsGroupDescribeRequest.Topology?, StreamsGroupDescribeRequest.Member> {
    /// Two threads of two processes; subtopology 0 has a task more than payments has partitions.
    ///
    /// - Parameter isReady: whether all topics are there that it reads.
    fileprivate init(_ request: StreamsGroupDescribeRequest, isOff: Bool, isReady: Bool) {
        self.init()
        groups = request.groupIDs.map { id in
            var group = Group()
            group.groupID = id
            group.errorCode = isOff ? .unsupportedVersion : id == "enricher" ? .none : .groupIdNotFound
            guard group.errorCode == .none else { return group }
            (group.groupState, group.groupEpoch, group.assignmentEpoch) = ("Reconciling", 7, 7)
            var topology = StreamsGroupDescribeRequest.Topology()
            topology.epoch = 2
            group.topology = topology
            guard isReady else {
                group.groupState = "NotReady"
                group.members = [Member("thread-1", "process-a", .init([:]))]
                return group
            }
            topology.subtopologies = [.init("0", ["orders", "payments"]), .init("1", ["app-repartition"])]
            group.topology = topology
            group.members = [
                Member("thread-1", "process-a", .init(["0": [0, 1]], standby: ["1": [0]])),
                Member("thread-2", "process-b", .init(["0": [2], "1": [0, 1]], warmup: ["0": [0]])),
            ]
            group.members[1].targetAssignment = .init(["0": [0, 2], "1": [1]])
            return group
        }
    }
}

extension StreamsGroupDescribeRequest.Subtopology {
    /// The last topic of the second subtopology is one the application makes for itself.
    fileprivate init(_ id: String, _ topics: [String]) {
        self.init()
        subtopologyID = id
        for topic in topics {
            guard topic.hasSuffix("-repartition") else {
                sourceTopics.append(topic)
                continue
            }
            var info = StreamsGroupDescribeRequest.TopicInfo()
            info.name = topic
            repartitionSourceTopics.append(info)
        }
    }
}

extension StreamsGroupDescribeRequest.Member {
    fileprivate init(_ client: String, _ process: String, _ tasks: StreamsGroupDescribeRequest.Assignment) {
        self.init()
        (memberID, clientID, clientHost) = ("\(client)-id", client, "/127.0.0.1")
        (memberEpoch, topologyEpoch, processID) = (7, 2, process)
        assignment = tasks
        targetAssignment = tasks
    }
}

extension StreamsGroupDescribeRequest.Assignment {
    fileprivate init(
        _ active: [String: [Int32]], standby: [String: [Int32]] = [:], warmup: [String: [Int32]] = [:]
    ) {
        self.init()
        activeTasks = Self.ids(active)
        standbyTasks = Self.ids(standby)
        warmupTasks = Self.ids(warmup)
    }

    private static func ids(_ tasks: [String: [Int32]]) -> [NamedPartitions] {
        tasks.sorted { $0.key < $1.key }.map { NamedPartitions($0, $1) }
    }
}
