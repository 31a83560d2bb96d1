/// Lengths of time. All take seconds, as the screens measure nothing finer than a tenth.
extension Format {
    private static let minute = 60
    private static let hour = 3_600
    private static let day = 86_400

    /// In a column or the status line, two units at most: `0.1s` `19s` `2m14s` `1h02m` `3d04h`.
    ///
    /// Tenths are shown below one second, where whole ones would all be 0.
    package static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds.magnitude < 1e12 else { return unknown }
        if seconds < 0 { return minus + duration(-seconds) }
        if seconds < 0.95 { return decimal(seconds, places: 1) + "s" }
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<minute: return "\(whole)s"
        case ..<hour: return pair(whole, minute, "m", 1, "s")
        case ..<day: return pair(whole, hour, "h", minute, "m")
        default: return pair(whole, day, "d", hour, "h")
        }
    }

    /// How long something runs already, to the minute from one minute on: `28s` `11m` `1h02m` `3d04h`.
    package static func uptime(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= Double(minute), seconds < Double(hour) else {
            return seconds < 1 ? "0s" : duration(seconds)
        }
        return "\(Int(seconds) / minute)m"
    }

    /// In a sentence: a blank before the unit, one decimal below 100 s, then whole units: `1.6 s` `47.4 s` `10 m`.
    package static func sentenceDuration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds.magnitude < 1e12 else { return unknown }
        if seconds < 0 { return minus + sentenceDuration(-seconds) }
        if seconds < 99.95 { return decimal(seconds, places: 1) + " s" }
        return wholeUnits(Int(seconds.rounded()))
    }

    /// In a sentence where tenths would be noise: `4 s` `10 m` `3 h`.
    package static func wholeDuration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds.magnitude < 1e12 else { return unknown }
        return wholeUnits(Int(max(0, seconds).rounded()))
    }

    /// How old a figure is: whole seconds below 60, then one unit: `2s` `14s` `3m` `2h` `5d`.
    package static func age(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e12 else { return unknown }
        let whole = Int(max(0, seconds))
        switch whole {
        case ..<minute: return "\(whole)s"
        case ..<hour: return "\(whole / minute)m"
        case ..<day: return "\(whole / hour)h"
        default: return "\(whole / day)d"
        }
    }

    /// A time in a configuration: the largest unit that is exact with at most one decimal; −1 is `no limit`:
    /// `7 d` `30 m` `1.5 s` `300 ms`.
    package static func configDuration(milliseconds: Int) -> String {
        if milliseconds == -1 { return "no limit" }
        if milliseconds == 0 { return "0" }
        for (size, unit) in [(day * 1000, "d"), (hour * 1000, "h"), (minute * 1000, "m"), (1000, "s")] {
            guard milliseconds.magnitude >= size, milliseconds.magnitude % UInt(size / 10) == 0 else { continue }
            let whole = milliseconds % size == 0
            return decimal(Double(milliseconds) / Double(size), places: whole ? 0 : 1) + " " + unit
        }
        return grouped(milliseconds) + " ms"
    }

    private static func pair(_ value: Int, _ big: Int, _ bigUnit: String, _ small: Int, _ smallUnit: String) -> String {
        let rest = value % big / small
        return "\(value / big)\(bigUnit)\(rest < 10 ? "0" : "")\(rest)\(smallUnit)"
    }

    private static func wholeUnits(_ seconds: Int) -> String {
        switch seconds {
        case ..<100: "\(seconds) s"
        case ..<(100 * minute): "\(seconds / minute) m"
        case ..<(100 * hour): "\(seconds / hour) h"
        default: "\(seconds / day) d"
        }
    }
}
