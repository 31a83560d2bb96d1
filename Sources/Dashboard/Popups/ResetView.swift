import ClusterInsight
import KafkaClient
import KafkaProtocol
import TerminalUI

/// Keys and drawing of an offset reset.
enum ResetView {
    private static let modesPerLine = 5

    static func open(_ group: String, _ model: inout Model) -> [Command] {
        var popup = ResetPopup(group: group)
        if model.place == .group(group), !model.showsMembers {
            // Marked partitions alone are reset; the cursor stays on its row.
            let all = ResetOffsets.partitions(popup, model)
            let marked = Set(model.list.marks.compactMap(Objects.partition))
            if !marked.isEmpty { popup.leftOut = Set(all).subtracting(marked) }
            popup.cursor = Screens.cursorID(model).flatMap(Objects.partition).flatMap { all.firstIndex(of: $0) } ?? 0
        }
        model.popup = .reset(popup)
        return []
    }

    /// Opens it for a group by name, which may be yet to be made, on topics that it may never have read (KIP-122).
    static func open(_ group: String, on topics: [String], _ model: inout Model) -> [Command] {
        guard !group.isEmpty else { return [] }
        var popup = ResetPopup(group: group)
        popup.added = Set(topics)
        model.popup = .reset(popup)
        if topics.isEmpty { model.say("Tab to the rows, then + takes a topic in") }
        return []
    }

    // MARK: keys

    static func handle(_ key: Key, _ popup: ResetPopup, _ model: inout Model) -> [Command] {
        var popup = popup
        switch key {
        case .escape:
            model.popup = nil
            model.say("nothing was sent")
            return []
        case .tab, .backTab:
            let count = ResetPopup.Focus.allCases.count
            let next = (popup.focus.rawValue + (key == .tab ? 1 : count - 1)) % count
            popup.focus = ResetPopup.Focus(rawValue: next) ?? .to
        case .control("s"): return Prompts.open(.saveReset, &model)
        default:
            switch popup.focus {
            case .to: return choose(key, popup, &model)
            case .rows where key == .character("+"): return Prompts.open(.resetTopic, &model)
            case .rows: rows(key, &popup, model)
            case .name: return type(key, popup, &model)
            }
        }
        model.popup = .reset(popup)
        return []
    }

    private static func choose(_ key: Key, _ popup: ResetPopup, _ model: inout Model) -> [Command] {
        var popup = popup
        let all = ResetMode.allCases
        let index = all.firstIndex(of: popup.mode) ?? 0
        switch key {
        case .left: popup.mode = all[(index + all.count - 1) % all.count]
        case .right, .character(" "): popup.mode = all[(index + 1) % all.count]
        case .up: popup.mode = all[max(0, index - modesPerLine)]
        case .down: popup.mode = all[min(all.count - 1, index + modesPerLine)]
        case .enter where popup.mode.asks != nil: return Prompts.open(.reset, &model)
        case .enter: popup.focus = .name
        case .character(let character) where popup.mode.asks != nil:
            let commands = Prompts.open(.reset, &model)
            model.prompt?.prompt.input.set(String(character))
            return commands
        default: return []
        }
        if popup.mode != all[index] {
            popup.value = ""
            popup.found = [:]
            popup.asked = nil
        }
        model.popup = .reset(popup)
        return []
    }

    private static func rows(_ key: Key, _ popup: inout ResetPopup, _ model: Model) {
        let rows = ResetOffsets.rows(popup, model)
        if rows.indices.contains(popup.cursor) {
            let id = rows[popup.cursor].id
            switch key {
            case .character(" "):
                if popup.leftOut.remove(id) == nil { popup.leftOut.insert(id) }
                popup.cursor = min(popup.cursor + 1, rows.count - 1)
            case .character("t"):
                let topic = rows.map(\.id).filter { $0.topic == id.topic }
                if popup.leftOut.isSuperset(of: topic) {
                    popup.leftOut.subtract(topic)
                } else {
                    popup.leftOut.formUnion(topic)
                }
            case .character("*"): popup.leftOut = Set(rows.map(\.id)).subtracting(popup.leftOut)
            default: break
            }
        }
        var state = TableState(cursor: popup.cursor)
        if state.handle(key, count: rows.count, page: 8) { popup.cursor = state.cursor }
    }

