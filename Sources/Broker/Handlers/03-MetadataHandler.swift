import ClusterMetadata
import Controller
import KafkaProtocol

/// Says who the brokers are and who leads what, from this broker's image.
package struct MetadataHandler {
    private let metadata: any MetadataSource
    private let creation: AutoTopicCreation
    private let clusterID: String

    package init(metadata: any MetadataSource, creation: AutoTopicCreation, clusterID: String) {
        self.metadata = metadata
        self.creation = creation
        self.clusterID = clusterID
    }

    /// Answers at once; topics that have to be made first are unknown until the client asks again.
    package func handle(_ request: Request<MetadataRequest>) {
        let view = ClusterView(image: metadata.image)
        var response = MetadataResponse()
        response.clusterID = clusterID
        response.controllerID = view.controllerForClients(metadata.controller?.id)
        response.brokers = view.brokers.map { broker in
            var entry = MetadataResponse.Broker()
            entry.nodeID = broker.id
            entry.host = broker.host
            entry.port = broker.port
            entry.rack = broker.rack
            return entry
        }
        response.topics = topics(request.body, request.version, view)
        if request.body.includeTopicAuthorizedOperations {
            for index in response.topics.indices where response.topics[index].errorCode == .none {
                response.topics[index].topicAuthorizedOperations = ClusterView.topicOperations
            }
        }
        if request.body.includeClusterAuthorizedOperations {
            response.clusterAuthorizedOperations = ClusterView.clusterOperations
        }
        request.reply(response)
    }

    private func topics(
        _ request: MetadataRequest, _ version: Int16, _ view: ClusterView
    ) -> [MetadataResponse.Topic] {
        guard let asked = request.topics, version > 0 || !asked.isEmpty else {
            return view.image.sortedTopics.map { entry($0, version, view) }
        }
        var seen: Set<String> = []
        var missing: [String] = []
        let entries = asked.compactMap { topic -> MetadataResponse.Topic? in
            if topic.name == nil || (version >= 12 && topic.topicID != .zero) {
                guard seen.insert(topic.topicID.description).inserted else { return nil }
                if version >= 12, let found = view.image.topics[topic.topicID] { return entry(found, version, view) }
                return failed(nil, topic.topicID, version >= 12 ? .unknownTopicId : .invalidRequest)
            }
            guard let name = topic.name, seen.insert(name).inserted else { return nil }
            if let found = view.image.topic(named: name) { return entry(found, version, view) }
            guard TopicName.problem(name) == nil else { return failed(name, .zero, .invalidTopicException) }
            if !InternalTopics.contains(name) { missing.append(name) }
            return failed(name, .zero, .unknownTopicOrPartition)
        }
        if request.allowAutoTopicCreation, creation.isEnabled { creation.create(missing) }
        return entries
    }

    private func failed(_ name: String?, _ id: TopicID, _ error: ErrorCode) -> MetadataResponse.Topic {
        var topic = MetadataResponse.Topic()
        topic.name = name
        topic.topicID = id
        topic.errorCode = error
        topic.isInternal = name.map(InternalTopics.contains) ?? false
        return topic
    }

    private func entry(_ topic: TopicImage, _ version: Int16, _ view: ClusterView) -> MetadataResponse.Topic {
        var entry = MetadataResponse.Topic()
        entry.name = topic.name
        entry.topicID = topic.id
        entry.isInternal = InternalTopics.contains(topic.name)
        entry.partitions = topic.partitions.enumerated().map { index, state in
            var partition = MetadataResponse.Topic.Partition()
            partition.partitionIndex = Int32(index)
            partition.errorCode = view.error(of: state)
            partition.leaderID = view.isLive(state.leader) ? state.leader : -1
            partition.leaderEpoch = state.leaderEpoch
            partition.replicaNodes = state.replicas
            partition.isrNodes = state.isr
            partition.offlineReplicas = state.replicas.filter { !view.isLive($0) }
            if version == 0 { hideTheDead(&partition, view) }
            return partition
        }
        return entry
    }

    /// The oldest clients cannot bear the number of a broker that is not in the list.
    private func hideTheDead(_ partition: inout MetadataResponse.Topic.Partition, _ view: ClusterView) {
        let live = partition.replicaNodes.filter(view.isLive)
        let inSync = partition.isrNodes.filter(view.isLive)
        if partition.errorCode == .none,
            live.count + inSync.count < partition.replicaNodes.count + partition.isrNodes.count
        {
            partition.errorCode = .replicaNotAvailable
        }
        partition.replicaNodes = live
        partition.isrNodes = inSync
    }
}
