import TerminalUI

/// What works on the timeline, the journal and the quorum.
enum EventActions {
    static let timeline: [Action] = [
        Action("event.open", [.enter], hint: "open", help: "what the event is about", run: { EventsScreen.open(&$0) }),
        Action("event.fold", [.char(" ")], hint: "fold", help: "fold the incident", run: { EventsScreen.fold(&$0) }),
        Action(
            "event.next", [.char("n")], keyText: "n N", hint: "incident", help: "next, previous incident",
            run: { EventsScreen.incident(1, &$0) }),
        Action(
            "event.previous", [.char("N")], keyText: "", help: "previous incident",
            run: { EventsScreen.incident(-1, &$0) }),
        Action(
            "event.follow", [.char("f")], hint: "follow", help: "go to the newest",
            run: { model in
                model.list.cursorID = nil
                model.list.table = TableState()
                return []
            }),
        Action(
            "event.problems", [.char("!")], hint: "problems", help: "problems only",
            run: { model in
                model.list.problemsOnly.toggle()
                return []
            }),
        Action(
            "event.journal", [], keyText: "Tab", hint: "journal", help: "changes made here",
            run: { Navigation.tab(1, &$0) }),
        Action(
            "event.save", [.control("s")], hint: "save", help: "save as NDJSON, or as CSV by the ending .csv",
            run: { Prompts.open(.save, &$0) }),
        Action("event.copy", [.char("y")], hint: "copy", help: "copy the line", run: { EventsScreen.copy(&$0) }),
    ]

    static let journal: [Action] = [
        Action(
            "journal.open", [.enter], hint: "open", help: "all of the change", run: { JournalScreen.open(&$0) }),
        Action(
            "journal.undo", [.char("V")], hint: "undo", help: "undo the change", group: .change,
            run: { JournalScreen.undo(&$0) }),
        Action(
            "journal.events", [], keyText: "Tab", hint: "events", help: "the timeline", run: { Navigation.tab(1, &$0) }),
        Action(
            "journal.copy", [.char("y")], hint: "copy command", help: "copy the command",
            run: { model in
                guard let id = Screens.cursorID(model),
                    let entry = model.journal.first(where: { $0.id == id })
                else { return [] }
                model.say("copied")
                return [.copy(entry.command)]
            }),
    ]
}

/// What works on the quorum.
enum QuorumActions {
    static let table: [Action] = [
        Action(
            "quorum.broker", [.enter], hint: "broker", help: "open the broker",
            run: { model in
                guard let id = Screens.cursorID(model).flatMap({ Int32($0) }),
                    model.snapshot.broker(id) != nil
                else { return [] }
                return Navigation.go(.broker(id, .partitions), &model)
            }),
        Action(
            "quorum.vote", [.char("O")], hint: "voter", help: "make the broker a voter, or take its vote",
            group: .change,
            availability: { Screens.cursorID($0) == nil ? .hidden : .yes },
            run: { model in
                guard let id = Screens.cursorID(model).flatMap({ Int32($0) }) else { return [] }
                return Plans.show(.changeVote(id), &model)
            }),
        Actions.everywhere("copy").hinted("copy"), Actions.everywhere("sort").hinted("sort", keys: "s"),
        Actions.everywhere("refresh").hinted("refresh", keys: "r"),
    ]
}