    private static func type(_ key: Key, _ popup: ResetPopup, _ model: inout Model) -> [Command] {
        var popup = popup
        if refusal(popup, model) != nil {
            if key == .character("y") {
                model.say("copied the command")
                return [.copy(ResetOffsets.command(popup, model))]
            }
            return []
        }
        switch popup.typed.handle(key) {
        case .confirmed:
            let targets = ResetOffsets.targets(popup, model)
            let change = Change.resetOffsets(group: popup.group, targets)
            model.popup = nil
            model.say("sending: \(change.summary)")
            return [.change(change, command: ResetOffsets.command(popup, model))]
        case .notYet: model.say("not the name yet")
        case .cancelled, .ignored: break
        case .edited: model.popup = .reset(popup)
        }
        return []
    }

    /// A value was given for the mode.
    static func give(_ text: String, _ model: inout Model) -> [Command] {
        guard case .reset(var popup) = model.popup else { return [] }
        popup.value = text
        popup.found = [:]
        popup.asked = nil
        defer { model.popup = .reset(popup) }
        switch popup.mode {
        case .offset where (Int64(text) ?? -1) < 0, .shift where ResetOffsets.number(text) == nil:
            model.say("not a number: \(text)", .warn)
            popup.value = ""
        case .time, .duration:
            guard let at = ResetOffsets.moment(popup, model) else {
                model.say("not a \(popup.mode.rawValue): \(text)", .warn)
                popup.value = ""
                return []
            }
            return ask(.from(at, ResetOffsets.partitions(popup, model)), &popup)
        case .file: return ask(.file(text), &popup)
        case .group where model.snapshot.group(text) == nil:
            model.say("there is no group \(text)", .warn)
            popup.value = ""
        default: break
        }
        return []
    }

    /// Takes the partitions of a topic in that the group has not read so far.
    static func add(_ topic: String, _ model: inout Model) -> [Command] {
        guard case .reset(var popup) = model.popup, !topic.isEmpty else { return [] }
        guard model.snapshot.topic(topic) != nil else {
            model.say("there is no topic \(topic)", .warn)
            return []
        }
        popup.added.insert(topic)
        model.popup = .reset(popup)
        // By time its offsets have to be asked for too.
        guard popup.mode == .time || popup.mode == .duration, !popup.value.isEmpty else { return [] }
        return give(popup.value, &model)
    }

    private static func ask(_ query: OffsetsQuery, _ popup: inout ResetPopup) -> [Command] {
        popup.asked = query
        return [.findOffsets(query)]
    }

    /// Offsets that were asked for came; those of an earlier question are passed over.
    static func found(
        _ query: OffsetsQuery, _ result: Result<[TopicPartition: Offset], Failure>, _ model: inout Model
    ) {
        guard case .reset(var popup) = model.popup, popup.asked == query else { return }
        popup.asked = nil
        switch result {
        case .success(let offsets):
            popup.found = offsets
            let unknown = offsets.keys.filter { model.snapshot.partition($0) == nil }.sorted()
            if !unknown.isEmpty { model.say("left out, as they do not exist: \(PartitionNames.list(unknown))", .warn) }
        case .failure(let failure): model.say(failure.text, .warn)
        }
        model.popup = .reset(popup)
    }

    // MARK: drawing

    /// Why it cannot be sent.
    private static func refusal(_ popup: ResetPopup, _ model: Model) -> String? {
        let group = model.snapshot.group(popup.group)
        if let group, !group.members.isEmpty {
            let count = group.members.count
            return "Not possible: group is \(group.state) with "
                + (count == 1 ? "1 member. Stop it first." : "\(count) members. Stop them first.")
        }
        if popup.mode.asks != nil, popup.value.isEmpty { return "Type \(popup.mode.wants)." }
        if popup.asked != nil { return "The offsets are being asked for." }
        return ResetOffsets.targets(popup, model).isEmpty ? "No partition is chosen that can be set." : nil
    }

