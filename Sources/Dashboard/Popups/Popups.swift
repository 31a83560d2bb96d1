import TerminalUI

/// Keys and drawing of what lies over the body.
enum Popups {
    static func handle(_ key: Key, _ model: inout Model) -> [Command] {
        guard let popup = model.popup else { return [] }
        switch popup {
        case .plan(let plan): return PlanView.handle(key, plan, &model)
        case .form(let form): return FormView.handle(key, form, &model)
        case .text(let text): return TextView.handle(key, text, &model)
        case .keys(let keys): return KeysView.handle(key, keys, &model)
        case .sending(let sending): return SendingView.handle(key, sending, &model)
        case .result(let result): return ResultView.handle(key, result, &model)
        case .message(let message): return MessageView.handle(key, message, &model)
        case .reset(let reset): return ResetView.handle(key, reset, &model)
        case .sort(let sort): return SortChoice.handle(key, sort, &model)
        case .copy(let copy): return CopyChoice.handle(key, copy, &model)
        }
    }

    static func draw(_ popup: Popup, _ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        switch popup {
        case .plan(let plan): PlanView.draw(plan, model, on: &buffer, in: body)
        case .form(let form): FormView.draw(form, on: &buffer, in: body)
        case .text(let text): TextView.draw(text, model, on: &buffer, in: body)
        case .keys(let keys): KeysView.draw(keys, model, on: &buffer, in: body)
        case .sending(let sending): SendingView.draw(sending, model, on: &buffer, in: body)
        case .result(let result): ResultView.draw(result, model, on: &buffer, in: body)
        case .message(let message): MessageView.draw(message, model, on: &buffer, in: body)
        case .reset(let reset): ResetView.draw(reset, model, on: &buffer, in: body)
        case .sort(let sort): SortChoice.draw(sort, model, on: &buffer, in: body)
        case .copy(let copy): CopyChoice.draw(copy, model, on: &buffer, in: body)
        }
    }

    static func hints(_ popup: Popup) -> [HintLine.Hint] {
        func hints(_ pairs: (String, String)...) -> [HintLine.Hint] { pairs.map { HintLine.Hint($0.0, $0.1) } }
        switch popup {
        case .plan(let plan):
            switch plan.question {
            case .asked(let asked):
                let save =
                    if case .reassign = plan.change { [HintLine.Hint("C-s", "save JSON")] } else { [HintLine.Hint]() }
                let all = plan.wider == nil ? [] : [HintLine.Hint("a", "all of them")]
                return hints(("y", "yes"), ("Enter:", asked.yesFocused ? "Yes" : "No"), ("←→", "choose")) + all + save
                    + hints(("Esc", "no"))
            case .typed(let typed):
                let match = typed.noun == "words" ? "they match" : "it matches"
                return hints(
                    ("type", "the \(typed.noun)"), ("Enter", "\(plan.change.verb) when \(match)"), ("Esc", "no"))
            case .refused: return hints(("y", "copy command"), ("Esc", "close"))
            }
        case .form(let form):
            if case .produce = form.kind {
                return hints(
                    ("Tab", "next field"), ("←→", "choose"), ("C-o", "editor for value"), ("Enter", "preview"),
                    ("Esc", "cancel"))
            }
            let enter = form.kind == .prove ? "prove" : "preview"
            return hints(("Tab", "next field"), ("←→", "choose"), ("Enter", enter), ("Esc", "cancel"))
        case .text(let text):
            return hints(("↑↓", "scroll"), ("/", "search")) + searching(text.search)
                + hints(("y", "copy"), ("Esc", text.search.text.isEmpty ? "close" : "end the search"))
        case .copy:
            return hints(("letter", "copy"), ("y", "the first"), ("↑↓", "choose"), ("Enter", "copy"), ("Esc", "close"))
        case .sort: return hints(("letter", "sort"), ("↑↓", "choose"), ("Enter", "sort"), ("Esc", "close"))
        case .keys: return hints(("↑↓", "choose"), ("Enter", "run"), ("/", "search"), ("Esc", "close"))
        case .sending: return hints(("↑↓", "item"), ("Esc", "close; it goes on"))
        case .result:
            return hints(
                ("↑↓", "item"), ("Enter", "press"), ("←→", "choose"), ("y", "copy"), ("C-s", "save"), ("Esc", "close"))
        case .reset(let reset):
            switch reset.focus {
            case .to:
                let value = reset.mode.asks == nil ? "on to the name" : "gives the value"
                return hints(
                    ("Tab", "to, rows, name"), ("←→", "choose"), ("Enter", value), ("C-s", "save CSV"), ("Esc", "no"))
            case .rows:
                return hints(
                    ("Tab", "to, rows, name"), ("Space", "leave out a row"), ("t", "its topic"), ("+", "another topic"),
                    ("*", "invert"), ("C-s", "save CSV"), ("Esc", "no"))
            case .name:
                return hints(
                    ("Tab", "to, rows, name"), ("C-s", "save CSV"), ("Enter", "resets when the name matches"),
                    ("Esc", "no"))
            }
        case .message(let message):
            return hints(("↑↓", "scroll"), ("/", "search")) + searching(message.search)
                + hints(
                    ("[ ]", "previous next"), ("Tab", "pretty/raw/hex"), ("y", "copy"), ("C-s", "save"),
                    ("P", "copy to produce"), ("Esc", message.search.text.isEmpty ? "close" : "end the search"))
        }
    }

