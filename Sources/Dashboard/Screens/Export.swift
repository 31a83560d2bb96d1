import ClusterInsight
import TerminalUI

/// What `C-s` writes: what the screen shows, in the format the file's name ends with.
enum Export {
    /// The contents of a file: `.csv`, `.ndjson` (one JSON object a line) or `.json`; without an ending messages and
    /// events become NDJSON, plans JSON, and lists CSV.
    static func contents(_ model: Model, to path: String) -> [UInt8] {
        let isCSV = path.lowercased().hasSuffix(".csv")
        let isNDJSON = [".ndjson", ".jsonl", ".json"].contains { path.lowercased().hasSuffix($0) }
        if case .unreachable = Screens.state(model) { return Array(UnreachableScreen.report(model).utf8) }
        let text: String
        switch model.place {
        case .messages where model.messages.request != nil, .topic(_, .messages):
            text = isCSV ? csv(MessageMoves.saved(model), model) : ndjson(MessageMoves.saved(model))
        case .events: text = isCSV ? EventsExport.csv(model) : EventsExport.ndjson(model)
        case .journal: text = isNDJSON ? JournalExport.ndjson(model) : JournalExport.csv(model)
        default: text = Screens.list(model).map { isNDJSON ? ndjson($0) : csv($0) } ?? ""
        }
        return Array(text.utf8)
    }

    /// One message: whole as `.ndjson` or `.csv`, else its value as it is stored.
    static func contents(of message: ReadMessage, _ model: Model, to path: String) -> [UInt8] {
        let path = path.lowercased()
        if path.hasSuffix(".csv") { return Array(csv([message], model).utf8) }
        if [".ndjson", ".jsonl"].contains(where: path.hasSuffix) { return Array(ndjson([message]).utf8) }
        return message.value ?? []
    }

    /// A list with its titles, comma separated, quoted where needed (RFC 4180); what is unknown is empty.
    static func csv(_ page: ListPage) -> String {
        let columns = columns(page)
        return csv(
            [columns.map(\.title)]
                + page.ids.indices.map { index in
                    values(page, index).map { value in
                        switch value {
                        case .text(let text): text
                        case .number(let number): digits(number)
                        case .samples(let samples): samples.map { $0.map(digits) ?? "" }.joined(separator: " ")
                        case .unknown: ""
                        }
                    }
                })
    }

    /// A list as one object a row, by column; what is unknown is null. All rows, or some by their positions.
    static func ndjson(_ page: ListPage, rows: [Int]? = nil) -> String {
        let names = columns(page).map(\.id)
        return (rows ?? Array(page.ids.indices)).map { index in
            let texts = values(page, index).map { value in
                switch value {
                case .text(let text): JSONText.quoted(text)
                case .number(let number): digits(number)
                case .samples(let samples): "[\(samples.map { $0.map(digits) ?? "null" }.joined(separator: ","))]"
                case .unknown: "null"
                }
            }
            return object(Array(zip(names, texts)))
        }.joined()
    }

    /// What a cell is the picture of.
    private enum Exported {
        case text(String)
        case number(Double)
        case samples([Double?])
        case unknown
    }

    private static func columns(_ page: ListPage) -> [TableColumn] { page.columns.filter { !$0.title.isEmpty } }

    /// A row as whoever reads the file wants it: numbers in full, not `12.4k` or `871 KiB`.
    private static func values(_ page: ListPage, _ index: Int) -> [Exported] {
        let row = page.row(index)
        return columns(page).map { column in
            if case .trend = column.width { return .samples(row.trend) }
            let text = row.cells[column.id]?.plain ?? ""
            // Of columns of words a number would be only their order.
            guard column.alignment == .right, let value = page.value?(index, column.id) else { return .text(text) }
            switch value {
            case .number(let number): return .number(number)
            case .unknown where !text.contains(where: \.isNumber): return .unknown
            case .unknown, .text: return .text(text)
            }
        }
    }

    /// A number as programs read it: whole ones without a point.
    private static func digits(_ number: Double) -> String {
        Int64(exactly: number).map { "\($0)" } ?? (number.isFinite ? "\(number)" : "null")
    }

    /// Messages, one JSON object per line; bytes that are not text as hex.
    static func ndjson(_ messages: [ReadMessage]) -> String {
        messages.map { message in
            let headers = message.headers.map { "{\"key\":\(JSONText.quoted($0.key)),\"value\":\(json($0.value))}" }
            return object([
                ("topic", JSONText.quoted(message.topic)), ("partition", "\(message.partition)"),
                ("offset", "\(message.offset)"), ("timestamp", "\(message.timestamp)"), ("key", json(message.key)),
                ("value", json(message.value)), ("headers", "[\(headers.joined(separator: ","))]"),
            ])
        }.joined()
    }

    private static func csv(_ messages: [ReadMessage], _ model: Model) -> String {
        csv(
            [["topic", "partition", "offset", "time", "key", "value", "headers"]]
                + messages.map { message in
                    [
                        message.topic, "\(message.partition)", "\(message.offset)",
                        Format.fullTime(message.timestamp, zone: model.zone), plain(message.key), plain(message.value),
                        message.headers.map { "\($0.key)=\(plain($0.value))" }.joined(separator: " "),
                    ]
                })
    }

    static func csv(_ rows: [[String]]) -> String {
        rows.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    static func object(_ fields: [(String, String)]) -> String {
        "{" + fields.map { "\(JSONText.quoted($0.0)):\($0.1)" }.joined(separator: ",") + "}\n"
    }

    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static func json(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "null" }
        return String(validating: bytes, as: UTF8.self).map { JSONText.quoted($0) }
            ?? "{\"hex\":\"\(Payload.hex(bytes))\"}"
    }

    private static func plain(_ bytes: [UInt8]?) -> String {
        bytes.map { String(validating: $0, as: UTF8.self) ?? "hex \(Payload.hex($0))" } ?? ""
    }
}
