/// What a cell is sorted and filtered by. Unknown sorts last, whichever way.
package enum SortValue: Sendable, Equatable {
    case text(String)
    case number(Double)
    case unknown

    /// A number that may be unknown.
    package static func number(_ value: Int64?) -> SortValue { value.map { .number(Double($0)) } ?? .unknown }
    /// A number that may be unknown.
    package static func optional(_ value: Double?) -> SortValue { value.map { .number($0) } ?? .unknown }
    /// A small number.
    package static func int(_ value: Int) -> SortValue { .number(Double(value)) }

    /// Whether `a` comes before `b`; nil when they are equal.
    package static func precedes(_ a: SortValue, _ b: SortValue, descending: Bool) -> Bool? {
        switch (a, b) {
        case (.unknown, .unknown): nil
        case (.unknown, _): false
        case (_, .unknown): true
        case (.number(let x), .number(let y)): x == y ? nil : descending ? x > y : x < y
        case (.text(let x), .text(let y)): x == y ? nil : descending ? x > y : x < y
        case (.number, .text): !descending
        case (.text, .number): descending
        }
    }
}
