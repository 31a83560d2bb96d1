import ClusterInsight
import KafkaProtocol
import Properties
import TerminalUI

/// What the keys that work everywhere do to the list of the present place.
enum Moves {
    /// Moves the cursor by a moving key; answers whether it was one.
    static func cursor(_ key: Key, _ model: inout Model) -> Bool {
        guard let page = Screens.list(model) else { return Screens.scroll(key, &model) }
        var state = model.list
        var table = state.table
        table.cursor = page.cursor(state)
        let height = Screens.listHeight(model, page)
        guard table.handle(key, count: page.ids.count, page: height) else { return false }
        state.table = table
        state.cursorID = page.ids.indices.contains(table.cursor) ? page.ids[table.cursor] : nil
        model.list = state
        if page.isFollowed, model.messages.request?.follow == true {
            let atEnd = table.cursor >= page.ids.count - 1
            if atEnd { model.messages.missed = 0 }
            model.messages.isFollowing = atEnd
        }
        extendRange(page, &model)
        return true
    }

    private static func extendRange(_ page: ListPage, _ model: inout Model) {
        guard let start = model.list.rangeStart, let from = page.ids.firstIndex(of: start) else { return }
        let to = page.cursor(model.list)
        guard page.ids.indices.contains(to) else { return }
        for index in min(from, to)...max(from, to) { model.list.marks.insert(page.ids[index]) }
    }

    static func column(_ step: Int, _ model: inout Model) -> [Command] {
        if model.place.isMap {
            if model.list.cursorID == nil { model.list.cursorID = Screens.cursorID(model) }
            MapGrid.move(step, &model)
            return []
        }
        if OverviewScreen.tilesHaveFocus(model) {
            _ = cursor(step > 0 ? .down : .up, &model)
            return []
        }
        guard model.list.wide || Screens.list(model)?.scrollsColumns == true else {
            model.say("h l scroll columns where w shows all of them")
            return []
        }
        model.list.table.columnScroll = max(0, model.list.table.columnScroll + step)
        return []
    }

    /// All columns, or those there is room for; where that is the same it is said.
    static func wide(_ model: inout Model) -> [Command] {
        let before = picture(model)
        model.list.wide.toggle()
        model.list.table.columnScroll = 0
        if model.place == .overview || picture(model) == before {
            model.list.wide = false
            model.say("all columns are in view already")
        }
        return []
    }

    /// The columns there are room for, or all that can be scrolled to, and how they look in the first row.
    private static func picture(_ model: Model) -> [StyledText] {
        guard let page = Screens.list(model) else { return [] }
        let table = ListView.table(page, model.list)
        let area = ListView.tableArea(Frame.body(model.size).insideBox, page)
        let columns =
            table.keepAll ? page.columns : table.layout(in: area, state: model.list.table).placed.map(\.column)
        let row = page.ids.isEmpty ? [:] : page.row(0).cells
        return columns.flatMap { [StyledText($0.id), row[$0.id] ?? ""] }
    }

    static func mark(_ model: inout Model) -> [Command] {
        guard let page = Screens.list(model), let id = page.cursorID(model.list) else { return [] }
        if model.list.marks.remove(id) == nil { model.list.marks.insert(id) }
        model.list.rangeStart = nil
        _ = cursor(.down, &model)
        sayMarks(&model)
        return []
    }

    static func range(_ model: inout Model) -> [Command] {
        guard let page = Screens.list(model), let id = page.cursorID(model.list) else { return [] }
        if model.list.rangeStart == nil {
            model.list.rangeStart = id
            model.list.marks.insert(id)
        } else {
            model.list.rangeStart = nil
        }
        sayMarks(&model)
        return []
    }

    static func invert(_ model: inout Model) -> [Command] {
        guard let page = Screens.list(model) else { return [] }
        model.list.marks = Set(page.ids).subtracting(model.list.marks)
        sayMarks(&model)
        return []
    }

    private static func sayMarks(_ model: inout Model) {
        let marks = model.list.marks
        guard !marks.isEmpty, let page = Screens.list(model) else { return }
        let names = page.ids.filter { marks.contains($0) }.prefix(4).joined(separator: ", ")
        model.say("\(marks.count) marked: \(names)\(marks.count > 4 ? " …" : "")")
    }

