import ClusterInsight
import KafkaProtocol

/// What the screen asks the world to do; carried out outside, answered by a `Message`.
package enum Command: Sendable, Equatable {
    case quit
    case suspend
    case repaint
    /// Ring the terminal's bell.
    case bell
    /// Run the command of an alert, answered by `hookFailed` when it fails.
    case runHook(Hook)
    /// Put text on the clipboard (OSC 52).
    case copy(String)
    /// Give the terminal to the person's editor with this text, answered by `edited`.
    case edit(String)
    /// Give the terminal to `klamm prove` with these options, answered by `proved`.
    case prove([String])
    /// Keep what was run in a prompt, newest last.
    case remember(prompt: String, [String])
    /// Keep how a topic's keys and values are read.
    case keepFormats(PayloadFormats, topic: String)
    /// Write a file, answered by `saved`.
    case save(path: String, contents: [UInt8])
    /// Write a plan of moves, and beside it the way back, answered by `saved`.
    case savePlan(path: String, [UInt8], rollback: [UInt8])
    /// Ask for offsets, answered by `offsetsFound`.
    case findOffsets(OffsetsQuery)
    /// Read a plan of kafka-reassign-partitions, answered by `planLoaded`.
    case loadPlan(path: String)
    /// Ask the cluster again now.
    case refresh
    /// Ask the cluster so often; zero is never.
    case setInterval(milliseconds: Int64)
    /// What somebody looks at now.
    case attend(Attention)
    /// Read the configurations of these, each answered by `configs`.
    case fetchConfigs([ConfigResource])
    /// Read the transactional ids, answered by `transactions`.
    case fetchTransactions
    /// Read which producers a topic's partitions remember, answered by `producers`.
    case fetchProducers(topic: String)
    /// Read a whole topic, on from where that was stopped or anew, answered by `analysis`.
    case analyse(topic: String, reading: Int, anew: Bool)
    /// Read no more for an analysis.
    case stopAnalysis
    /// Read what lies in the log dirs of a broker, answered by `logDirs`.
    case fetchLogDirs(BrokerID)
    /// Ask for the last messages of partitions, answered by `lastMessages`.
    case fetchLastMessages([TopicPartition])
    /// Ask what a group has committed in a partition, and read the message that follows, answered by `nextMessage`.
    case fetchNextMessage(group: String, TopicPartition)
    /// Read the end of a bundled broker's log and follow it, answered by `brokerLog`.
    case followLog(BrokerID)
    /// Begin to read a topic's messages, answered by `messages`.
    case read(ReadRequest)
    /// Stop reading.
    case stopReading
    /// Say where a seek would lead, answered by `resolved`.
    case resolve(topics: [String], partitions: Set<Int32>?, ReadSpan)
    /// Ask the cluster whether a topic could be created, answered by `validated`.
    case validateTopic(NewTopic)
    /// Ask whether configurations could be changed so, answered by `validatedConfigs`.
    case validateConfigs([ConfigResource], [ConfigChange])
    /// Ask whether topics could have so many partitions, answered by `validatedPartitions`.
    case validatePartitions([String: Int32])
    /// Change the cluster, answered by `changed`; `command` is the equivalent line for the journal.
    case change(Change, command: String)
    /// Use another theme.
    case setTheme(String)
    /// Show how another theme looks; nil goes back to the one in use.
    case previewTheme(String?)
    /// Show another cluster of the settings, or the bundled one.
    case showCluster(String)
    /// Begin anew with the bundled cluster being shown.
    case startAgain
    /// Ask one of them how it does, answered by `clusterAnswered`.
    case askCluster(String)
}

/// Offsets that are asked for. An answer carries its question, so that a late one is not taken for another's.
package enum OffsetsQuery: Sendable, Equatable {
    /// The first ones from a moment on.
    case from(Timestamp, [TopicPartition])
    /// Those a file names.
    case file(String)
}