    /// The keys from match to match while something is searched for.
    private static func searching(_ search: TextSearch) -> [HintLine.Hint] {
        search.text.isEmpty ? [] : [HintLine.Hint("n N", "next previous")]
    }

    /// The buttons of a popup.
    static func buttons(_ popup: Popup, _ model: Model) -> [String] {
        switch popup {
        case .plan(let plan): if case .asked = plan.question { ["Yes", "No"] } else { [] }
        case .form(let form): form.form.buttons
        case .result(let result): ResultView.labels(result, model)
        case .text, .keys, .message, .reset, .sort, .copy, .sending: []
        }
    }

    /// Presses a button, wherever the focus is.
    static func press(_ button: Int, _ model: inout Model) -> [Command] {
        switch model.popup {
        case .form(let form): return button == 1 ? handle(.escape, &model) : Forms.submit(form, &model)
        case .result(var result):
            result.button = button
            model.popup = .result(result)
            return handle(.enter, &model)
        default: return handle(.character(button == 0 ? "y" : "n"), &model)
        }
    }

    /// Where a popup of a width and a number of lines stands: centred in the body, never larger than it may be.
    static func area(width: Int, lines: Int, in body: Rect) -> Rect {
        let (aside, above) = (body.width < tightWidth ? 2 : 6, isTight(body) ? 0 : 2)
        let size = Size(
            width: min(width, max(30, body.width - aside)), height: min(lines + 2, max(5, body.height - above)))
        return body.centred(size)
    }

    /// Bodies with fewer cells or lines leave a popup all that there is, where a margin would leave it no line to be read.
    private static let (tightWidth, tightHeight) = (60, 12)

    /// Whether a popup has so few lines that blank ones between its parts would take the place of what it says.
    static func isTight(_ body: Rect) -> Bool { body.height < tightHeight }

    /// Lines as they stand in a popup that may be narrower than it would be: nothing is cut.
    static func wrapped(_ lines: [StyledText], width: Int, in body: Rect) -> [StyledText] {
        let room = area(width: width, lines: 1, in: body).width - 4
        return lines.flatMap { $0.wrapped(to: room) }.flatMap { $0.flowed(to: room) }
    }

    /// Which lines are in view: `1–12 of 15`; nil when all are.
    static func position(_ scroll: Int, _ shown: Int, of count: Int) -> StyledText? {
        count > shown ? StyledText("\(scroll + 1)–\(min(count, scroll + shown)) of \(count)", .muted) : nil
    }

    /// Scrolls a text by a moving key; answers the new first line, or nil when it was no such key. The last line never
    /// leaves the bottom of the popup.
    static func scrolled(_ scroll: Int, _ key: Key, lines: Int, in body: Rect) -> Int? {
        let shown = area(width: 30, lines: lines, in: body).height - 2
        var state = TableState(cursor: scroll)
        guard state.handle(key, count: max(1, lines - shown + 1), page: max(1, shown - 1)) else { return nil }
        return state.cursor
    }
}

/// Sentences to be read.
enum TextView {
    static func handle(_ key: Key, _ text: TextPopup, _ model: inout Model) -> [Command] {
        if PopupText.handle(key, &model) { return [] }
        if key == .character("y"), !text.copy.isEmpty {
            model.say("copied")
            return [.copy(text.copy)]
        }
        if [.escape, .enter, .character("q")].contains(key) { model.popup = nil }
        return []
    }

    static func draw(_ text: TextPopup, _ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        let lines = Popups.wrapped(text.shown(model), width: text.width, in: body)
        let area = Popups.area(width: text.width, lines: lines.count, in: body)
        let shown = area.height - 2
        let place = PopupText.Place(scroll: min(text.scroll, max(0, lines.count - shown)), search: text.search)
        let inside = buffer.popup(
            area,
            titles: BoxTitles(
                left: StyledText(text.title), right: StyledText(text.right, .muted),
                bottomRight: Popups.position(place.scroll, shown, of: lines.count),
                bottomLeft: PopupText.title(place)))
        PopupText.draw(lines, place, width: area.width - 4, on: &buffer, in: inside)
    }
}

