import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What works on partitions.
enum PartitionActions {
    private static let needsRow: @Sendable (Model) -> Action.Availability = {
        Objects.chosenPartitions($0).isEmpty ? .hidden : .yes
    }

    private static func cursor(_ model: Model) -> TopicPartition? {
        Screens.cursorID(model).flatMap(Objects.partition)
    }

    /// Opens the topic with the cursor on the partition.
    static func open(_ model: inout Model) -> [Command] {
        guard let id = cursor(model) else { return [] }
        let commands = Navigation.go(.topic(id.topic, .partitions), &model)
        model.list.cursorID = "\(id.topic)/\(id.partition)"
        return commands
    }

    static func messages(_ model: inout Model) -> [Command] {
        guard let id = cursor(model) else { return [] }
        return MessageMoves.open(topic: id.topic, partitions: [id.partition], &model)
    }

    static let reassign = Action(
        "partition.reassign", [.char("R")], hint: "reassign", help: "reassign, change RF", group: .change,
        availability: needsRow,
        run: { model in
            let partitions = Objects.chosenPartitions(model)
            let text =
                partitions.count == 1
                ? PartitionNames.list(partitions) : "the \(partitions.count) marked partitions"
            return WizardMoves.open(partitions, text: text, &model)
        })

    static let elect = Action(
        "partition.elect", [.char("L")], hint: "elect", help: "elect preferred leaders", group: .change,
        availability: needsRow, run: { elect(Objects.chosenPartitions($0), &$0) })

    static func elect(_ partitions: [TopicPartition], _ model: inout Model) -> [Command] {
        let commands = Plans.show(.elect(partitions), &model)
        if model.popup == nil { model.say("their preferred replicas lead already") }
        return commands
    }

    static let electUnclean = Action(
        "partition.unclean", [.char("U")], help: "elect an unclean leader where there is none", group: .change,
        availability: { model in
            let chosen = Objects.chosenPartitions(model)
            if chosen.isEmpty { return .hidden }
            let isLeaderless = chosen.contains { model.snapshot.partition($0).map { $0.leader == nil } ?? false }
            return isLeaderless ? .yes : .no("it has a leader")
        }, run: { Plans.show(.electUnclean(Objects.chosenPartitions($0)), &$0) })

    static let purge = Action(
        "partition.purge", [.char("X")], hint: "purge", help: "purge messages", group: .change, availability: needsRow,
        run: { model in
            let partitions = Objects.chosenPartitions(model)
            return Forms.purge(partitions, of: PartitionNames.list(partitions), &model)
        })

    static let table: [Action] = [
        Action(
            "partition.open", [.enter], hint: "open", help: "open the topic", availability: needsRow, run: { open(&$0) }
        ),
        Actions.everywhere("tab.next").hinted(
            "map", keys: "Tab", now: { $0.place == .partitionMap ? "table" : "map" }),
        Action(
            "partition.messages", [.char("m")], hint: "messages", help: "messages of the partition",
            availability: needsRow, run: { messages(&$0) }),
        reassign, elect, electUnclean, purge, WriterActions.producers,
        Actions.everywhere("problems").hinted("problems", now: { $0.list.problemsOnly ? "all" : "problems" }),
        Actions.everywhere("sort").hinted("sort", keys: "s"),
    ]
}
