import KafkaProtocol

extension Change {
    /// What it is about, object by object, by the names that its results bear; empty where only the results tell.
    var objects: [String] {
        switch self {
        case .createTopic(let topic): [topic.name]
        case .createTopics(let topics): topics.map(\.name)
        case .deleteTopics(let names), .deleteGroups(let names), .fenceProducers(let names),
            .removeMembers(_, let names):
            names
        case .restoreGroups(let groups): groups.keys.sorted()
        case .alterConfigs(let alterations): alterations.map(\.resource.name)
        case .addPartitions(let totals): totals.keys.sorted()
        case .purge(let offsets), .resetOffsets(_, let offsets): Self.names(offsets.keys)
        case .electLeaders(let partitions, _), .cancelReassignment(let partitions), .deleteOffsets(_, let partitions):
            Self.names(partitions)
        case .reassign(let plan, _): Self.names(plan.keys)
        case .moveReplicas(let targets, _): Self.names(targets.keys)
        case .abortTransaction(let partition, _): Self.names([partition])
        case .killBroker(let id), .stopBroker(let id), .pauseBroker(let id), .resumeBroker(let id), .addVoter(let id),
            .removeVoter(let id), .removeBroker(let id):
            ["broker \(id)"]
        case .startBrokers(let ids), .rollingRestart(let ids): ids.map { "broker \($0)" }
        case .addBroker: ["new broker"]
        case .replay(let replay): replay.messages.map(\.id)
        case .setThrottle, .removeThrottles, .produce, .createDemo: []
        }
    }

    /// How many results there will be; 0 where nobody knows.
    var total: Int { if case .produce(let record) = self { record.times } else { objects.count } }

    private static func names(_ partitions: some Sequence<TopicPartition>) -> [String] {
        partitions.sorted().map { "\($0.topic)/\($0.partition)" }
    }
}