/// Whose configurations.
package enum ConfigResource: Sendable, Hashable {
    case topic(String)
    case broker(BrokerID)
    /// What brokers take where they have no value of their own.
    case allBrokers
    /// How much each logger of a broker tells (KIP-412); not all clusters have them.
    case loggers(BrokerID)

    /// As it is named in sentences.
    package var name: String {
        switch self {
        case .topic(let name): name
        case .broker(let id): "broker \(id)"
        case .allBrokers: "all brokers"
        case .loggers(let id): "loggers of broker \(id)"
        }
    }
}

/// A topic to be made.
package struct NewTopic: Sendable, Equatable {
    package var name: String
    package var partitions: Int32
    package var replicationFactor: Int16
    package var configs: [String: String]

    /// A topic to be made.
    package init(name: String, partitions: Int32, replicationFactor: Int16, configs: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.configs = configs
    }
}

/// Setting or removing one configuration.
package struct ConfigChange: Sendable, Equatable {
    package var name: String
    /// The new value; nil removes the override.
    package var value: String?

    /// A change of one key.
    package init(name: String, value: String?) {
        self.name = name
        self.value = value
    }
}

/// What is changed of one topic, of one broker or of all.
package struct ConfigAlteration: Sendable, Equatable {
    package var resource: ConfigResource
    package var changes: [ConfigChange]

    /// Changes of one owner.
    package init(_ resource: ConfigResource, _ changes: [ConfigChange]) {
        self.resource = resource
        self.changes = changes
    }
}

/// Where to begin reading.
package enum SeekTarget: Sendable, Equatable {
    case beginning
    case end
    /// The last messages of each partition.
    case last(Int64)
    /// The same offset everywhere.
    case offset(Offset)
    /// Offsets of some partitions; the others are left out.
    case partitions([Int32: Offset])
    case time(Timestamp)
}

/// Where a reading ends by itself, though the log may go on.
package enum ReadEnd: Sendable, Equatable {
    /// With this offset, the last one that is read of each partition.
    case offset(Offset)
    /// Before the first message of this moment or later.
    case time(Timestamp)
}

/// From where to where something is read.
package struct ReadSpan: Sendable, Equatable {
    package var from: SeekTarget
    /// Nil goes on to the end.
    package var until: ReadEnd?

    /// Whether the place to begin says itself which partitions are read.
    var namesPartitions: Bool { if case .partitions = from { true } else { false } }

    /// From a place, to an end if there is one.
    package init(_ from: SeekTarget, until: ReadEnd? = nil) {
        self.from = from
        self.until = until
    }
}

/// Reading messages of one or more topics.
package struct ReadRequest: Sendable, Equatable {
    /// Told apart from earlier readings by it.
    package var number = 0
    package var topics: [String]
    /// Which partitions; nil is all.
    package var partitions: Set<Int32>?
    package var from: SeekTarget
    /// Where it ends by itself; nil is where the log does, or never.
    package var until: ReadEnd?
    /// Keep only messages that match; empty keeps all.
    package var filter: MessageFilter
    /// Go on when the end is reached.
    package var follow: Bool
    /// Leave out records of open and aborted transactions (`read_committed`).
    package var committedOnly = false
    /// The counters of a reading that this one continues where it stopped.
    package var continuing: ReadUpdate?
    /// How the topics' bytes are read by the filter.
    package var formats: [String: PayloadFormats] = [:]

    /// A request to read.
    package init(
        topics: [String], partitions: Set<Int32>? = nil, from: SeekTarget,
        filter: MessageFilter = MessageFilter("", now: 0, zone: .utc), follow: Bool = true
    ) {
        self.topics = topics
        self.partitions = partitions
        self.from = from
        self.filter = filter
        self.follow = follow
    }

    /// The topic, when it is only one.
    package var topic: String? { topics.count == 1 ? topics[0] : nil }
    /// As it is named in titles.
    package var name: String { topics.count == 1 ? topics[0] : "\(topics.count) topics" }
    /// From where to where.
    package var span: ReadSpan { ReadSpan(from, until: until) }
    /// Whether it ends by itself: it looks for something, or has an end.
    var isBounded: Bool { filter.expression != nil || until != nil }
}

