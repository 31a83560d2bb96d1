import ArgumentParser
import KafkaClient

extension OutputFormat {
    /// Prints what became of each item, and fails the command when one of them failed.
    func printOutcomes<Item: Hashable, Value>(
        _ outcomes: Outcomes<Item, Value>, title: String, name: (Item) -> String, done: (Value) -> String
    ) throws {
        let items = outcomes.map { (name($0.key), $0.value) }.sorted { $0.0 < $1.0 }
        let table = Table(
            [.text(title), .text("result")],
            rows: items.map { item in
                switch item.1 {
                case .success(let value): [item.0, done(value)]
                case .failure(let error): [item.0, "failed: \(error)"]
                }
            })
        let json = items.map { item -> JSON in
            switch item.1 {
            case .success: [title: .string(item.0), "ok": true, "error": .null]
            case .failure(let error): [title: .string(item.0), "ok": false, "error": .string("\(error)")]
            }
        }
        self.print(table, json: .array(json))
        try Failure.check(outcomes)
    }
}

/// Reads `key=value` arguments.
enum KeyValue {
    static func parse(_ texts: [String]) throws -> [(key: String, value: String)] {
        try texts.map { text in
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw ValidationError("`\(text)` is not like key=value.")
            }
            return (String(text[..<equals]), String(text[text.index(after: equals)...]))
        }
    }
}
