import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What can be copied of rows or messages.
package enum CopyForm: String, Sendable, CaseIterable {
    case value, key, headers, name, row, json, command

    /// What chooses it.
    var letter: Character { self == .json ? "j" : rawValue.first ?? " " }
}

/// The choice of what `y` copies; the first one is copied by `y` again.
package struct CopyPopup: Sendable, Equatable {
    /// Of what; kept, since lists go on under the choice.
    package enum Objects: Sendable, Equatable {
        case rows([String])
        case messages([ReadMessage])

        var count: Int {
            switch self {
            case .rows(let ids): ids.count
            case .messages(let messages): messages.count
            }
        }
    }

    package var forms: [CopyForm]
    package var objects: Objects
    package var cursor = 0
    /// The message in full under it, which is there again afterwards.
    package var message: MessagePopup?
}

/// `y`: a choice by letters of what goes to the clipboard.
enum CopyChoice {
    /// Cells of the popup.
    static let width = 68

    /// Of the marked rows of the present list, else of the one under the cursor.
    static func open(_ model: inout Model) -> [Command] {
        guard let ids = Screens.list(model)?.chosen(model.list), !ids.isEmpty else { return [] }
        return open(.rows(ids), forms(ids, model), under: nil, &model)
    }

    /// Of messages; the one in full over them comes back afterwards.
    static func open(_ messages: [ReadMessage], under message: MessagePopup? = nil, _ model: inout Model) -> [Command] {
        guard !messages.isEmpty else { return [] }
        return open(.messages(messages), forms(messages), under: message, &model)
    }

    private static func open(
        _ objects: CopyPopup.Objects, _ forms: [CopyForm], under message: MessagePopup?, _ model: inout Model
    ) -> [Command] {
        let popup = CopyPopup(forms: forms, objects: objects, message: message)
        if forms.count == 1 { return copy(forms[0], popup, &model) }
        model.popup = .copy(popup)
        return []
    }

    private static func forms(_ messages: [ReadMessage]) -> [CopyForm] {
        if messages.allSatisfy({ $0.damage != nil }) { return [.command] }
        let parts: [CopyForm] = [
            messages.contains { $0.value != nil } ? .value : nil, messages.contains { $0.key != nil } ? .key : nil,
            messages.contains { !$0.headers.isEmpty } ? .headers : nil,
        ].compactMap { $0 }
        return parts + [.json, .command]
    }

    private static func forms(_ ids: [String], _ model: Model) -> [CopyForm] {
        if case .broker(_, .log) = model.place { return [.row] }
        let entries = configs(ids, model)
        let values: [CopyForm] = entries.contains { !$0.isSensitive } ? [.value] : []
        let command: [CopyForm] = commandText(ids, model) == nil ? [] : [.command]
        // An entry of the journal has no name but its number.
        return values + (model.place == .journal ? [] : [.name]) + [.row, .json] + command
    }

    static func handle(_ key: Key, _ popup: CopyPopup, _ model: inout Model) -> [Command] {
        switch key {
        case .escape, .character("q"): close(popup, &model)
        case .enter: return copy(popup.forms[min(popup.cursor, popup.forms.count - 1)], popup, &model)
        case .character("y"): return copy(popup.forms[0], popup, &model)
        case .character(let letter) where popup.forms.contains { $0.letter == letter }:
            if let form = popup.forms.first(where: { $0.letter == letter }) { return copy(form, popup, &model) }
        default:
            var state = TableState(cursor: popup.cursor)
            guard state.handle(key, count: popup.forms.count, page: 10) else { return [] }
            var popup = popup
            popup.cursor = state.cursor
            model.popup = .copy(popup)
        }
        return []
    }

    private static func close(_ popup: CopyPopup, _ model: inout Model) {
        model.popup = popup.message.map { .message($0) }
    }

    private static func copy(_ form: CopyForm, _ popup: CopyPopup, _ model: inout Model) -> [Command] {
        if case .copy = model.popup { close(popup, &model) }
        let text =
            switch popup.objects {
            case .rows(let ids): text(form, ids, model)
            case .messages(let messages): text(form, messages, model)
            }
        guard text.utf8.count <= DashboardLimits.copiedBytes else {
            let most = Format.bytes(DashboardLimits.copiedBytes)
            model.say("not copied: \(Format.bytes(text.utf8.count)), a clipboard takes \(most); C-s saves them", .warn)
            return []
        }
        model.say(said(form, text, popup.objects, model))
        return [.copy(text)]
    }