/// A plan: what is sent, what it hurts, the question.
enum PlanView {
    static func handle(_ key: Key, _ plan: PlanPopup, _ model: inout Model) -> [Command] {
        var plan = plan
        switch plan.question {
        case .asked(var confirmation):
            switch confirmation.handle(key) {
            case .yes: return confirm(plan, &model)
            case .no: close(&model)
            case .moved:
                plan.question = .asked(confirmation)
                model.popup = .plan(plan)
            case .ignored:
                if key == .control("s"), case .reassign = plan.change { return Prompts.open(.save, &model) }
                if key == .character("a"), let wider = plan.wider { return Plans.show(wider, &model) }
                scroll(key, plan, &model)
            }
        case .typed(var typed):
            switch typed.handle(key) {
            case .confirmed: return confirm(plan, &model)
            case .notYet:
                model.say("not the \(typed.noun) yet")
            case .cancelled: close(&model)
            case .edited:
                plan.question = .typed(typed)
                model.popup = .plan(plan)
            case .ignored: scroll(key, plan, &model)
            }
        case .refused:
            if key == .character("y") {
                model.say("copied: \(plan.command)")
                return [.copy(plan.command)]
            }
            if [.escape, .enter, .character("q")].contains(key) { close(&model) } else { scroll(key, plan, &model) }
        }
        return []
    }

    private static func close(_ model: inout Model) {
        model.popup = nil
        model.say("nothing was sent")
    }

    private static func scroll(_ key: Key, _ plan: PlanPopup, _ model: inout Model) {
        let body = Frame.body(model.size)
        let parts = parts(plan, plan.lines, in: body)
        let lines = parts.lines.count + parts.command.count + parts.blanks + 1
        guard let scroll = Popups.scrolled(plan.scroll, key, lines: lines, in: body) else { return }
        var plan = plan
        plan.scroll = scroll
        model.popup = .plan(plan)
    }

    /// Lines of a command at most: a longer one, which spells out many partitions, would push the plan itself away.
    private static let commandLines = 4

    /// The command as it can be taken from the screen into a shell, or the beginning of one that is too long for that, with
    /// how much is left out; the journal has all of it.
    private static func commandLines(_ plan: PlanPopup, in body: Rect) -> [String] {
        let room = Popups.area(width: plan.width, lines: 1, in: body).width - 4
        guard TextWidth.of(plan.command) > room else { return [plan.command] }
        let lines = Wrap.lines(plan.command, width: room - 4)
        let wordsAreWhole = lines.joined(separator: " ") == plan.command
        let quotesAreWhole = lines.allSatisfy { $0.count { $0 == "'" } % 2 == 0 }
        guard wordsAreWhole, quotesAreWhole else { return [plan.command] }
        guard lines.count <= commandLines else {
            let rest = lines.count - commandLines + 1
            let whole =
                if case .refused = plan.question { "y copies all of it" } else { "the journal will have all of it" }
            return lines.prefix(commandLines - 1).enumerated().map { ($0.offset == 0 ? "" : "  ") + $0.element }
                + ["  … \(rest) lines more; \(whole)"]
        }
        return lines.enumerated().map { index, line in
            (index == 0 ? "" : "  ") + line + (index == lines.count - 1 ? "" : " \\")
        }
    }

    /// The lines that scroll, the command under them, and the blank lines between that and the question. Where there is hardly
    /// room the command scrolls with the others: what a change does is read before how it is typed.
    private static func parts(
        _ plan: PlanPopup, _ lines: [StyledText], in body: Rect
    ) -> (lines: [StyledText], command: [String], blanks: Int) {
        let (lines, command) = (
            Popups.wrapped(lines, width: plan.width, in: body), commandLines(plan, in: body)
        )
        guard Popups.isTight(body) else { return (lines, command, 1) }
        return (lines + command.map { StyledText($0, .muted) }, [], 0)
    }

    /// Sends it, unless it has just become another than the one that was read.
    private static func confirm(_ plan: PlanPopup, _ model: inout Model) -> [Command] {
        guard !plan.isHeld(at: model.now) else {
            model.say("the cluster has just changed, and the plan with it: read it again", .warn)
            return []
        }
        return send(plan, &model)
    }

    private static func send(_ plan: PlanPopup, _ model: inout Model) -> [Command] {
        model.popup = nil
        model.list.marks = []
        if case .reassign(let targets, _) = plan.change {
            let text = model.wizard.map { wizard in
                let topics = Set(wizard.chosen.map(\.topic)).count
                return "\(WizardScreen.name(wizard.strategy)), \(topics) topic\(topics == 1 ? "" : "s")"
            }
            let partitions = targets.compactMap { id, after in
                model.snapshot.partition(id).map { (id, SentMove.Lists(before: $0.targetReplicas, after: after)) }
            }
            model.sentMove = SentMove(
                at: model.now, text: text ?? plan.title,
                partitions: Dictionary(partitions, uniquingKeysWith: { first, _ in first }))
            model.wizard = nil
            if model.place == .plan { model.place = .reassign }
        }
        model.say("sending: \(plan.change.summary)")
        return [.change(plan.change, command: plan.command)]
    }

