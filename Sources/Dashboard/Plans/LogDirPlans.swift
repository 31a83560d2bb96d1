import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Plans about the log dirs of brokers (KIP-113).
extension Plans {
    /// Replicas shown one by one.
    private static let replicasShown = 8
    /// Cells of a path beside another one; the one to move to stands in full above.
    private static let pathShown = 22

    /// Moving replicas of a broker into one of its log dirs. One that moves elsewhere gives that up; one that is there and
    /// stays is left out. Nil when nothing is left to be sent.
    static func moveReplicas(
        _ partitions: [TopicPartition], to dir: String, on broker: BrokerID, _ model: Model
    ) -> PlanPopup? {
        let (picture, wanted) = (LogDirsScreen.shown(broker, model)?.picture.value, Set(partitions))
        let sent = (picture?.replicas ?? []).filter { wanted.contains($0.partition) && $0.heading != dir }
        guard !sent.isEmpty else { return nil }
        let name = sent.count == 1 ? sent[0].id : ReplicaCount.words(sent.count)
        var lines = [
            StyledText(
                "Sends AlterReplicaLogDirs to broker \(broker). Each replica is used where it is until its copy is whole."
            ),
            "", fact("to", StyledText(dir)),
        ]
        let firstSize = lines.count
        for replica in sent.prefix(replicasShown) {
            let name = "  " + Cut.middle.cut(replica.id, to: 22).padded(to: 24)
            lines.append(StyledText(name) + way(of: replica, to: dir, model))
        }
        if sent.count > replicasShown { lines.append(StyledText("  + \(sent.count - replicasShown) more", .muted)) }
        let copied = sent.filter { $0.dir != dir }.reduce(Int64(0)) { $0 + $1.bytes }
        let free = picture?.dirs.first { $0.path == dir }?.free
        lines.append(fact("to copy", StyledText(Format.bytes(Int(copied)))))
        lines.append(fact("free there", StyledText(free.map { Format.bytes(Int($0)) } ?? "the broker does not tell")))
        let flowing = Set(firstSize..<lines.count)
        lines.append(fact("at most", StyledText("as fast as replica.alter.log.dirs.io.max.bytes.per.second allows")))
        lines.append(fact("undo", StyledText("V moves \(sent.count == 1 ? "it" : "them") back")))
        let isTooLarge = free.map { copied > $0 } ?? false
        let question =
            isTooLarge
            ? PlanPopup.Question.refused("Not possible: there is no room for \(Format.bytes(Int(copied))) in \(dir).")
            : asked("Move \(name) to \(dir)?")
        let targets = Dictionary(sent.map { ($0.partition, dir) }, uniquingKeysWith: { a, _ in a })
        return PlanPopup(
            title: "Move \(name) on broker \(broker)", lines: lines, question: question,
            change: .moveReplicas(targets, on: broker), flowing: flowing)
    }

    private static func way(of replica: LogDirsPicture.Replica, to dir: String, _ model: Model) -> StyledText {
        func short(_ path: String) -> String { Cut.middle.cut(path, to: pathShown) }
        let given = replica.copy.map { "gives up the move to \(short($0.dir))" }
        guard replica.dir != dir else {
            return StyledText("stays where it is, ") + StyledText(given ?? "", .healthDegraded)
        }
        return StyledText(
            "\(short(replica.dir)) \(model.glyphs.arrow) \(short(dir))   \(Format.bytes(Int(replica.bytes)))")
            + StyledText(given.map { ", \($0)" } ?? "", .healthDegraded)
    }
}