    private static func said(_ form: CopyForm, _ text: String, _ objects: CopyPopup.Objects, _ model: Model) -> String {
        let count = objects.count
        switch (form, objects) {
        case (.command, _): return "copied: \(text)"
        case (.name, _): return count == 1 ? "copied: \(text)" : "copied \(count) names, one a line"
        case (_, .rows) where count == 1 && isLog(model): return "copied the line"
        case (_, .rows(let ids)):
            let noun = form == .json ? "JSON" : form.rawValue
            return count == 1 ? "copied the \(noun) of \(ids[0])" : "copied \(count) rows, one a line"
        case (_, .messages(let messages)):
            let noun = form == .json ? "JSON" : form.rawValue
            return count == 1 ? "copied the \(noun) of \(messages[0].id)" : "copied \(noun) of \(count) messages"
        }
    }

    private static func isLog(_ model: Model) -> Bool {
        if case .broker(_, .log) = model.place { true } else { false }
    }

    // MARK: texts

    private static func text(_ form: CopyForm, _ ids: [String], _ model: Model) -> String {
        guard let page = Screens.list(model) else { return "" }
        let rows = ids.compactMap { page.ids.firstIndex(of: $0) }
        switch form {
        case .command: return commandText(ids, model) ?? ""
        case .json: return String(Export.ndjson(page, rows: rows).dropLast())
        case .value: return configs(ids, model).map { $0.isSensitive ? "" : $0.value ?? "" }.joined(separator: "\n")
        case .row, .key, .headers:
            return rows.map { index in
                let cells = page.row(index).cells
                return page.columns.compactMap { cells[$0.id]?.plain }.filter { !$0.isEmpty }.joined(separator: "\t")
            }.joined(separator: "\n")
        case .name: return ids.joined(separator: "\n")
        }
    }

    private static func text(_ form: CopyForm, _ messages: [ReadMessage], _ model: Model) -> String {
        switch form {
        case .command, .name: return command(messages).text(model.cluster.commandOptions)
        case .json, .row: return String(Export.ndjson(messages).dropLast())
        case .key:
            return messages.map { MessageMoves.text($0.key, of: $0, isKey: true, model) }.joined(separator: "\n")
        case .value:
            return messages.map { MessageMoves.text($0.value, of: $0, isKey: false, model) }.joined(separator: "\n")
        case .headers:
            return messages.flatMap(\.headers).map { header in
                "\(header.key): \(header.value.map { Payload.text($0) ?? "0x" + Payload.hex($0) } ?? "(null)")"
            }.joined(separator: "\n")
        }
    }

    /// The configurations among rows; none where rows are something else.
    private static func configs(_ ids: [String], _ model: Model) -> [ConfigEntry] {
        let resource: ConfigResource
        switch model.place {
        case .broker(let id, .configs) where !model.comparesBrokers: resource = .broker(id)
        case .topic(let name, .config): resource = .topic(name)
        default: return []
        }
        let entries = model.configs[resource]?.value ?? []
        return ids.compactMap { id in entries.first { $0.name == id } }
    }

    // MARK: commands

    /// The command as a line; those of the journal are what was done.
    private static func commandText(_ ids: [String], _ model: Model) -> String? {
        guard model.place == .journal else { return command(ids, model)?.text(model.cluster.commandOptions) }
        let wanted = Set(ids)
        return model.journal.filter { wanted.contains($0.id) }.map(\.command).joined(separator: "\n")
    }

