import TerminalUI

/// What a list is to be sorted by: a popup with its columns, each with a letter.
package struct SortPopup: Sendable, Equatable {
    /// The chosen line.
    package var cursor = 0
}

/// `s`, `<`, `>` and `:sort`: choosing the column a list is sorted by; the one that sorts already sorts the other way.
enum SortChoice {
    static func open(_ model: inout Model) -> [Command] {
        guard let page = Screens.list(model), !page.sortable.isEmpty else { return refuse(&model) }
        let current = page.sortable.firstIndex { $0.id == page.sort.column }
        model.popup = .sort(SortPopup(cursor: current ?? 0))
        return []
    }

    /// Goes so many columns on.
    static func step(_ step: Int, _ model: inout Model) -> [Command] {
        guard let page = Screens.list(model), !page.sortable.isEmpty else { return refuse(&model) }
        let columns = page.sortable
        let index = columns.firstIndex { $0.id == page.sort.column } ?? (step > 0 ? -1 : 0)
        model.list.sort = TableSort(columns[(index + step + columns.count) % columns.count])
        return []
    }

    /// Sorts by a column as a person names it, by its title or what filters call it.
    static func choose(named name: String, _ model: inout Model) -> [Command] {
        guard let page = Screens.list(model), !page.sortable.isEmpty else { return refuse(&model) }
        let wanted = name.lowercased()
        guard let column = page.sortable.first(where: { Self.name($0) == wanted || $0.id.lowercased() == wanted })
        else {
            let names = page.sortable.map(Self.name).joined(separator: ", ")
            model.say(name.isEmpty ? "sort wants a column: \(names)" : "no column \(name): \(names)", .warn)
            return []
        }
        choose(column, &model)
        return []
    }

    /// What a column is called: its title, or what filters call it where it has none.
    static func name(_ column: TableColumn) -> String { (column.title.isEmpty ? column.id : column.title).lowercased() }

    private static func refuse(_ model: inout Model) -> [Command] {
        model.say(
            model.place == .overview
                ? "nothing is sorted here: the worst and the newest stand first; the screens 2 to 8 sort"
                : "nothing here can be sorted otherwise")
        return []
    }

    private static func choose(_ column: TableColumn, _ model: inout Model) {
        guard let sort = Screens.list(model)?.sort else { return }
        model.list.sort = sort.choosing(column.id, descending: TableSort(column).descending)
    }

    static func handle(_ key: Key, _ popup: SortPopup, _ model: inout Model) -> [Command] {
        let columns = Screens.list(model)?.sortable ?? []
        let letters = Screens.list(model).map(Self.letters) ?? []
        switch key {
        case .escape: model.popup = nil
        case .enter:
            model.popup = nil
            if columns.indices.contains(popup.cursor) { choose(columns[popup.cursor], &model) }
        case .character(let letter) where letters.contains(letter):
            model.popup = nil
            if let index = letters.firstIndex(of: letter) { choose(columns[index], &model) }
        default:
            var state = TableState(cursor: popup.cursor)
            guard state.handle(key, count: columns.count, page: 10) else { return [] }
            model.popup = .sort(SortPopup(cursor: state.cursor))
        }
        return []
    }

    /// Cells of the popup.
    static let width = 44

    /// Letters that move the cursor of the popup.
    private static let taken: Set<Character> = ["j", "k", "g"]

    /// The letters of the columns that sort now. They are given out among all columns of the list, so that a letter stands
    /// for the same one whatever is known at the moment.
    static func letters(_ page: ListPage) -> [Character?] {
        let all = letters(page.columns)
        return page.columns.indices.filter { page.sorts(page.columns[$0].id) }.map { all[$0] }
    }

    /// A letter for each column: the one its name begins with where that is free, else the first of its name that is, else
    /// the first that is free at all.
    static func letters(_ columns: [TableColumn]) -> [Character?] {
        let alphabet = "abcdefghijklmnopqrstuvwxyz"
        var used = taken
        var letters: [Character?] = Array(repeating: nil, count: columns.count)
        func choose(_ index: Int, _ from: String) {
            guard letters[index] == nil else { return }
            letters[index] = from.first { alphabet.contains($0) && !used.contains($0) }
            if let letter = letters[index] { used.insert(letter) }
        }
        for index in columns.indices { choose(index, String(name(columns[index]).prefix(1))) }
        for index in columns.indices { choose(index, name(columns[index]) + alphabet) }
        return letters
    }

    static func draw(_ popup: SortPopup, _ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        guard let page = Screens.list(model) else { return }
        let columns = page.sortable
        let lines = zip(columns, letters(page)).map { column, letter in
            let isCurrent = column.id == page.sort.column
            let sign = page.sort.descending ? model.glyphs.sortDown : model.glyphs.sortUp
            let title = column.title.isEmpty ? column.id.uppercased() : column.title
            return (
                letter: letter,
                text: StyledText(title, isCurrent ? .columnSorted : .text)
                    + StyledText(isCurrent ? " \(sign)   again: the other way" : "", .muted)
            )
        }
        LetterChoice.draw(
            lines, cursor: popup.cursor, title: "Sort \(page.title.lowercased()) by", width: width, on: &buffer,
            in: body)
    }
}

extension TableSort {
    /// By a column as it is chosen first: numbers from high to low.
    init(_ column: TableColumn) { self.init(column: column.id, descending: column.alignment == .right) }
}
