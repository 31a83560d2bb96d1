import KafkaProtocol
import KafkaRecords
import NIOCore

/// What the brokers of a generated cluster answer, by the rules of the protocol.
struct GeneratedAnswers: Sendable {
    let cluster: GeneratedCluster
    /// Where each broker listens.
    let ports: [BrokerID: Int]
    /// When it all began, milliseconds since 1970.
    let start: Timestamp
    /// Brokers that have gone: the others lead what they led, and coordinate their groups.
    var gone: Set<BrokerID> = []

    static let host = "127.0.0.1"
    private static let clusterID = "generated"
    private static let controller = GeneratedCluster.brokers[0]

    private var live: [BrokerID] { GeneratedCluster.brokers.filter { !gone.contains($0) } }

    private func port(_ broker: BrokerID) -> Int32 { Int32(ports[broker] ?? 0) }

    func versions(_ served: [APIKey: ClosedRange<Int16>]) -> ApiVersionsResponse {
        var response = ApiVersionsResponse()
        response.apiKeys = served.sorted { $0.key < $1.key }.map { key, versions in
            var api = ApiVersionsResponse.API()
            api.key = key.rawValue
            api.minVersion = versions.lowerBound
            api.maxVersion = versions.upperBound
            return api
        }
        return response
    }

    func describeCluster() -> DescribeClusterResponse {
        var response = DescribeClusterResponse()
        response.clusterID = Self.clusterID
        response.controllerID = Self.controller
        response.brokers = live.map { id in
            var broker = DescribeClusterResponse.Broker()
            broker.brokerID = id
            broker.host = Self.host
            broker.port = port(id)
            return broker
        }
        return response
    }

    func metadata(_ request: MetadataRequest) -> MetadataResponse {
        var response = MetadataResponse()
        response.clusterID = Self.clusterID
        response.controllerID = Self.controller
        response.brokers = live.map { id in
            var broker = MetadataResponse.Broker()
            broker.nodeID = id
            broker.host = Self.host
            broker.port = port(id)
            return broker
        }
        response.topics = (request.topics.map { $0.map { $0.name ?? "" } } ?? cluster.topicNames).map(topic)
        return response
    }

    private func topic(_ name: String) -> MetadataResponse.Topic {
        var topic = MetadataResponse.Topic()
        topic.name = name
        guard let number = cluster.topic(named: name) else {
            topic.errorCode = .unknownTopicOrPartition
            return topic
        }
        topic.topicID = TopicID(high: 1, low: UInt64(number + 1))
        topic.partitions = (0..<cluster.size.partitions).map { index in
            var partition = MetadataResponse.Topic.Partition()
            partition.partitionIndex = Int32(index)
            partition.replicaNodes = cluster.replicas(number, index)
            partition.isrNodes = partition.replicaNodes.filter { !gone.contains($0) }
            partition.leaderID = partition.isrNodes.first ?? -1
            partition.leaderEpoch = Int32(gone.count)
            return partition
        }
        return topic
    }

    func listOffsets(_ request: ListOffsetsRequest, now: Timestamp) -> ListOffsetsResponse {
        var response = ListOffsetsResponse()
        response.topics = request.topics.map { asked in
            var topic = ListOffsetsResponse.Topic()
            topic.name = asked.name
            let number = cluster.topic(named: asked.name)
            topic.partitions = asked.partitions.map { wanted in
                var partition = ListOffsetsResponse.Partition()
                partition.partitionIndex = wanted.partitionIndex
                if let number {
                    partition.leaderEpoch = Int32(gone.count)
                    partition.offset =
                        wanted.timestamp == ListOffsetsRequest.earliest
                        ? 0 : cluster.end(number, Int(wanted.partitionIndex), after: now - start)
                } else {
                    partition.errorCode = .unknownTopicOrPartition
                }
                return partition
            }
            return topic
        }
        return response
    }

    func logDirs(_ broker: BrokerID, _ request: DescribeLogDirsRequest, now: Timestamp) -> DescribeLogDirsResponse {
        var dir = DescribeLogDirsResponse.Result()
        dir.logDir = "/generated"
        dir.totalBytes = 1 << 40
        dir.usableBytes = 1 << 39
        let names = request.topics.map { $0.map(\.name) } ?? cluster.topicNames
        dir.topics = names.compactMap { name in
            guard let number = cluster.topic(named: name) else { return nil }
            var topic = DescribeLogDirsResponse.Result.Topic()
            topic.name = name
            topic.partitions = (0..<cluster.size.partitions).compactMap { index in
                guard cluster.replicas(number, index).contains(broker) else { return nil }
                var partition = DescribeLogDirsResponse.Result.Partition()
                partition.partitionIndex = Int32(index)
                partition.partitionSize = cluster.bytes(number, index, after: now - start)
                return partition
            }
            return topic
        }
        var response = DescribeLogDirsResponse()
        response.results = [dir]
        return response
    }

