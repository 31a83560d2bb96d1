import TerminalUI

/// A text in a popup, which is scrolled and searched: sentences, and a message in full.
enum PopupText {
    /// Takes the keys that move in a text or search it: `/`, `n`, `N`, and Esc while something is searched for.
    ///
    /// - Returns: whether it was one of them.
    static func handle(_ key: Key, _ model: inout Model) -> Bool {
        guard let popup = model.popup, var place = popup.textPlace, let lines = lines(popup, model) else {
            return false
        }
        switch key {
        case .character("/"): _ = Prompts.open(.text, &model)
        case .character("n") where !place.search.text.isEmpty: step(1, &model)
        case .character("N") where !place.search.text.isEmpty: step(-1, &model)
        case .character("n"), .character("N"): model.say("nothing is searched for: / searches", .warn)
        case .escape where !place.search.text.isEmpty:
            place.search = TextSearch()
            model.popup?.textPlace = place
        default:
            guard let scroll = Popups.scrolled(place.scroll, key, lines: lines.count, in: Frame.body(model.size)) else {
                return false
            }
            place.scroll = scroll
            place.search.line = nil
            model.popup?.textPlace = place
        }
        return true
    }

    /// Searches what is being typed, from the line in view on.
    static func search(_ text: String, _ model: inout Model) {
        guard var place = model.popup?.textPlace else { return }
        let start = place.search.line ?? place.scroll
        place.search = TextSearch(text: text)
        model.popup?.textPlace = place
        guard !text.isEmpty else { return }
        if Filter(text).error == nil { go(after: start - 1, step: 1, &model) }
    }

    /// What is wrong with what is searched for, or that it is nowhere; nil when a line has it.
    static func complaint(_ model: Model) -> String? {
        guard let search = model.popup?.textPlace?.search, !search.text.isEmpty else { return nil }
        return Filter(search.text).error ?? (search.line == nil ? "on no line of this text" : nil)
    }

    private static func step(_ step: Int, _ model: inout Model) {
        guard let place = model.popup?.textPlace else { return }
        go(after: place.search.line ?? (step > 0 ? place.scroll - 1 : place.scroll), step: step, &model)
        if model.popup?.textPlace?.search.line == nil {
            model.say("/\(place.search.text) is on no line of this text", .warn)
        }
    }

    private static func go(after line: Int, step: Int, _ model: inout Model) {
        guard let popup = model.popup, var place = popup.textPlace, let lines = lines(popup, model) else { return }
        let searched = SearchedLines(lines, width: width(popup, model), search: place.search)
        place.search.line = TextSearch.next(
            place.search.text, after: line, step: step, count: lines.count, lines: searched.text)
        if let found = place.search.line {
            let shown = max(0, Popups.area(width: 30, lines: lines.count, in: Frame.body(model.size)).height - 2)
            if !(place.scroll..<place.scroll + shown).contains(found) {
                place.scroll = min(max(0, found - shown / 3), max(0, lines.count - shown))
            }
        }
        model.popup?.textPlace = place
    }

    /// Draws the part of a text that is in view.
    static func draw(_ lines: [StyledText], _ place: Place, width: Int, on buffer: inout CellBuffer, in area: Rect) {
        let scroll = min(place.scroll, max(0, lines.count - area.height))
        let searched = SearchedLines(lines, width: width, search: place.search)
        for index in lines.indices.dropFirst(scroll).prefix(area.height) {
            let row = area.row(index - scroll)
            guard !place.search.text.isEmpty else {
                buffer.text(lines[index], x: row.x, y: row.y, width: row.width)
                continue
            }
            buffer.field(searched.shown(index), in: row, surface: index == place.search.line ? .selection : nil)
        }
    }

    /// What stands bottom left in the frame while something is searched for.
    static func title(_ place: Place) -> StyledText? {
        place.search.text.isEmpty ? nil : StyledText("/\(place.search.text)", .muted)
    }

    /// Where somebody is in a text.
    struct Place: Equatable {
        var scroll: Int
        var search: TextSearch
    }

    private static func lines(_ popup: Popup, _ model: Model) -> [StyledText]? {
        switch popup {
        case .text(let text): Popups.wrapped(text.shown(model), width: text.width, in: Frame.body(model.size))
        case .message(let message): MessageView.lines(message, model)
        default: nil
        }
    }

    private static func width(_ popup: Popup, _ model: Model) -> Int {
        guard case .text(let text) = popup else { return MessageView.width(model) }
        return Popups.area(width: text.width, lines: 1, in: Frame.body(model.size)).width - 4
    }
}

extension Popup {
    /// Where somebody is in the text it shows; nil when it shows none.
    var textPlace: PopupText.Place? {
        get {
            switch self {
            case .text(let text): PopupText.Place(scroll: text.scroll, search: text.search)
            case .message(let message): PopupText.Place(scroll: message.scroll, search: message.search)
            default: nil
            }
        }
        set {
            guard let newValue else { return }
            switch self {
            case .text(var text):
                (text.scroll, text.search) = (newValue.scroll, newValue.search)
                self = .text(text)
            case .message(var message):
                (message.scroll, message.search) = (newValue.scroll, newValue.search)
                self = .message(message)
            default: break
            }
        }
    }
}
