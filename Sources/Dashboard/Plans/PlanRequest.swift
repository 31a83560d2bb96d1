import ClusterInsight
import KafkaProtocol

/// What a plan is about: enough to make it again from a later picture of the cluster.
package enum PlanRequest: Sendable, Equatable {
    case kill(BrokerID)
    case stop(BrokerID)
    case start([BrokerID])
    case pause(BrokerID)
    case resume(BrokerID)
    case addBroker
    case removeBroker(BrokerID)
    case rollingRestart([BrokerID])
    case demo
    case create(NewTopic)
    case delete([String])
    /// The number of partitions each topic is to have.
    case addPartitions([String: Int32])
    case configs([ConfigResource], [ConfigChange])
    /// Delete what is before these offsets.
    case purge([TopicPartition: Offset])
    case elect([TopicPartition])
    case electUnclean([TopicPartition])
    /// The lists that were seen in the preview; they are not worked out anew.
    case move(Wizard)
    /// Replicas of a broker to one of its log dirs.
    case moveReplicas([TopicPartition], to: String, on: BrokerID)
    case throttle(Int64)
    case removeThrottles
    case cancelMoves([TopicPartition])
    case produce(NewRecord)
    case replay(Replay)
    case deleteGroups([String])
    case removeMembers([String], group: String)
    case deleteOffsets([TopicPartition], group: String)
    case changeVote(BrokerID)
    case fence([String])
    case abort(ProducerSnapshot, topic: String)
    case undo(JournalEntry, Change)
    /// What failed once more.
    case again(ResultPopup)

    /// The plan as the cluster is now, though the screen may be frozen; nil when there is nothing to be done.
    func plan(_ model: Model) -> PlanPopup? {
        var model = model
        model.frozen = nil
        guard var plan = made(model) else { return nil }
        plan.request = self
        plan.command = plan.equivalent.text(model.cluster.commandOptions)
        return plan
    }

    /// Whose configurations it tells.
    var configResources: [ConfigResource] {
        switch self {
        case .configs(let resources, _): resources
        case .undo(_, .alterConfigs(let alterations)): alterations.map(\.resource)
        default: []
        }
    }

    private func made(_ model: Model) -> PlanPopup? {
        switch self {
        case .kill(let id): Plans.kill(id, model)
        case .stop(let id): Plans.stop(id, model)
        case .start(let ids): Plans.start(ids, model)
        case .pause(let id): Plans.pause(id, model)
        case .resume(let id): Plans.resume(id, model)
        case .addBroker: Plans.addBroker(model)
        case .removeBroker(let id): Plans.removeBroker(id, model)
        case .rollingRestart(let ids): Plans.rollingRestart(ids, model)
        case .demo: Plans.demo(model)
        case .create(let topic): Plans.create(topic, model)
        case .delete(let names): Plans.delete(names, model)
        case .addPartitions(let totals): Plans.addPartitions(totals, model)
        case .configs(let resources, let changes): Plans.configs(resources, changes, model)
        case .purge(let offsets): Plans.purge(offsets, model)
        case .elect(let partitions): Plans.elect(partitions, model)
        case .electUnclean(let partitions): Plans.electUnclean(partitions, model)
        case .move(let wizard): Plans.move(wizard, model)
        case .moveReplicas(let partitions, let dir, let broker):
            Plans.moveReplicas(partitions, to: dir, on: broker, model)
        case .throttle(let rate): Plans.throttle(rate, model)
        case .removeThrottles: Plans.removeThrottles(model)
        case .cancelMoves(let partitions): Plans.cancelMoves(partitions, model)
        case .produce(let record): Plans.produce(record, model)
        case .replay(let replay): Plans.replay(replay, model)
        case .deleteGroups(let names): Plans.deleteGroups(names, model)
        case .removeMembers(let ids, let group): Plans.removeMembers(ids, of: group, model)
        case .deleteOffsets(let partitions, let group): Plans.deleteOffsets(of: group, partitions, model)
        case .changeVote(let id): Plans.changeVote(of: id, model)
        case .fence(let ids): Plans.fence(ids, model)
        case .abort(let producer, let topic): Plans.abort(producer, of: topic, model)
        case .undo(let entry, let change): UndoPlan.plan(entry, change, model)
        case .again(let result): Plans.again(result)
        }
    }
}