    /// What shows the same rows in a shell; nil where no command does.
    static func command(_ ids: [String], _ model: Model) -> EquivalentCommand? {
        func topics(_ names: [String]) -> EquivalentCommand? {
            let known = names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            return known.isEmpty ? nil : EquivalentCommand(["topics", "describe"], known)
        }
        switch model.place {
        case .topics: return topics(ids)
        case .topic(let name, .partitions), .topic(let name, .map): return topics([name])
        case .topic(_, .groups), .groups: return EquivalentCommand(["groups", "describe"], ids)
        case .topic(let name, .config): return EquivalentCommand(["configs", "describe"], [], [("topic", name)])
        case .broker(let id, .configs): return EquivalentCommand(["configs", "describe"], [], [("broker", "\(id)")])
        case .broker(let id, .dirs): return EquivalentCommand(["logdirs", "describe"], [], [("broker", "\(id)")])
        case .broker(_, .partitions), .partitions, .partitionMap:
            return topics(ids.compactMap { Objects.partition($0)?.topic })
        case .brokers:
            return EquivalentCommand(all: ids.map { EquivalentCommand(["configs", "describe"], [], [("broker", $0)]) })
        case .group(let name): return EquivalentCommand(["groups", "describe"], [name])
        case .transactions: return EquivalentCommand(["transactions", "describe"], ids)
        case .producers(let topic): return EquivalentCommand(["producers"], [topic])
        case .analysis(let topic): return EquivalentCommand(["topics", "analyse"], [topic])
        case .reassign: return EquivalentCommand(["reassign", "list"])
        case .quorum: return EquivalentCommand(["quorum", "describe"])
        default: return nil
        }
    }

    /// What reads messages again; those that follow each other in a partition at once.
    static func command(_ messages: [ReadMessage]) -> EquivalentCommand {
        var runs: [(first: ReadMessage, count: Int64)] = []
        let sorted = messages.sorted { ($0.topic, $0.partition, $0.offset) < ($1.topic, $1.partition, $1.offset) }
        for message in sorted {
            if let last = runs.last, last.first.topic == message.topic, last.first.partition == message.partition,
                last.first.offset + last.count == message.offset
            {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((message, 1))
            }
        }
        return EquivalentCommand(
            all: runs.map { first, count in
                EquivalentCommand(
                    ["consume"], [first.topic],
                    [
                        ("partition", "\(first.partition)"), ("from", "\(first.offset)"),
                        ("to", "\(first.offset + count - 1)"), ("output", "json"),
                    ])
            })
    }

    // MARK: drawing

    static func draw(_ popup: CopyPopup, _ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        if let message = popup.message { MessageView.draw(message, model, on: &buffer, in: body) }
        let lines = popup.forms.enumerated().map { index, form in
            let again = index == 0 ? StyledText("y again", .muted) : StyledText("")
            return (
                letter: Optional(form.letter),
                text: StyledText(name(form).padded(to: 10)) + StyledText(preview(form, popup, model).padded(to: 40))
                    + again
            )
        }
        let count = popup.objects.count
        let title = count == 1 ? "Copy" : "Copy of \(Format.count(count)) marked"
        LetterChoice.draw(lines, cursor: popup.cursor, title: title, width: width, on: &buffer, in: body)
    }

    private static func name(_ form: CopyForm) -> String { form == .json ? "JSON" : form.rawValue }

    /// What would be copied, in a few words.
    private static func preview(_ form: CopyForm, _ popup: CopyPopup, _ model: Model) -> String {
        let width = 38
        func cut(_ text: StyledText) -> String { Cut.end.cut(text.plain, to: width) }
        switch (popup.objects, form) {
        case (.rows(let ids), .command):
            return Cut.end.cut(commandText(ids, model) ?? "", to: width)
        case (.rows(let ids), .name): return Cut.middle.cut(ids.joined(separator: ", "), to: width)
        case (.rows, .value): return Cut.end.cut(Payload.flat(text(form, ids(popup), model)), to: width)
        case (.rows, .json): return "by column, numbers in full"
        case (.rows, _): return "the cells, parted by tabs"
        case (.messages(let messages), .command): return messages.count == 1 ? "klamm consume … reads it again" : ""
        case (.messages(let messages), .headers):
            return messages.flatMap(\.headers).map(\.key).prefix(4).joined(separator: ", ")
        case (.messages(let messages), .json): return messages.count == 1 ? "the whole message" : "one a line"
        case (.messages(let messages), _):
            guard messages.count == 1, let message = messages.first else { return "one a line" }
            let formats = model.messages.formats(of: message.topic)
            return form == .key
                ? cut(Payload.line(message.key, formats.key, message, isKey: true))
                : cut(Payload.line(message.value, formats.value, message, isKey: false))
        }
    }

    private static func ids(_ popup: CopyPopup) -> [String] {
        if case .rows(let ids) = popup.objects { ids } else { [] }
    }
}
