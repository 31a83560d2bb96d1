import KafkaProtocol
import TerminalUI

extension Change {
    /// What the journal says about undoing it: what `V` would send, or why nothing can.
    package func undoWords(_ undo: Change?) -> String {
        guard let undo else { return "no: \(lasting)" }
        switch undo {
        case .resetOffsets(_, let offsets):
            let count = offsets.count
            return "yes: \(count) previous offset\(count == 1 ? "" : "s")\(Plans.kept(count))"
        case .reassign(let plan, _):
            return "yes: \(plan.count) previous list\(plan.count == 1 ? "" : "s")\(Plans.kept(plan.count))"
        case .setThrottle(let rate): return "yes: back to \(Format.bytes(Int(rate)))/s"
        case .moveReplicas(let targets, _):
            let count = targets.count
            return "yes: back to \(count == 1 ? "its log dir" : "their log dirs")\(Plans.kept(count))"
        case .deleteTopics: return "yes: delete (typed name)"
        case .createTopic: return "yes: create it empty again"
        case .createTopics(let topics):
            return "yes: create \(topics.count) empty again\(Plans.kept(topics.count))"
        case .removeBroker: return "yes: stop and remove"
        case .deleteGroups(let names): return "yes: delete (typed \(names.count == 1 ? "name" : "count"))"
        case .restoreGroups(let groups):
            let count = groups.values.reduce(0) { $0 + $1.count }
            return "yes: offsets of \(groups.count)\(Plans.kept(count))"
        case .alterConfigs(let alterations):
            guard alterations.count == 1, let change = alterations[0].changes.first, alterations[0].changes.count == 1
            else {
                let count = alterations.reduce(0) { $0 + $1.changes.count }
                return "yes: \(count) previous values\(Plans.kept(alterations.count))"
            }
            return "yes: back to \(change.value.map { ConfigText.human(change.name, $0) } ?? "default")"
        case .startBrokers: return "yes: start it"
        case .stopBroker: return "yes: stop it"
        case .resumeBroker: return "yes: resume it"
        case .pauseBroker: return "yes: pause it"
        default: return "yes: \(undo.summary)"
        }
    }

    private var lasting: String {
        switch self {
        case .deleteTopics, .purge: "messages are gone"
        case .deleteGroups(let names): names.count == 1 ? "it had no offsets" : "they had no offsets"
        case .removeMembers: "a member that still runs joins again by itself"
        case .fenceProducers, .abortTransaction: "what is aborted stays aborted"
        case .produce: "it cannot be taken back"
        case .replay: "they cannot be taken back"
        case .electLeaders(_, unclean: true): "what the new leaders lack is gone"
        case .electLeaders, .rollingRestart: "not needed"
        case .removeBroker: "A adds a new one"
        case .addPartitions: "they stay"
        case .addBroker: "S stops it"
        case .startBrokers: "S stops them"
        case .cancelReassignment: "R plans it again"
        case .alterConfigs: "brokers do not tell what was set"
        case .removeThrottles: "T sets another while partitions move"
        default: "nothing was known before"
        }
    }
}
