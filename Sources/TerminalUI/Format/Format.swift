/// How numbers are written everywhere in Klamm: counts, sizes, rates, times.
///
/// A value that is stale, estimated, unknown or not applicable is said so, never drawn as 0.
package enum Format {
    /// Asked, but no answer yet.
    package static let unknown = "?"
    /// Does not apply here.
    package static let notApplicable = "—"
    /// A key, value or header without content.
    package static let null = "(null)"
    /// The minus sign, as wide as a plus.
    package static let minus = "−"

    /// The last known value of something that does not answer now: `~318`.
    package static func stale(_ text: String) -> String { "~" + text }

    /// A value known only roughly: `≈48,731`.
    package static func estimate(_ text: String) -> String { "≈" + text }

    /// Digits in groups of three: `9,412,806`.
    package static func grouped(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? minus : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// A number with a fixed count of decimals, rounded half away from zero.
    package static func decimal(_ value: Double, places: Int) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return unknown }
        let scale = places == 0 ? 1.0 : places == 1 ? 10.0 : 100.0
        let scaled = Int((value.magnitude * scale).rounded())
        let sign = value < 0 && scaled != 0 ? minus : ""
        guard places > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % Int(scale))
        return sign + String(scaled / Int(scale)) + "."
            + String(repeating: "0", count: places - fraction.count) + fraction
    }

    /// One decimal below 10, none above, as it is after rounding: `9.8`, `10`, `118`.
    static func short(_ value: Double) -> String {
        decimal(value, places: value.magnitude < 9.95 ? 1 : 0)
    }
}
