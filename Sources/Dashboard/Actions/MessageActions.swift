import TerminalUI

/// What works on messages.
enum MessageActions {
    private static let needsTopic: @Sendable (Model) -> Action.Availability = {
        $0.messages.request == nil ? .hidden : .yes
    }

    /// Whether a reading ends by itself, which has keys of its own.
    static func isScan(_ model: Model) -> Bool { model.messages.request?.follow == false }

    /// On the hint line only while a scan is shown.
    private static func whileScanning(_ hint: String) -> @Sendable (Model) -> String { { isScan($0) ? hint : "" } }
    /// On the hint line only while a scan is shown that has not come to its end.
    private static func whileUnread(_ hint: String) -> @Sendable (Model) -> String {
        { isScan($0) && $0.messages.last?.state != .atEnd ? hint : "" }
    }
    /// On the hint line only while no scan is shown.
    private static func whileFollowing(_ hint: String) -> @Sendable (Model) -> String { { isScan($0) ? "" : hint } }

    static let table: [Action] = [
        Action("message.open", [.enter], hint: "open", help: "open the message", run: { MessageMoves.enter(&$0) }),
        Action(
            "message.stop", [], keyText: "Esc", help: "stop the scan and keep what it found, then clear the filter",
            hintNow: { model in
                isScan(model) && model.messages.isReading
                    ? "stop" : model.messages.request?.filter.expression != nil ? "clear filter" : ""
            }, availability: needsTopic, run: { Navigation.escape(&$0) }),
        Action(
            "message.resume", [.char("c")], help: "continue the scan", hintNow: whileUnread("continue"),
            availability: needsTopic, run: { MessageMoves.resume(&$0) }),
        Action(
            "message.more", [.char("n")], help: "the next matches after a pause", hintNow: whileUnread("more"),
            availability: needsTopic, run: { MessageMoves.more(&$0) }),
        Action(
            "message.follow", [.char("f")], help: "follow on, off",
            hintNow: { model in
                isScan(model)
                    ? "" : model.messages.isFollowing && model.messages.isReading ? "stop following" : "follow"
            }, availability: needsTopic, run: { MessageMoves.follow(&$0) }),
        Action(
            "message.seek", [.char("o")], hint: "seek", help: "begin elsewhere", availability: needsTopic,
            run: { Prompts.open(.seek, &$0) }),
        Action(
            "message.filter", [.char("/")], help: "filter messages",
            hintNow: { isScan($0) ? "change filter" : "filter" },
            run: { Prompts.open($0.messages.request == nil ? .filter : .messageFilter, &$0) }),
        Action(
            "message.partitions", [.char("p")], help: "choose partitions", hintNow: whileFollowing("partitions"),
            availability: needsTopic, run: { Prompts.open(.partitions, &$0) }),
        Action(
            "message.wide", [.char("w")], help: "time in full with its type, and the value wrapped",
            hintNow: whileFollowing("wrap"),
            run: { model in
                model.list.wide.toggle()
                model.list.table.columnScroll = 0
                return []
            }),
        Action(
            "message.produce", [.char("P")], help: "produce a message, or the marked ones again", group: .change,
            hintNow: { $0.list.marks.isEmpty ? isScan($0) ? "" : "produce" : "produce again" },
            availability: needsTopic, run: { MessageMoves.produce(&$0) }),
        Action(
            "message.save", [.control("s")], help: "save all or the marked as NDJSON, or as CSV by the ending .csv",
            hintNow: { model in
                let marked = MessageMoves.marked(model).count
                if marked > 0 { return "save \(Format.count(marked))" }
                return isScan(model) ? "save \(Format.count(model.messages.kept.count))" : "save"
            }, availability: needsTopic,
            run: { Prompts.open(.save, &$0) }),
        Action(
            "message.copy", [.char("y")], hint: "copy", help: "copy value, key, headers, JSON or command",
            availability: needsTopic,
            run: { MessageMoves.copy(&$0) }),
        Action(
            "message.format", [.char("b")], help: "read values as text, JSON, hex, numbers and more",
            availability: needsTopic, run: { MessageMoves.nextFormat(&$0) }),
        Action(
            "message.fields", [.char("e")], help: "fields of JSON values as columns", availability: needsTopic,
            run: { Prompts.open(.fields, &$0) }),
        Action(
            "message.committed", [.char("x")], help: "leave out open and aborted transactions, or not",
            availability: needsTopic, run: { MessageMoves.committedOnly(&$0) }),
        Action(
            "message.topic", [.char("t")], help: "choose other topics", availability: needsTopic,
            run: { MessageMoves.chooseTopics(&$0) }),
    ]
}