    func configs(_ request: DescribeConfigsRequest) -> DescribeConfigsResponse {
        let topicConfigs = ["cleanup.policy": "delete", "min.insync.replicas": "2", "retention.ms": "604800000"]
        var response = DescribeConfigsResponse()
        response.results = request.resources.map { asked in
            var result = DescribeConfigsResponse.Result()
            result.resourceType = asked.resourceType
            result.resourceName = asked.resourceName
            let all = asked.resourceType == 2 ? topicConfigs : ["offsets.retention.minutes": "10080"]
            let wanted = all.filter { asked.configurationKeys?.contains($0.key) ?? true }
            result.configs = wanted.sorted { $0.key < $1.key }.map { name, value in
                var config = DescribeConfigsResponse.Result.Config()
                config.name = name
                config.value = value
                config.configSource = 5
                return config
            }
            return result
        }
        return response
    }

    func quorum(now: Timestamp) -> DescribeQuorumResponse {
        var partition = DescribeQuorumResponse.Partition()
        partition.leaderID = Self.controller
        partition.leaderEpoch = 1
        partition.highWatermark = 10_000 + (now - start) / 500
        partition.currentVoters = GeneratedCluster.brokers.map { id in
            var voter = DescribeQuorumResponse.ReplicaState()
            voter.replicaID = id
            voter.logEndOffset = partition.highWatermark
            voter.lastFetchTimestamp = now
            voter.lastCaughtUpTimestamp = now
            return voter
        }
        var response = DescribeQuorumResponse()
        response.topics = [NamedTopic(.metadataTopic, [partition])]
        return response
    }
}

// MARK: Groups

extension GeneratedAnswers {
    private func coordinator(ofGroup group: Int) -> BrokerID {
        let usual = cluster.coordinator(ofGroup: group)
        return gone.contains(usual) ? live.first ?? usual : usual
    }

    func coordinators(_ request: FindCoordinatorRequest) -> FindCoordinatorResponse {
        var response = FindCoordinatorResponse()
        response.coordinators = request.coordinatorKeys.map { key in
            var found = FindCoordinatorResponse.Coordinator()
            found.key = key
            found.nodeID = coordinator(ofGroup: cluster.group(named: key) ?? 0)
            found.host = Self.host
            found.port = port(found.nodeID)
            return found
        }
        return response
    }

    func groups(_ broker: BrokerID) -> ListGroupsResponse {
        var response = ListGroupsResponse()
        for (number, name) in cluster.groupNames.enumerated() where coordinator(ofGroup: number) == broker {
            var group = ListGroupsResponse.Group()
            group.groupID = name
            group.protocolType = "consumer"
            group.groupState = "Stable"
            group.groupType = "classic"
            response.groups.append(group)
        }
        return response
    }

    func describeGroups(_ request: DescribeGroupsRequest) throws -> DescribeGroupsResponse {
        var response = DescribeGroupsResponse()
        response.groups = try request.groups.map { name in
            var group = DescribeGroupsResponse.Group()
            group.groupID = name
            guard let number = cluster.group(named: name) else {
                group.errorCode = .groupIdNotFound
                return group
            }
            group.groupState = "Stable"
            group.protocolType = "consumer"
            group.protocolData = "range"
            var assignment = ConsumerAssignment()
            assignment.assignedPartitions = [
                .init(
                    cluster.topicName(cluster.topic(ofGroup: number)),
                    (0..<cluster.size.partitions).map(Int32.init))
            ]
            var member = DescribeGroupsResponse.Member()
            member.memberID = "\(name)-1"
            member.clientID = "reader"
            member.clientHost = "/127.0.0.1"
            member.memberAssignment = try assignment.versionedBlob(version: 1)
            group.members = [member]
            return group
        }
        return response
    }

    func offsets(_ request: OffsetFetchRequest, now: Timestamp) -> OffsetFetchResponse {
        var response = OffsetFetchResponse()
        response.groups = request.groups.map { asked in
            var group = OffsetFetchResponse.Group()
            group.groupID = asked.groupID
            guard let number = cluster.group(named: asked.groupID) else { return group }
            var topic = OffsetFetchResponse.Topic()
            topic.name = cluster.topicName(cluster.topic(ofGroup: number))
            topic.partitions = (0..<cluster.size.partitions).map { index in
                var partition = OffsetFetchResponse.Partition()
                partition.partitionIndex = Int32(index)
                partition.committedOffset = cluster.committed(number, index, after: now - start)
                return partition
            }
            group.topics = [topic]
            return group
        }
        return response
    }
}
