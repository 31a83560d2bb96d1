import ArgumentParser

/// A moment as Kafka's tools take it: `2026-11-26T08:00:00.000`, in UTC unless `Z` or an offset such as `+01:00` follows.
struct ISOTime: ExpressibleByArgument {
    /// Since 1970.
    let milliseconds: Int64

    init?(argument: String) {
        var text = Substring(argument)
        var offset: Int64 = 0
        if text.hasSuffix("Z") {
            text.removeLast()
        } else if let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }), text[..<sign].contains("T") {
            let parts = text[text.index(after: sign)...].split(separator: ":").map { Int64($0) }
            guard parts.count == 2, let hours = parts[0], let minutes = parts[1], hours < 24, minutes < 60 else {
                return nil
            }
            offset = (text[sign] == "-" ? -1 : 1) * (hours * 60 + minutes)
            text = text[..<sign]
        }
        let halves = text.split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count == 2, let days = Self.days(halves[0]), let time = Self.time(halves[1]) else { return nil }
        milliseconds = days * 86_400_000 + time - offset * 60_000
    }

    /// Milliseconds since midnight of `08:00:00.000`; seconds and their fraction may be missing.
    private static func time(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let hour = Int64(parts[0]), let minute = Int64(parts[1]),
            (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        let seconds = parts.count == 3 ? Double(parts[2]) : 0
        guard let seconds, (0..<60).contains(seconds) else { return nil }
        return (hour * 60 + minute) * 60_000 + Int64((seconds * 1_000).rounded())
    }

    /// Days since 1970 of `2026-11-26` (proleptic Gregorian calendar, years beginning in March).
    private static func days(_ text: Substring) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let from = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return from * 365 + from / 4 - from / 100 + from / 400 + dayOfYear - 719_468
    }
}

/// A span as ISO 8601 writes it: `P1D`, `PT2H30M`, `P1DT10.5S`.
struct ISODuration: ExpressibleByArgument {
    let milliseconds: Int64

    init?(argument: String) {
        guard argument.hasPrefix("P"), argument.count > 2 else { return nil }
        var factors: [Character: Double] = ["D": 86_400_000]
        var number = ""
        var total = 0.0
        for character in argument.dropFirst() {
            if character == "T", number.isEmpty {
                factors = ["H": 3_600_000, "M": 60_000, "S": 1_000]
            } else if let factor = factors[character] {
                guard let value = Double(number), value >= 0, value < 1e9 else { return nil }
                total += value * factor
                number = ""
            } else {
                number.append(character)
            }
        }
        guard number.isEmpty else { return nil }
        milliseconds = Int64(total.rounded())
    }
}