    /// What `a` goes through, milliseconds; 0 is never by itself.
    static let intervals: [Int64] = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 0]

    static func interval(_ model: inout Model) -> [Command] {
        let steps = intervals
        let index = steps.firstIndex(of: model.interval) ?? 1
        return interval(steps[(index + 1) % steps.count], &model)
    }

    /// `:interval 10s`, where a number alone is seconds; `off` asks only by `r`.
    static func interval(named text: String, _ model: inout Model) -> [Command] {
        if text.isEmpty { return interval(&model) }
        let milliseconds = text == "off" ? 0 : Filter.number(text).map { $0 * 1_000 }
        guard let milliseconds, milliseconds == 0 || (100...600_000).contains(milliseconds) else {
            model.say("interval takes off or a time from 100ms to 10m, such as 5s, not \(text)", .warn)
            return []
        }
        return interval(Int64(milliseconds), &model)
    }

    private static func interval(_ milliseconds: Int64, _ model: inout Model) -> [Command] {
        model.interval = milliseconds
        let text = milliseconds == 0 ? "off: r asks" : Format.configDuration(milliseconds: Int(milliseconds))
        model.say("refresh interval \(text)")
        return [.setInterval(milliseconds: milliseconds)]
    }

    static func freeze(_ model: inout Model) -> [Command] {
        model.frozen =
            model.frozen == nil ? Frozen(report: model.latest, events: model.latestEvents, at: model.now) : nil
        return []
    }

    static func describe(_ model: inout Model) -> [Command] {
        guard let page = Screens.list(model), let id = page.cursorID(model.list) else { return [] }
        if let about = Described(id, model) {
            model.popup = .text(about.popup)
            return Described.ask(&model, now: true)
        }
        let cells = page.row(page.cursor(model.list)).cells
        let lines = page.columns.compactMap { column -> StyledText? in
            guard let cell = cells[column.id] else { return nil }
            let title = column.title.isEmpty ? column.id : column.title
            return StyledText(title.padded(to: 20), .muted) + cell
        }
        model.popup = .text(TextPopup(title: id, lines: lines + Screens.details(id, model), copy: id))
        return []
    }
}

extension String {
    /// The text with blanks up to a width in cells.
    func padded(to width: Int) -> String {
        let own = TextWidth.of(self)
        return own >= width ? self + " " : self + String(repeating: " ", count: width - own)
    }

    /// The text with blanks before it, up to a width in cells.
    func leftPadded(to width: Int) -> String {
        let own = TextWidth.of(self)
        return own >= width ? self : String(repeating: " ", count: width - own) + self
    }
}

extension Model {
    /// Says what was left out of a file; `:messages-log` has all of it. A line of the screen has no room for a path.
    package mutating func say(_ warnings: [PropertiesError]) {
        let texts = warnings.map { warning in
            let name = warning.file.split(separator: "/").last.map(String.init) ?? warning.file
            return PropertiesError(file: name, line: warning.line, reason: warning.reason).description
        }
        for text in texts { say(text, .warn) }
        guard let first = texts.first, texts.count > 1 else { return }
        say("\(texts.count) warnings, see :messages-log; the first is \(first)", .warn)
    }

    /// Says something on the last line. The worse wins; the same again counts.
    ///
    /// - Parameters:
    ///   - at: when what it says happened; now when nil.
    ///   - about: the event that it tells of: it goes when that is over.
    package mutating func say(
        _ text: String, _ weight: Flash.Weight = .info, at: Timestamp? = nil, about: ClusterEvent? = nil
    ) {
        if var present = flash, present.text == text {
            present.count += 1
            present.at = now
            present.about = about
            flash = present
            return
        }
        said.append(Flash(text: text, weight: weight, at: now))
        if said.count > DashboardLimits.said { said.removeFirst() }
        if let present = flash, present.weight > weight, present.endsAt.map({ $0 > now }) ?? false { return }
        flash = Flash(text: text, weight: weight, at: at ?? now, about: about)
    }
}
