import TerminalUI

/// What works on messages.
enum MessageActions {
    private static let needsTopic: @Sendable (Model) -> Action.Availability = {
        $0.messages.request == nil ? .hidden : .yes
    }

    static let table: [Action] = [
        Action("message.open", [.enter], hint: "open", help: "open the message", run: { MessageMoves.enter(&$0) }),
        Action(
            "message.follow", [.char("f")], hint: "follow", help: "follow on, off", availability: needsTopic,
            run: { MessageMoves.follow(&$0) }),
        Action(
            "message.seek", [.char("o")], hint: "seek", help: "begin elsewhere", availability: needsTopic,
            run: { Prompts.open(.seek, &$0) }),
        Action(
            "message.filter", [.char("/")], hint: "filter", help: "filter messages", availability: needsTopic,
            run: { Prompts.open(.messageFilter, &$0) }),
        Action(
            "message.partitions", [.char("p")], hint: "partitions", help: "choose partitions", availability: needsTopic,
            run: { Prompts.open(.partitions, &$0) }),
        Action(
            "message.resume", [.char("c")], help: "continue a scan", availability: needsTopic,
            run: { MessageMoves.resume(&$0) }),
        Action(
            "message.topic", [.char("t")], hint: "topic", help: "choose another topic", availability: needsTopic,
            run: { model in
                model.messages.request = nil
                model.messages.isReading = false
                model.list = ListState()
                return [.stopReading]
            }),
        Action(
            "message.produce", [.char("P")], hint: "produce", help: "produce a message", group: .change,
            availability: needsTopic, run: { Forms.produce(copying: nil, &$0) }),
    ]
}
