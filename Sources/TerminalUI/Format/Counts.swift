/// Counts, rates, shares and changes.
extension Format {
    private static let powers: [(factor: Double, unit: String)] = [
        (1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T"), (1e15, "P"), (1e18, "E"),
    ]

    /// A count in its own column: all digits up to 9,999,999, then three: `402` `9,412,806` `12.4M`.
    package static func count(_ value: Int) -> String {
        guard value.magnitude > 9_999_999 else { return grouped(value) }
        let (scaled, unit) = scale(Double(value), from: 1) { threeDigits($0) == "1000" }
        return threeDigits(scaled) + unit
    }

    /// A count in the line at the top and in sentences, one decimal from 10,000 on: `318` `12.4k` `1.8M`.
    package static func shortCount(_ value: Int) -> String {
        guard value.magnitude >= 10_000 else { return grouped(value) }
        let (scaled, unit) = scale(Double(value), from: 0) { decimal($0.magnitude, places: 1) == "1000.0" }
        return decimal(scaled, places: 1) + unit
    }

    /// Events per second, without the unit: `0` `0.7` `24` `5.0k`. Something below 0.05 is not nothing: `<0.1`.
    package static func rate(_ perSecond: Double) -> String {
        guard perSecond.isFinite else { return unknown }
        if perSecond == 0 { return "0" }
        if perSecond.magnitude < 0.05 { return "<0.1" }
        if perSecond.magnitude < 999.5 { return short(perSecond) }
        let (scaled, unit) = scale(perSecond, from: 0) { short($0.magnitude) == "1000" }
        return short(scaled) + unit
    }

    /// A share in percent with one decimal, for skew: `2.4 %`.
    package static func percent(_ share: Double) -> String {
        decimal(share * 100, places: 1) + " %"
    }

    /// A difference in percent with its sign: `+2.4 %`, `−1.6 %`, `0.0 %`.
    package static func signedPercent(_ share: Double) -> String {
        let text = percent(share)
        return text.first == Character(minus) || text == "0.0 %" ? text : "+" + text
    }

    /// Progress in whole percent, 100 only when all is done: `42 %`.
    package static func progress(_ share: Double) -> String {
        guard share.isFinite else { return unknown }
        let percent = min(max(0, share), 1) * 100
        return "\(Int(percent)) %"
    }

    /// A change, its sign always there: `+18` `−1,200` `0`.
    package static func change(_ value: Int) -> String {
        (value > 0 ? "+" : "") + count(value)
    }

    /// A change of a rate: `+18/s`, `−3/s`, `0/s`.
    package static func changeRate(_ perSecond: Double) -> String {
        guard perSecond.isFinite else { return unknown }
        let rounded = perSecond.magnitude < 999.5 ? perSecond.rounded() : perSecond
        if rounded == 0 { return "0/s" }
        let text = rounded.magnitude < 999.5 ? String(Int(rounded.magnitude)) : rate(rounded.magnitude)
        return (rounded > 0 ? "+" : minus) + text + "/s"
    }

    /// Divides by the power that leaves one to three digits, at least by the one at `from`; the next one when
    /// rounding would give a fourth digit.
    private static func scale(
        _ value: Double, from: Int, overflows: (Double) -> Bool
    ) -> (scaled: Double, unit: String) {
        var index = from
        while index + 1 < powers.count, value.magnitude >= powers[index + 1].factor { index += 1 }
        if overflows(value / powers[index].factor), index + 1 < powers.count { index += 1 }
        return (value / powers[index].factor, powers[index].unit)
    }

    private static func threeDigits(_ value: Double) -> String {
        switch value.magnitude {
        case ..<9.995: decimal(value, places: 2)
        case ..<99.95: decimal(value, places: 1)
        default: decimal(value, places: 0)
        }
    }
}
