import TerminalUI

/// What was measured, in the order it was.
struct BenchReport {
    /// One figure.
    struct Figure {
        let name: String
        /// In the unit; milliseconds; records, transactions or bytes per second, bytes, percent.
        let value: Double
        let unit: Unit
        let note: String
    }

    enum Unit: String {
        case milliseconds = "ms"
        case recordsPerSecond = "records/s"
        case transactionsPerSecond = "transactions/s"
        case bytesPerSecond = "bytes/s"
        case bytes
        case percent
    }

    private(set) var figures: [Figure] = []

    mutating func add(_ name: String, _ value: Double, _ unit: Unit, _ note: String = "") {
        figures.append(Figure(name: name, value: value, unit: unit, note: note))
    }

    /// Takes the figures of another report after its own.
    mutating func add(_ other: BenchReport) { figures += other.figures }

    /// Says what is being measured, as all of it takes a minute.
    func begin(_ what: String) { Console.note("\(what) …") }

    mutating func add(_ name: String, _ duration: Duration, _ note: String = "") {
        add(name, duration / .milliseconds(1), .milliseconds, note)
    }

    func print(_ format: OutputFormat) {
        format.print(table, json: json)
    }

    private var table: Table {
        Table(
            [.text("what"), .number("value"), .text("note")],
            rows: figures.map { [$0.name, Self.text($0.value, $0.unit), $0.note] })
    }

    private var json: JSON {
        .array(
            figures.map { figure in
                [
                    "name": .string(figure.name), "value": .string(Format.decimal(figure.value, places: 2)),
                    "unit": .string(figure.unit.rawValue), "note": .string(figure.note),
                ]
            })
    }

    private static func text(_ value: Double, _ unit: Unit) -> String {
        switch unit {
        case .milliseconds: Format.decimal(value, places: value < 100 ? 1 : 0) + " ms"
        case .transactionsPerSecond: Format.decimal(value, places: 0) + "/s"
        case .recordsPerSecond: Format.shortCount(Int(value)) + "/s"
        case .bytesPerSecond: Format.byteRate(value)
        case .bytes: Format.bytes(Int(value))
        case .percent: Format.decimal(value, places: 2) + " %"
        }
    }
}