    static func draw(_ popup: ResetPopup, _ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        let rows = ResetOffsets.rows(popup, model)
        let isTight = Popups.isTight(body)
        let (top, bottom) =
            isTight
            ? tightParts(popup, rows, model, in: body)
            : (modes(popup, model) + [topics(popup, rows), ""], summary(popup, rows, model))
        let blanks = isTight ? 0 : 1
        let area = Popups.area(width: 100, lines: top.count + 1 + rows.count + bottom.count + blanks + 1, in: body)
        let inside = buffer.popup(
            area,
            titles: BoxTitles(
                left: StyledText(
                    "Reset offsets of \(popup.group)"
                        + (model.snapshot.group(popup.group) == nil ? ", a new group" : "")),
                right: StyledText("cluster \(model.cluster.name)", .muted)), danger: true)
        let (upper, rest) = inside.split(top: top.count)
        let (table, lower) = rest.split(bottom: bottom.count + blanks + 1)
        for (index, line) in top.enumerated() { buffer.text(line, x: upper.x, y: upper.y + index, width: upper.width) }
        if table.height > 0 { draw(rows, popup, on: &buffer, in: table) }
        for (index, line) in bottom.enumerated() {
            buffer.text(line, x: lower.x, y: lower.y + index, width: lower.width)
        }
        let last = lower.row(bottom.count + blanks)
        if let refusal = refusal(popup, model) {
            buffer.text(refusal, x: last.x, y: last.y, width: last.width, style: Style(.healthBad))
        } else {
            popup.typed.draw(on: &buffer, in: last)
        }
        if popup.focus != .name { buffer.cursor = nil }
    }

    /// Where there is hardly room: the choice alone, and what it would do; the partitions while the cursor is among them.
    private static func tightParts(
        _ popup: ResetPopup, _ rows: [ResetRow], _ model: Model, in body: Rect
    ) -> (top: [StyledText], bottom: [StyledText]) {
        let value = popup.value.isEmpty ? "" : " \(popup.value)"
        let choice =
            StyledText("to  ", popup.focus == .to ? .text : .muted)
            + StyledText(
                spans: [
                    .init("\(popup.mode.rawValue)\(value)", Style(.text, on: popup.focus == .to ? .selection : nil))
                ])
        guard popup.focus != .rows else { return ([choice], []) }
        // The first two lines are a total of columns that are not shown, and a blank one.
        let told = Popups.wrapped(Array(summary(popup, rows, model).dropFirst(2).prefix(1)), width: 100, in: body)
        let whole = told.flatMap { $0.flowed(to: Popups.area(width: 100, lines: 1, in: body).width - 4) }
        return ([choice], Array(whole.prefix(max(1, body.height - 4))))
    }

    private static func modes(_ popup: ResetPopup, _ model: Model) -> [StyledText] {
        let all = ResetMode.allCases
        return stride(from: 0, to: all.count, by: modesPerLine).map { start in
            var line = StyledText(start == 0 ? "to     " : "       ", popup.focus == .to ? .text : .muted)
            for (index, mode) in all[start..<min(start + modesPerLine, all.count)].enumerated() {
                let isChosen = mode == popup.mode
                let value = isChosen && !popup.value.isEmpty ? " \(popup.value)" : ""
                let sign = isChosen ? model.glyphs.chosen : model.glyphs.notChosen
                line += (index == 0 ? "" : "  ")
                line += StyledText(
                    spans: [
                        .init(
                            "\(sign) \(mode.rawValue)\(value)",
                            Style(.text, on: isChosen && popup.focus == .to ? .selection : nil))
                    ])
            }
            return line
        }
    }

    private static func topics(_ popup: ResetPopup, _ rows: [ResetRow]) -> StyledText {
        let names = Set(rows.map(\.id.topic)).sorted()
        let left =
            popup.leftOut.isEmpty
            ? "all \(rows.count) partitions" : "\(rows.count - popup.leftOut.count) of \(rows.count) partitions"
        return StyledText((names.count == 1 ? "topic  " : "topics "), .muted)
            + StyledText("\(names.joined(separator: ", ")), \(left)")
    }

