import KafkaProtocol

/// A member of a group with what it has been given.
package struct GroupMember: Sendable, Equatable {
    package var id: String
    package var instanceID: String?
    package var clientID: String
    package var host: String
    package var assignment: [TopicPartition]
    /// What it will have when the group has settled; nil where the protocol does not tell.
    package var target: [TopicPartition]?
    /// Its epoch; nil in groups of the classic protocol.
    package var epoch: Int32?
    /// Its tasks; nil but in streams groups.
    package var streams: StreamsMember?
}

/// A group as its coordinator describes it.
package struct GroupDescription: Sendable, Equatable {
    package var id: String
    package var type = GroupType.classic
    package var state: String
    package var protocolType: String
    /// The assignor.
    package var protocolName: String
    package var members: [GroupMember]
    /// The group epoch; nil in groups of the classic protocol.
    package var epoch: Int32?
    /// What the application consists of; nil but in streams groups.
    package var topology: StreamsTopology?
}

extension GroupDescription {
    /// A group that does not exist.
    static func dead(_ id: String, _ type: GroupType) -> GroupDescription {
        GroupDescription(id: id, type: type, state: "Dead", protocolType: "", protocolName: "", members: [])
    }

    init(_ group: DescribeGroupsResponse.Group) {
        id = group.groupID
        state = group.errorCode == .groupIdNotFound ? "Dead" : group.groupState
        protocolType = group.protocolType
        protocolName = group.protocolData
        let isConsumer = group.protocolType == "consumer"
        members = group.members.map { member in
            GroupMember(
                id: member.memberID, instanceID: member.groupInstanceID, clientID: member.clientID,
                host: member.clientHost,
                // The blob is the members' own affair: what cannot be read is shown as nothing.
                assignment: isConsumer ? (try? ConsumerAssignment.partitions(member.memberAssignment)) ?? [] : [])
        }
    }
}

extension GroupDescription {
    init(consumer group: ConsumerGroupDescribeResponse.Group) {
        self.init(group, .consumer, assignor: group.assignorName)
        for (index, member) in group.members.enumerated() {
            members[index].instanceID = member.instanceID
            members[index].assignment = member.assignment.partitions
            members[index].target = member.targetAssignment.partitions
        }
    }

    init(share group: ShareGroupDescribeResponse.Group) {
        self.init(group, .share, assignor: group.assignorName)
        for (index, member) in group.members.enumerated() {
            members[index].assignment = member.assignment.partitions
        }
    }

    init(streams group: StreamsGroupDescribeResponse.Group) {
        self.init(group, .streams, assignor: "")
        let topology = group.topology.map(StreamsTopology.init)
        self.topology = topology
        for (index, member) in group.members.enumerated() {
            let streams = StreamsMember(
                processID: member.processID, topologyEpoch: member.topologyEpoch, tasks: member.assignment.tasks,
                target: member.targetAssignment.tasks)
            members[index].instanceID = member.instanceID
            members[index].assignment = topology?.partitions(of: streams.tasks.active) ?? []
            members[index].target = topology?.partitions(of: streams.target.active)
            members[index].streams = streams
        }
    }

    /// What groups of these types have alike.
    private init<Plan, Member>(_ group: DescribedGroup<Plan, Member>, _ type: GroupType, assignor: String) {
        id = group.groupID
        self.type = type
        state = group.groupState
        protocolType = type.rawValue
        protocolName = assignor
        epoch = group.groupEpoch
        members = group.members.map {
            GroupMember(
                id: $0.memberID, clientID: $0.clientID, host: $0.clientHost, assignment: [], epoch: $0.memberEpoch)
        }
    }
}

extension DescribedAssignment {
    fileprivate var partitions: [TopicPartition] {
        topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.topicName, $0) } }
    }
}

extension StreamsTopology {
    fileprivate init(_ told: StreamsGroupDescribeRequest.Topology) {
        self.init(
            epoch: told.epoch,
            subtopologies: told.subtopologies?.map { part in
                Subtopology(
                    id: part.subtopologyID, sources: part.sourceTopics + part.repartitionSourceTopics.map(\.name))
            })
    }
}

extension StreamsGroupDescribeRequest.Assignment {
    fileprivate var tasks: StreamsTasks {
        StreamsTasks(
            active: Self.tasks(activeTasks), standby: Self.tasks(standbyTasks), warmup: Self.tasks(warmupTasks))
    }

    private static func tasks(_ told: [NamedPartitions]) -> [StreamsTask] {
        told.flatMap { part in part.partitions.map { StreamsTask(part.name, $0) } }.sorted()
    }
}
