import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Plans about who belongs to the bundled cluster, and about restarting all of it.
extension Plans {
    /// Taking a broker out, with its files.
    static func removeBroker(_ id: BrokerID, _ model: Model) -> PlanPopup {
        let refusal = removalRefusal(id, model).map { PlanPopup.Question.refused($0) }
        return PlanPopup(
            title: "Remove broker \(id)",
            lines: [
                StyledText("Stops broker \(id), unregisters it, and removes its directory with its log."), "",
                fact("holds", StyledText("\(held(id, model)) replicas; votes: \(votes(id, model) ? "yes" : "no")")),
                fact("undo", StyledText("no. A adds a new one")),
            ], question: refusal ?? question(.removeBroker(id), asking: ""), change: .removeBroker(id), width: 84)
    }

    private static func held(_ id: BrokerID, _ model: Model) -> Int {
        model.snapshot.topics.reduce(0) { $0 + $1.partitions.count { $0.replicas.contains(id) } }
    }

    private static func votes(_ id: BrokerID, _ model: Model) -> Bool {
        model.snapshot.quorum?.value.voters.contains { $0.id == id } ?? false
    }

    /// Why a broker cannot be taken out as things are, and what helps; nil when it can.
    static func removalRefusal(_ id: BrokerID, _ model: Model) -> String? {
        guard model.snapshot.broker(id) != nil else { return "There is no broker \(id) any more." }
        let held = held(id, model)
        if held > 0 { return "It holds \(held) replica\(held == 1 ? "" : "s"): W moves them off first." }
        if votes(id, model) { return "It votes in the metadata quorum: take its vote on screen 9 first." }
        return nil
    }

    /// Restarting brokers in turn; the active controller comes last, so that it moves once.
    static func rollingRestart(_ ids: [BrokerID], _ model: Model) -> PlanPopup {
        let controller = model.snapshot.activeController
        let order = ids.filter { $0 != controller }.sorted() + ids.filter { $0 == controller }
        let partitions = model.snapshot.topics.flatMap { topic in topic.partitions.map { (topic, $0) } }
        let alone = partitions.count { $0.1.replicas.count == 1 && order.contains($0.1.replicas[0]) }
        let tight = partitions.count { topic, partition in
            partition.replicas.count > 1 && partition.replicas.contains(where: order.contains)
                && partition.replicas.count - 1 < topic.minISR ?? 1
        }
        var lines = [
            StyledText("Stops and starts brokers \(WordList.and(order.map(String.init))), one after the other."), "",
            fact("between", StyledText("waits until every partition has all its replicas in sync")),
            fact("ends", StyledText("by itself when one does not come back: those after it are left alone")),
        ]
        if alone > 0 {
            let text = " partition\(alone == 1 ? " has" : "s have") one replica: offline while it restarts"
            lines.append(fact("offline", count: alone, text, .healthDegraded))
        }
        if tight > 0 {
            let text = " partition\(tight == 1 ? "" : "s"): acks=all is refused while one of its brokers restarts"
            lines.append(fact("below min ISR", count: tight, text, .healthDegraded))
        }
        if let controller, order.last == controller, order.count > 1 {
            lines.append(fact("controller", StyledText("broker \(controller) comes last, so that it moves once")))
        }
        lines.append(fact("undo", StyledText("not needed")))
        return PlanPopup(
            title: "Rolling restart", lines: lines,
            question: restartRefusal(order, model).map { .refused($0) }
                ?? asked("Restart \(order.count == 1 ? "it" : "all \(order.count)")?"),
            change: .rollingRestart(order))
    }

    private static func restartRefusal(_ ids: [BrokerID], _ model: Model) -> String? {
        if let away = model.snapshot.brokers.first(where: { !$0.state.isLive }) {
            return "Broker \(away.id) is not up: one more away would hurt. U starts it."
        }
        let lacking = model.report?.health.underReplicated ?? 0
        guard lacking == 0 else {
            return "\(lacking) partition\(lacking == 1 ? " lacks" : "s lack") replicas in sync: wait until none does."
        }
        return ids.isEmpty ? "There is no broker." : nil
    }
}
