/// Asks for the state, the topology and the members of streams groups (KIP-1071).
package struct StreamsGroupDescribeRequest: GroupDescribeRequest {
    package typealias Response = StreamsGroupDescribeResponse
    package typealias Plan = Topology?
    package static let api = APIKey.streamsGroupDescribe
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    package var groupIDs: [String] = []
    package var includeAuthorizedOperations = false

    package init() {}

    /// A configuration of a topic, or a tag of a client.
    package struct KeyValue: WireStruct {
        package var key = ""
        package var value = ""

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&key)
            try wire.string(&value)
        }
    }

    /// A topic that the application makes for itself.
    package struct TopicInfo: WireStruct {
        package var name = ""
        /// 0 where no number is asked for.
        package var partitions: Int32 = 0
        /// 0 is the cluster's default.
        package var replicationFactor: Int16 = 0
        package var topicConfigs: [KeyValue] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
            try wire.int32(&partitions)
            try wire.int16(&replicationFactor)
            try wire.array(&topicConfigs)
        }
    }

    /// A part of the application that works by itself.
    package struct Subtopology: WireStruct {
        package var subtopologyID = ""
        package var sourceTopics: [String] = []
        package var repartitionSinkTopics: [String] = []
        package var stateChangelogTopics: [TopicInfo] = []
        package var repartitionSourceTopics: [TopicInfo] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&subtopologyID)
            try wire.array(&sourceTopics)
            try wire.array(&repartitionSinkTopics)
            try wire.array(&stateChangelogTopics)
            try wire.array(&repartitionSourceTopics)
        }
    }

    /// What the application consists of.
    package struct Topology: WireStruct {
        package var epoch: Int32 = 0
        /// Null while source topics are missing or do not fit together.
        package var subtopologies: [Subtopology]?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&epoch)
            try wire.array(&subtopologies)
        }
    }

    /// Tasks of a member: of subtopologies, by their ids, some partitions.
    package struct Assignment: WireStruct {
        package var activeTasks: [NamedPartitions] = []
        package var standbyTasks: [NamedPartitions] = []
        package var warmupTasks: [NamedPartitions] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.array(&activeTasks)
            try wire.array(&standbyTasks)
            try wire.array(&warmupTasks)
        }
    }

    /// How far the changelogs of a task were read, or reach.
    package struct TaskOffset: WireStruct {
        package var subtopologyID = ""
        package var partition: Int32 = 0
        package var offset: Int64 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&subtopologyID)
            try wire.int32(&partition)
            try wire.int64(&offset)
        }
    }

    /// Where interactive queries reach a member.
    package struct Endpoint: WireStruct {
        package var host = ""
        package var port: UInt16 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&host)
            try wire.uint16(&port)
        }
    }

    /// One member, which is one thread of the application.
    package struct Member: DescribedMember {
        package var memberID = ""
        package var memberEpoch: Int32 = 0
        package var instanceID: String?
        package var rackID: String?
        package var clientID = ""
        package var clientHost = ""
        /// The epoch of the topology that the member runs.
        package var topologyEpoch: Int32 = 0
        /// The same for all members of one process.
        package var processID = ""
        package var userEndpoint: Endpoint?
        package var clientTags: [KeyValue] = []
        package var taskOffsets: [TaskOffset] = []
        package var taskEndOffsets: [TaskOffset] = []
        /// What the member has.
        package var assignment = Assignment()
        /// What it will have when the group has settled.
        package var targetAssignment = Assignment()
        /// Whether it speaks the classic protocol.
        package var isClassic = false

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&memberID)
            try wire.int32(&memberEpoch)
            try wire.string(&instanceID)
            try wire.string(&rackID)
            try wire.string(&clientID)
            try wire.string(&clientHost)
            try wire.int32(&topologyEpoch)
            try wire.string(&processID)
            try wire.structure(&userEndpoint)
            try wire.array(&clientTags)
            try wire.array(&taskOffsets)
            try wire.array(&taskEndOffsets)
            try wire.structure(&assignment)
            try wire.structure(&targetAssignment)
            try wire.bool(&isClassic)
        }
    }
}

/// Streams groups, each with its topology, which is null with an error.
package typealias StreamsGroupDescribeResponse = DescribedGroups<
    StreamsGroupDescribeRequest.Topology?, StreamsGroupDescribeRequest.Member
>

extension DescribedGroup where Plan == StreamsGroupDescribeRequest.Topology? {
    package var topology: StreamsGroupDescribeRequest.Topology? {
        get { plan }
        set { plan = newValue }
    }
}