    private static func draw(_ rows: [ResetRow], _ popup: ResetPopup, on buffer: inout CellBuffer, in area: Rect) {
        let name = max(16, min(36, (rows.map { TextWidth.of("\($0.id.topic)/\($0.id.partition)") }.max() ?? 0) + 2))
        let header =
            "  " + "PARTITION".padded(to: name) + "BEFORE".leftPadded(to: 8) + "AFTER".leftPadded(to: 13)
            + "CHANGE".leftPadded(to: 13) + "LAG AFTER".leftPadded(to: 15)
        buffer.text(StyledText(header, .column), x: area.x, y: area.y, width: area.width)
        let list = area.split(top: 1).rest
        let state = TableState(cursor: popup.cursor).scrolled(count: rows.count, page: list.height)
        for (index, row) in rows.dropFirst(state.top).prefix(list.height).enumerated() {
            let hasCursor = popup.focus == .rows && state.top + index == popup.cursor
            let isOut = popup.leftOut.contains(row.id) || row.after == nil
            let line = line(row, name: name, isOut: popup.leftOut.contains(row.id), hasCursor: hasCursor, buffer.glyphs)
            buffer.field(
                isOut ? StyledText(line.plain, .muted) : line, in: list.row(index),
                surface: hasCursor ? .selection : nil)
        }
    }

    private static func line(
        _ row: ResetRow, name: Int, isOut: Bool, hasCursor: Bool, _ glyphs: GlyphSet
    ) -> StyledText {
        let title = Cut.middle.cut("\(row.id.topic)/\(row.id.partition)", to: name)
        let change = row.change ?? 0
        var line = StyledText((hasCursor ? "\(glyphs.cursor) " : "  ") + title.padded(to: name))
        line += StyledText((row.before.map { MessagesScreen.offset($0) } ?? "—").leftPadded(to: 8) + " \(glyphs.arrow)")
        line += StyledText((row.after.map { MessagesScreen.offset($0) } ?? "—").leftPadded(to: 11))
        line += StyledText(
            (row.change.map { Format.change(Int($0)) } ?? "—").leftPadded(to: 13),
            change < 0 ? .deltaDown : change > 0 ? .deltaUp : .muted)
        line += StyledText((row.lag.map { Format.count(Int($0)) } ?? "?").leftPadded(to: 15))
        let note = isOut ? "left out" : row.note
        return note.isEmpty ? line : line + StyledText("   \(note)", .healthDegraded)
    }

    private static func summary(_ popup: ResetPopup, _ rows: [ResetRow], _ model: Model) -> [StyledText] {
        let set = rows.filter { !popup.leftOut.contains($0.id) && $0.after != nil }
        let again = set.reduce(Int64(0)) { $0 + max(0, -($1.change ?? 0)) }
        let skipped = set.reduce(Int64(0)) { $0 + max(0, $1.change ?? 0) }
        let lag = set.reduce(Int64(0)) { $0 + ($1.lag ?? 0) }
        let name = max(16, min(36, (rows.map { TextWidth.of("\($0.id.topic)/\($0.id.partition)") }.max() ?? 0) + 2))
        let total =
            "  " + "total".padded(to: name + 21) + Format.change(Int(skipped - again)).leftPadded(to: 13)
            + Format.count(Int(lag)).leftPadded(to: 15)
        let count = set.count { $0.before != nil }
        guard !set.isEmpty else { return [StyledText(total), "", "Nothing is chosen yet that would be sent."] }
        return [
            StyledText(total), "",
            sentence(
                popup.group, again: again, skipped: skipped, members: model.snapshot.group(popup.group)?.members ?? []),
            Plans.fact(
                "undo",
                StyledText(
                    model.snapshot.group(popup.group) == nil
                        ? "V: deletes the group again"
                        : "V: the \(count) offset\(count == 1 ? "" : "s") of the BEFORE column\(Plans.kept(count))")),
        ] + StreamsWords.left(model.snapshot.group(popup.group))
            + [StyledText(ResetOffsets.command(popup, model), .muted)]
    }

    private static func sentence(
        _ group: String, again: Int64, skipped: Int64, members: [MemberSnapshot]
    ) -> StyledText {
        var text = StyledText("\(group) ")
        if again > 0 {
            text += StyledText("will read \(Format.count(Int(again))) message\(again == 1 ? "" : "s") again")
        }
        if again > 0, skipped > 0 { text += StyledText(" and ") }
        if skipped > 0 {
            text += StyledText("will skip \(Format.count(Int(skipped))) message\(skipped == 1 ? "" : "s")", .healthBad)
        }
        if again == 0, skipped == 0 { return "Nothing is read again and nothing is skipped." }
        return text + StyledText(members.isEmpty ? ". It has no members; the next one starts there." : ".")
    }
}