/// A message to be sent.
package struct NewRecord: Sendable, Equatable {
    package var topic: String
    /// Nil lets the key decide.
    package var partition: Int32?
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: [RecordHeader]
    /// none, gzip, snappy, lz4 or zstd.
    package var compression: String
    package var acks: Int16
    /// Nil is the moment it is sent.
    package var timestamp: Timestamp?
    package var times: Int

    /// A message to be sent.
    package init(
        topic: String, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader] = [],
        compression: String = "none", acks: Int16 = -1, times: Int = 1
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
        self.compression = compression
        self.acks = acks
        self.times = times
    }
}

/// One header of a message.
package struct RecordHeader: Sendable, Equatable {
    package var key: String
    package var value: [UInt8]?

    /// A header.
    package init(key: String, value: [UInt8]?) {
        self.key = key
        self.value = value
    }
}

/// A change to the cluster or its processes.
package enum Change: Sendable, Equatable {
    case createTopic(NewTopic)
    case createTopics([NewTopic])
    case deleteTopics([String])
    case alterConfigs([ConfigAlteration])
    /// The number of partitions each topic is to have.
    case addPartitions([String: Int32])
    /// Delete what is before these offsets.
    case purge([TopicPartition: Offset])
    case electLeaders([TopicPartition], unclean: Bool)
    case reassign([TopicPartition: [BrokerID]], throttle: Int64?)
    case cancelReassignment([TopicPartition])
    /// Move replicas of a broker to other log dirs of it.
    case moveReplicas([TopicPartition: String], on: BrokerID)
    case setThrottle(Int64)
    case removeThrottles
    case resetOffsets(group: String, [TopicPartition: Offset])
    case deleteGroups([String])
    /// Commit offsets for groups that were deleted, which makes them again.
    case restoreGroups([String: [TopicPartition: Offset]])
    case deleteOffsets(group: String, [TopicPartition])
    /// Take members out of a group, by id.
    case removeMembers(group: String, [String])
    /// Abort what transactional ids have open, and fence their producers.
    case fenceProducers([String])
    /// Abort the transaction that begins at an offset of a partition.
    case abortTransaction(TopicPartition, start: Offset)
    case produce(NewRecord)
    /// Send messages that were read once more.
    case replay(Replay)
    case killBroker(BrokerID)
    case stopBroker(BrokerID)
    case startBrokers([BrokerID])
    case pauseBroker(BrokerID)
    case resumeBroker(BrokerID)
    case addBroker
    /// Take a broker that holds nothing out of the cluster, with its files.
    case removeBroker(BrokerID)
    /// Restart brokers one after the other, each when all replicas are in sync.
    case rollingRestart([BrokerID])
    /// Make a broker a voter of the metadata quorum.
    case addVoter(BrokerID)
    /// Take a voter's vote away.
    case removeVoter(BrokerID)
    case createDemo

    /// The same for several owners.
    package static func alterConfigs(_ resources: [ConfigResource], _ changes: [ConfigChange]) -> Change {
        .alterConfigs(resources.map { ConfigAlteration($0, changes) })
    }

    /// In words, for the journal and the flash line.
    package var summary: String {
        switch self {
        case .createTopic(let topic): "create topic \(topic.name)"
        case .createTopics(let topics): "create " + Self.list(topics.map(\.name), "topic")
        case .deleteTopics(let names): "delete " + Self.list(names, "topic")
        case .alterConfigs(let alterations): ConfigWords.summary(alterations)
        case .addPartitions(let totals):
            totals.count == 1
                ? totals.map { "\($0.key): partitions → \($0.value)" }.joined()
                : "add partitions to \(totals.count) topics"
        case .purge(let offsets): "purge " + PartitionList.text(offsets.keys.sorted())
        case .electLeaders(let partitions, let unclean):
            "elect \(unclean ? "unclean" : "preferred") leaders: \(PartitionList.text(partitions))"
        case .reassign(let plan, _): "move \(PartitionNames.count(plan.count))"
        case .cancelReassignment(let partitions): "cancel the move of \(PartitionNames.count(partitions.count))"
        case .moveReplicas(let targets, let broker):
            "move \(targets.count == 1 ? Self.only(targets.keys) : "\(targets.count) replicas") on broker \(broker) to "
                + (Set(targets.values).count == 1 ? targets.first?.value ?? "" : "other log dirs")
        case .setThrottle(let rate): "set the throttle to \(rate) bytes/s"
        case .removeThrottles: "remove the throttles"
        case .resetOffsets(let group, let offsets):
            "reset offsets of \(group) on \(Set(offsets.keys.map(\.topic)).sorted().joined(separator: ", "))"
        case .deleteGroups(let names): "delete " + Self.list(names, "group")
        case .restoreGroups(let groups): "commit the offsets of \(Self.list(groups.keys.sorted(), "group"))"
        case .deleteOffsets(let group, let partitions):
            "delete offsets of \(group) on \(PartitionList.text(partitions))"
        case .removeMembers(let group, let ids): "remove \(Self.list(ids, "member")) from \(group)"
        case .fenceProducers(let ids): "abort and fence " + Self.list(ids, "transactional id")
        case .abortTransaction(let id, let start): "abort the transaction at \(start) of \(id.topic)/\(id.partition)"
        case .produce(let record): "produce to \(record.topic)"
        case .replay(let replay): "produce \(replay.count) again to \(replay.topic)"
        case .killBroker(let id): "kill −9 broker \(id)"
        case .stopBroker(let id): "stop broker \(id)"
        case .startBrokers(let ids): "start " + Self.list(ids.map(String.init), "broker")
        case .pauseBroker(let id): "pause broker \(id)"
        case .resumeBroker(let id): "resume broker \(id)"
        case .addBroker: "add a broker"
        case .removeBroker(let id): "remove broker \(id)"
        case .rollingRestart(let ids): "restart \(Self.list(ids.map(String.init), "broker")) one after the other"
        case .addVoter(let id): "make broker \(id) a voter"
        case .removeVoter(let id): "take the vote of broker \(id)"
        case .createDemo: "create the demo topics"
        }
    }

    /// The configurations it changes that pictures show.
    var watchedConfigs: [WatchedConfig] {
        switch self {
        case .alterConfigs(let alterations):
            alterations.flatMap { alteration in
                alteration.changes.compactMap { change -> WatchedConfig? in
                    if change.name.contains(".throttled.") { return .throttles }
                    return if case .topic(let name) = alteration.resource { .topic(name, key: change.name) } else {
                        nil
                    }
                }
            }
        case .reassign, .cancelReassignment, .setThrottle, .removeThrottles: [.throttles]
        default: []
        }
    }

    /// What Enter does when typed words match: `deletes`.
    package var verb: String {
        switch self {
        case .deleteTopics, .deleteGroups, .deleteOffsets: "deletes"
        case .purge: "purges"
        case .resetOffsets: "resets"
        case .removeMembers, .removeBroker: "removes"
        case .fenceProducers, .abortTransaction: "aborts"
        case .killBroker: "kills"
        case .stopBroker: "stops"
        case .pauseBroker: "pauses"
        case .electLeaders: "elects"
        default: "goes on"
        }
    }

    private static func only(_ partitions: some Collection<TopicPartition>) -> String {
        PartitionList.text(Array(partitions))
    }

    private static func list(_ names: [String], _ noun: String) -> String {
        names.count == 1 ? "\(noun) \(names[0])" : "\(names.count) \(noun)s"
    }
}

/// A short list of partitions for a sentence.
enum PartitionList {
    static func text(_ partitions: [TopicPartition]) -> String {
        partitions.count == 1 ? "\(partitions[0].topic)/\(partitions[0].partition)" : "\(partitions.count) partitions"
    }
}
