import KafkaProtocol
import TerminalUI

/// What works on topics.
enum TopicActions {
    /// The topics a verb acts on.
    static func chosen(_ model: Model) -> [String] {
        if case .topic(let name, _) = model.place { return [name] }
        return Screens.chosen(model)
    }

    private static func partitions(of names: [String], _ model: Model) -> [TopicPartition] {
        names.flatMap { name in (model.snapshot.topic(name)?.partitions ?? []).map { TopicPartition(name, $0.id) } }
    }

    private static let needsRow: @Sendable (Model) -> Action.Availability = { chosen($0).isEmpty ? .hidden : .yes }
    private static let needsOne: @Sendable (Model) -> Action.Availability = { Action.one(chosen($0), "topic") }

    /// What Enter opens: the row, whatever is marked.
    private static func cursor(_ model: Model) -> String? {
        if case .topic(let name, _) = model.place { return name }
        return Screens.cursorID(model)
    }

    static let list: [Action] =
        [
            Action(
                "topic.open", [.enter], hint: "open", help: "open the topic", availability: needsRow,
                run: { model in cursor(model).map { Navigation.go(.topic($0, .partitions), &model) } ?? [] }),
            messages, usedBy, AnalysisActions.open, WriterActions.producers, WriterActions.open,
        ] + changes + [offsets] + whenEmpty

    private static let messages = Action(
        "topic.messages", [.char("m")], hint: "messages", help: "messages of the topic", availability: needsRow,
        run: { MessageMoves.open(topics: chosen($0), &$0) })

    private static let usedBy = Action(
        "topic.usedby", [.char("u")], hint: "used by", help: "groups that use it", availability: needsOne,
        run: { model in chosen(model).first.map { Navigation.go(.topic($0, .groups), &model) } ?? [] })

    private static let offsets = Action(
        "topic.offsets", [.char("O")], help: "set offsets of an old or new group", group: .change,
        availability: needsRow, run: { Prompts.open(.resetGroup(topics: chosen($0)), &$0) })

    /// Shown while there is no row to act on.
    private static let whenEmpty: [Action] = [
        Actions.everywhere("internal").hinted("internal", now: { chosen($0).isEmpty ? "internal" : nil }),
        Actions.everywhere("refresh").hinted("refresh", keys: "r", now: { chosen($0).isEmpty ? "refresh" : nil }),
    ]

    static let changes: [Action] = [
        Action(
            "topic.new", [.char("N")], hint: "new", help: "new topic", group: .change,
            run: { TopicForm.open(like: nil, &$0) }),
        Action(
            "topic.clone", [.char("C")], help: "clone the topic", group: .change, availability: needsOne,
            run: { TopicForm.open(like: chosen($0).first, &$0) }),
        Action(
            "topic.config", [.char("E")], hint: "config", help: "edit configs", group: .change, availability: needsRow,
            run: { model in
                let names = chosen(model)
                if names.count == 1 { return Navigation.go(.topic(names[0], .config), &model) }
                return ConfigForm.open(names.map { .topic($0) }, [], &model)
            }),
        Action(
            "topic.partitions", [.char("A")], help: "add partitions", group: .change, availability: needsRow,
            run: { Forms.addPartitions(chosen($0), &$0) }),
        Action(
            "topic.reassign", [.char("R")], hint: "reassign", help: "reassign, change RF", group: .change,
            availability: needsRow,
            run: { model in
                let names = chosen(model)
                let partitions = partitions(of: names, model)
                let text = names.count == 1 ? "topic \(names[0])" : "the \(names.count) marked topics"
                return WizardMoves.open(partitions, text: text, &model)
            }),
        Action(
            "topic.elect", [.char("L")], help: "elect preferred leaders", group: .change, availability: needsRow,
            run: { model in
                PartitionActions.elect(partitions(of: chosen(model), model), &model)
            }),
        Action(
            "topic.produce", [.char("P")], help: "produce a message", group: .change, availability: needsOne,
            run: { ProduceForm.open(copying: nil, &$0) }),
        Action(
            "topic.purge", [.char("X")], hint: "purge", help: "purge messages", group: .change, availability: needsRow,
            run: { model in
                let names = chosen(model)
                return Forms.purge(partitions(of: names, model), of: names.joined(separator: ", "), &model)
            }),
        Action(
            "topic.delete", [.char("D")], hint: "delete", help: "delete the topic", group: .change,
            availability: needsRow, run: { Plans.show(.delete(chosen($0)), &$0) }),
    ]

    /// The tabs of a topic.
    static func detail(_ tab: TopicTab) -> [Action] {
        switch tab {
        case .partitions: partitions
        case .map: map
        case .messages: MessageActions.table
        case .groups: groups
        case .config: ConfigActions.table
        }
    }

    private static let tab = Actions.everywhere("tab.next").hinted("tab", keys: "Tab")
    private static let sort = Actions.everywhere("sort").hinted("sort", keys: "s")

    /// What changes the topic works in its tabs too, off the hint line.
    private static let others =
        changes.filter { action in
            ![.char("R"), .char("L"), .char("X")].contains(action.keys.first ?? .enter)
        }.map { $0.hinted("") } + [
            messages.hinted(""), usedBy.hinted(""), AnalysisActions.open, WriterActions.producers, WriterActions.open,
        ]

    private static let partitions: [Action] =
        [
            tab,
            Action(
                "topic.partition.messages", [.enter], hint: "messages", help: "messages of the partition",
                run: { PartitionActions.messages(&$0) }),
            PartitionActions.reassign, PartitionActions.elect, PartitionActions.electUnclean, PartitionActions.purge,
            Actions.everywhere("problems").hinted("problems", now: { $0.list.problemsOnly ? "all" : "problems" }), sort,
        ] + others

    private static let map: [Action] =
        [
            tab,
            Action(
                "topic.map.partition", [.enter], hint: "partition", help: "the partition in the table",
                run: { model in
                    guard case .topic(let name, _) = model.place else { return [] }
                    let id = Screens.cursorID(model)
                    let commands = Navigation.go(.topic(name, .partitions), &model)
                    model.list.cursorID = id
                    return commands
                }),
            PartitionActions.reassign, PartitionActions.elect,
            Actions.everywhere("column.left").hinted("cell", keys: "↑↓←→", short: ""),
            Action(
                "topic.map.racks", [.char("w")], hint: "rack row", help: "a row with the racks",
                run: { model in
                    model.list.wide.toggle()
                    return []
                }),
            PartitionActions.purge.hinted(""),
        ] + others

    private static let groups: [Action] = [
        tab,
        Action(
            "topic.group", [.enter], hint: "group", help: "open the group", run: { GroupActions.open(&$0) }),
        GroupActions.reset,
        Action(
            "topic.group.messages", [.char("m")], hint: "messages", help: "messages of the topic",
            run: { model in
                guard case .topic(let name, _) = model.place else { return [] }
                return MessageMoves.open(topics: [name], &model)
            }),
        sort, AnalysisActions.open,
    ]
}
