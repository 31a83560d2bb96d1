import TerminalUI

/// What `C-s` writes.
enum Export {
    /// A list with its titles, comma separated, quoted where needed (RFC 4180).
    static func csv(_ page: ListPage) -> String {
        var lines = [page.columns.map { quoted($0.title) }.joined(separator: ",")]
        for index in page.ids.indices {
            let cells = page.row(index).cells
            lines.append(page.columns.map { quoted(cells[$0.id]?.plain ?? "") }.joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Messages, one JSON object per line; bytes that are not text as hex.
    static func messages(_ messages: [ReadMessage]) -> String {
        messages.map { message in
            var fields = ["\"partition\":\(message.partition)", "\"offset\":\(message.offset)"]
            fields.append("\"timestamp\":\(message.timestamp)")
            fields.append("\"key\":\(json(message.key))")
            fields.append("\"value\":\(json(message.value))")
            let headers = message.headers.map { "{\"key\":\(json(Array($0.key.utf8))),\"value\":\(json($0.value))}" }
            fields.append("\"headers\":[\(headers.joined(separator: ","))]")
            return "{" + fields.joined(separator: ",") + "}\n"
        }.joined()
    }

    private static func quoted(_ text: String) -> String {
        let needs = text.contains { $0 == "," || $0 == "\"" || $0 == "\n" }
        return needs
            ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
            : text
    }

    private static func json(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "null" }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return "{\"hex\":\"\(Payload.hex(bytes))\"}"
        }
        return JSONText.quoted(text)
    }
}
