import ClusterInsight
import KafkaClient
import KafkaProtocol
import TerminalUI

/// What works on consumer groups.
enum GroupActions {
    /// The groups a verb acts on.
    static func chosen(_ model: Model) -> [String] {
        if case .group(let name) = model.place { return [name] }
        return Screens.chosen(model)
    }

    private static let needsRow: @Sendable (Model) -> Action.Availability = { chosen($0).isEmpty ? .hidden : .yes }

    static func open(_ model: inout Model) -> [Command] {
        guard let name = Screens.cursorID(model) else { return [] }
        return Navigation.go(.group(name), &model)
    }

    private static func topics(_ model: Model) -> [String] {
        if case .group = model.place, let id = Screens.cursorID(model) {
            return Objects.partition(id).map { [$0.topic] } ?? []
        }
        return Set(chosen(model).flatMap { model.snapshot.group($0)?.topics ?? [] }).sorted()
    }

    static let reset = Action(
        "group.reset", [.char("O")], hint: "reset offsets", help: "reset offsets", group: .change,
        availability: { Action.one(chosen($0), "group") },
        run: { model in chosen(model).first.map { ResetView.open($0, &model) } ?? [] })

    private static let delete = Action(
        "group.delete", [.char("D")], hint: "delete", help: "delete the group", group: .change, availability: needsRow,
        run: { Plans.show(.deleteGroups(chosen($0)), &$0) })

    private static let forget = Action(
        "group.forget", [.char("X")], help: "delete committed offsets of the partition", group: .change,
        availability: { model in
            if case .group(let name) = model.place, model.snapshot.group(name)?.isShare == true {
                return .no(CommitsOnly.refusal(of: name))
            }
            return Objects.chosenPartitions(model).isEmpty ? .hidden : .yes
        },
        run: { model in
            guard case .group(let name) = model.place else { return [] }
            return Plans.show(.deleteOffsets(Objects.chosenPartitions(model), group: name), &model)
        })

    private static let remove = Action(
        "group.remove", [.char("K")], help: "remove the member from the group", group: .change,
        availability: { model in
            guard model.showsMembers else { return .no("Tab shows the members") }
            return Screens.chosen(model).isEmpty ? .hidden : .yes
        },
        run: { model in
            guard case .group(let name) = model.place else { return [] }
            return Plans.show(.removeMembers(Screens.chosen(model), group: name), &model)
        })

    private static let messages = Action(
        "group.messages", [.char("m")], hint: "messages", help: "messages of its topics", availability: needsRow,
        run: { MessageMoves.open(topics: topics($0), &$0) })

    /// The message that the group reads next in the partition under the cursor, which is where it hangs when it hangs.
    private static let next = Action(
        "group.next", [.char("n")], help: "the message it reads next in the partition",
        hintNow: { model in
            guard case .group(let name) = model.place else { return "" }
            return [.stall, .stop, .rewind].contains(model.figures.group(name).status) ? "next message" : ""
        },
        availability: {
            $0.showsMembers ? .no("Tab shows the partitions") : Screens.cursorID($0) == nil ? .hidden : .yes
        },
        run: { model in
            guard case .group(let name) = model.place, let id = Screens.cursorID(model).flatMap(Objects.partition)
            else { return [] }
            guard let offset = model.snapshot.group(name)?.position(in: id) else {
                model.say("\(name) has read nothing in \(PartitionNames.list([id])); m shows its messages", .warn)
                return []
            }
            return MessageMoves.open(id, from: offset, &model)
        })

    static let list: [Action] = [
        Action(
            "group.open", [.enter], hint: "open", help: "open the group", availability: needsRow, run: { open(&$0) }),
        messages,
        Action(
            "group.topics", [.char("u")], hint: "topics", help: "topics it reads", availability: needsRow,
            run: { model in
                let names = topics(model)
                let commands = Navigation.go(.topics, &model)
                model.list.filter = names.count == 1 ? names[0] : "re:^(\(names.joined(separator: "|")))$"
                return commands
            }),
        reset, delete, WriterActions.open,
        Action(
            "group.new", [.char("N")], help: "set offsets of a new group", group: .change,
            run: { Prompts.open(.resetGroup(topics: []), &$0) }),
        Action(
            "group.problems", [.char("!")], hint: "not OK", help: "groups that are not OK",
            run: { model in
                model.list.problemsOnly.toggle()
                return []
            }),
    ]

    static let detail: [Action] = [
        Action(
            "group.partition", [.enter], hint: "partition", help: "the partition in its topic",
            run: { PartitionActions.open(&$0) }),
        Action(
            "group.members", [.tab, .backTab], keyText: "Tab", hint: "partitions/members", help: "partitions, members",
            run: { Navigation.tab(1, &$0) }), next, messages, reset, delete, forget, remove, ChartSpan.action,
    ]
}
