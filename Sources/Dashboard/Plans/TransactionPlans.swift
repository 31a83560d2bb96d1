import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Plans about transactions that are open.
extension Plans {
    /// Ending what transactional ids have open.
    static func fence(_ ids: [String], _ model: Model) -> PlanPopup {
        let known = model.transactions?.value.transactions.filter { ids.contains($0.id) } ?? []
        let open = known.filter(\.isOpen)
        let partitions = Set(open.flatMap(\.partitions)).sorted()
        var lines = [
            StyledText("Sends InitProducerId for \(ids.prefix(4).joined(separator: ", "))."), "",
            fact(
                "aborted",
                StyledText(
                    open.isEmpty
                        ? "nothing: no transaction is open"
                        : "what is open in \(PartitionNames.count(partitions.count))"
                            + (partitions.isEmpty ? "" : ": \(PartitionNames.list(partitions, limit: 4))"))),
            fact("fenced", StyledText("a producer that still runs with it has to start again")),
        ]
        if open.contains(where: { $0.state == "PrepareCommit" }) {
            lines.append(
                fact("not aborted", StyledText("what is being committed already is committed first", .healthDegraded)))
        }
        lines.append(fact("undo", StyledText("no")))
        return PlanPopup(
            title: ids.count == 1 ? "Abort and fence \(ids[0])" : "Abort and fence \(ids.count) transactional ids",
            lines: lines,
            question: ids.count == 1
                ? typed("Type the transactional id to go on:", ids[0])
                : typed("Type the count (\(ids.count)):", "\(ids.count)"),
            change: .fenceProducers(ids), width: 84)
    }

    /// Ending what one producer has open in one partition, without its coordinator.
    static func abort(_ producer: ProducerSnapshot, of topic: String, _ model: Model) -> PlanPopup {
        let partition = TopicPartition(topic, producer.partition)
        let known = ProducersScreen.known(topic, model).first {
            ProducersScreen.key($0) == ProducersScreen.key(producer)
        }
        let hasEnded = known?.transactionStart != producer.transactionStart
        let start = producer.transactionStart ?? 0
        let held = ProducersScreen.behind(producer, topic, model).map { Format.count(Int($0)) } ?? "?"
        var lines = [
            StyledText("Has the leader of \(topic)/\(producer.partition) write an ABORT marker (WriteTxnMarkers)."), "",
            fact("producer", StyledText("\(producer.id), epoch \(producer.epoch)")),
            fact("open from", StyledText("offset \(Format.count(Int(start)))")),
            fact("freed", StyledText("up to \(held) messages that read_committed readers wait for")),
        ]
        if !producer.hangs(now: model.shownNow) {
            lines.append(
                fact(
                    "beware",
                    StyledText(
                        "its producer may still run: other partitions may then commit without this one",
                        .healthDegraded)))
        }
        lines.append(fact("undo", StyledText("no")))
        return PlanPopup(
            title: "Abort the transaction of producer \(producer.id)", lines: lines,
            question: hasEnded
                ? .refused("The transaction has ended.") : typed("Type the topic name to go on:", topic),
            change: .abortTransaction(partition, start: start), flowing: [4], width: 84)
    }
}
