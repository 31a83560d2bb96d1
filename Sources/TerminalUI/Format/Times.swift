/// The local time zone, given by whoever knows it, so that formats stay pure.
package struct LocalZone: Sendable {
    /// Seconds east of UTC at a moment given in seconds since 1970.
    package let offset: @Sendable (Int) -> Int

    package init(offset: @escaping @Sendable (Int) -> Int) {
        self.offset = offset
    }

    package static let utc = LocalZone { _ in 0 }
}

/// Moments, in local time. All take milliseconds since 1970, Kafka's own unit.
extension Format {
    /// Time of today: `12:04:31`.
    package static func time(_ milliseconds: Int64, zone: LocalZone) -> String {
        LocalTime(milliseconds, zone: zone).clock
    }

    /// Time of today in events and messages: `12:04:31.651`.
    package static func preciseTime(_ milliseconds: Int64, zone: LocalZone) -> String {
        let time = LocalTime(milliseconds, zone: zone)
        return time.clock + "." + padded(time.millisecond, 3)
    }

    /// Time, with the day when it is not today: `12:04:31` or `11-22 09:15:02`.
    package static func moment(_ milliseconds: Int64, now: Int64, zone: LocalZone) -> String {
        let time = LocalTime(milliseconds, zone: zone)
        let today = LocalTime(now, zone: zone)
        if time.day == today.day { return time.clock }
        return padded(time.date.month, 2) + "-" + padded(time.date.day, 2) + " " + time.clock
    }

    /// Everything, in details: `2026-11-23 12:04:31.651 +00:00`.
    package static func fullTime(_ milliseconds: Int64, zone: LocalZone) -> String {
        let time = LocalTime(milliseconds, zone: zone)
        let minutes = abs(time.offset) / 60
        let offset = (time.offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2)
        return "\(isoDate(time)) \(time.clock).\(padded(time.millisecond, 3)) \(offset)"
    }

    /// Day and minute, for dates further away: `2026-11-30 12:04`.
    package static func dayAndMinute(_ milliseconds: Int64, zone: LocalZone) -> String {
        let time = LocalTime(milliseconds, zone: zone)
        return "\(isoDate(time)) \(time.clock.prefix(5))"
    }

    private static func isoDate(_ time: LocalTime) -> String {
        "\(padded(time.date.year, 4))-\(padded(time.date.month, 2))-\(padded(time.date.day, 2))"
    }

    static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// A moment taken apart in a zone.
struct LocalTime {
    /// Days since 1970-01-01, local.
    let day: Int
    let secondOfDay: Int
    let millisecond: Int
    /// Seconds east of UTC.
    let offset: Int

    init(_ milliseconds: Int64, zone: LocalZone) {
        let seconds = Int(milliseconds.flooredQuotient(by: 1000))
        millisecond = Int(milliseconds - Int64(seconds) * 1000)
        offset = zone.offset(seconds)
        let local = seconds + offset
        day = local.flooredQuotient(by: 86_400)
        secondOfDay = local - day * 86_400
    }

    /// `hh:mm:ss`.
    var clock: String {
        Format.padded(secondOfDay / 3600, 2) + ":" + Format.padded(secondOfDay / 60 % 60, 2) + ":"
            + Format.padded(secondOfDay % 60, 2)
    }

    /// Year, month and day of the proleptic Gregorian calendar, counted in 400-year eras that begin on 1 March.
    var date: (year: Int, month: Int, day: Int) {
        let sinceMarch = day + 719_468
        let era = sinceMarch.flooredQuotient(by: 146_097)
        let dayOfEra = sinceMarch - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

extension BinaryInteger {
    /// The quotient rounded down, also for negative values.
    fileprivate func flooredQuotient(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
