/// What actions have to know of the present list: the object under the cursor, and the objects that a verb acts on.
///
/// Each of them would have to build the list to find out, once for every hint of every frame; a frame builds it once.
struct CursorRow: Sendable {
    let id: String?
    let chosen: [String]

    init(_ page: ListPage?, _ state: ListState) {
        id = page?.cursorID(state)
        chosen = page?.chosen(state) ?? []
    }
}

extension Screens {
    /// The object under the cursor of the present list.
    static func cursorID(_ model: Model) -> String? {
        if let row = model.cursorRow { return row.id }
        return list(model)?.cursorID(model.list)
    }

    /// The marked objects of the present list, else the one under the cursor.
    static func chosen(_ model: Model) -> [String] {
        if let row = model.cursorRow { return row.chosen }
        return list(model)?.chosen(model.list) ?? []
    }
}