    static func draw(_ plan: PlanPopup, _ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        let (lines, command, blanks) = parts(plan, plan.lines(at: model.now), in: body)
        let below = command.count + blanks + 1
        let area = Popups.area(width: plan.width, lines: lines.count + below, in: body)
        let scroll = min(plan.scroll, max(0, lines.count - (area.height - 2 - below)))
        let inside = buffer.popup(
            area,
            titles: BoxTitles(
                left: StyledText(plan.title), right: StyledText("cluster \(model.cluster.name)", .muted),
                bottomRight: Popups.position(scroll, area.height - 2 - below, of: lines.count)),
            danger: plan.isDanger)
        let (text, bottom) = inside.split(bottom: below)
        for (index, line) in lines.dropFirst(scroll).prefix(text.height).enumerated() {
            buffer.text(line, x: text.x, y: text.y + index, width: text.width)
        }
        for (index, line) in command.enumerated() {
            buffer.text(line, x: bottom.x, y: bottom.y + index, width: bottom.width, style: .muted)
        }
        let last = bottom.row(below - 1)
        switch plan.question {
        case .asked(let confirmation):
            let width = TextWidth.of(confirmation.question) + 14
            let x = last.x + max(0, (last.width - width) / 2)
            confirmation.draw(
                on: &buffer, in: Rect(x: x, y: last.y, width: last.maxX - x, height: 1))
        case .typed(let typed): typed.draw(on: &buffer, in: last)
        case .refused(let why): buffer.text(why, x: last.x, y: last.y, width: last.width, style: Style(.healthBad))
        }
    }
}

/// A form.
enum FormView {
    static func handle(_ key: Key, _ popup: FormPopup, _ model: inout Model) -> [Command] {
        var popup = popup
        if key == .control("o"), case .produce = popup.kind { return ProduceForm.edit(popup) }
        switch popup.form.handle(key) {
        case .edited(let field): return Forms.edited(field, popup, &model)
        case .moved: model.popup = .form(popup)
        case .pressed(let button):
            if button == 1 {
                model.popup = nil
            } else {
                return Forms.submit(popup, &model)
            }
        case .cancelled: model.popup = nil
        case .ignored: sayChoices(key, popup, &model)
        }
        return []
    }

    /// Text that is typed where only a choice can be made would else be lost without a word.
    private static func sayChoices(_ key: Key, _ popup: FormPopup, _ model: inout Model) {
        switch key {
        case .character, .paste: break
        default: return
        }
        guard popup.form.fields.indices.contains(popup.form.focus),
            case .choice(let options, _) = popup.form.fields[popup.form.focus].value
        else { return }
        model.say("nothing is typed here: ←→ choose \(options.joined(separator: ", ")); Tab goes on")
    }

    static func draw(_ popup: FormPopup, on buffer: inout CellBuffer, in body: Rect) {
        let notes = Popups.wrapped(popup.notes, width: popup.width, in: body)
        let below = notes.isEmpty ? 0 : notes.count + 1
        let area = Popups.area(width: popup.width, lines: popup.form.height + below + 2, in: body)
        let failed = !popup.right.isEmpty && !popup.right.hasPrefix("broker says") && !popup.right.hasPrefix("copied")
        // What is wrong is said even where there is no room for more.
        let fits = popup.title.count + popup.right.count + 7 <= area.width
        let inside = buffer.popup(
            area,
            titles: BoxTitles(
                left: failed && !fits ? nil : StyledText(popup.title),
                right: StyledText(popup.right, failed ? .flashError : .muted)))
        let (rest, buttons) = inside.split(bottom: Popups.isTight(body) ? 1 : 2)
        let (fields, said) = rest.split(top: popup.form.height)
        popup.form.draw(on: &buffer, in: fields)
        let shown = notes.prefix(max(0, said.height - 1))
        for (index, line) in shown.enumerated() {
            let isCut = index == shown.count - 1 && shown.count < notes.count
            buffer.text(line, x: said.x, y: said.y + 1 + index, width: said.width - (isCut ? 2 : 0))
            if isCut { buffer.text(buffer.glyphs.cutEnd, x: said.maxX - 1, y: said.y + 1 + index, width: 1) }
        }
        popup.form.drawButtons(on: &buffer, in: buttons.row(buttons.height - 1))
    }
}
