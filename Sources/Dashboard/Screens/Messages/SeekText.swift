import KafkaProtocol
import TerminalUI

/// What may be typed after `o`.
package enum SeekText {
    /// The accepted forms with what they mean.
    static let forms: [(String, String)] = [
        ("beginning", "first offset of each partition"),
        ("end", "after the last message"),
        ("1135480", "this offset, every partition"),
        ("3:1132015 5:1135480", "these partitions only"),
        ("15m ago", "also 90s, 2h, 3d"),
        ("12:04:29", "today, local time"),
        ("2026-11-22 09:15", "or with seconds and zone"),
        ("-100", "100 before the end, each"),
        ("12:00 .. 12:30", "and where it ends: a time, or"),
        ("100 .. 200", "the last offset; also `to`"),
    ]

    /// Reads one of the forms.
    static func parse(_ text: String, now: Timestamp, zone: LocalZone) -> Result<SeekTarget, Failure> {
        let text = trimmed(text).lowercased()
        if text.isEmpty { return .failure(Failure("where to")) }
        if "beginning".hasPrefix(text), text.count >= 3 || text == "earliest" { return .success(.beginning) }
        if text == "earliest" { return .success(.beginning) }
        if text == "end" || text == "latest" { return .success(.end) }
        if text.hasPrefix("-"), let count = Int64(text.dropFirst()) { return .success(.last(count)) }
        if let offset = Int64(text) { return .success(.offset(offset)) }
        if let milliseconds = ago(text) { return .success(.time(now - milliseconds)) }
        if let at = clock(text, now: now, zone: zone) { return .success(.time(at)) }
        if let offsets = partitions(text) { return .success(.partitions(offsets)) }
        return .failure(Failure("not a place: \(text)"))
    }

    /// Reads one of the forms, alone or with an end: `12:00 .. 12:30`, `100 to 200`, `.. 12:30`.
    static func span(_ text: String, now: Timestamp, zone: LocalZone) -> Result<ReadSpan, Failure> {
        guard let (before, after) = halves(text) else {
            return parse(text, now: now, zone: zone).map { ReadSpan($0) }
        }
        guard let until = end(after, now: now, zone: zone) else {
            return .failure(Failure(after.isEmpty ? "to where: an offset or a time" : "not an end: \(after)"))
        }
        let from: Result<SeekTarget, Failure> =
            before.isEmpty ? .success(.beginning) : parse(before, now: now, zone: zone)
        return from.flatMap { from in
            switch (from, until) {
            case (.end, _): return .failure(Failure("nothing is after the end"))
            case (.offset(let first), .offset(let last)) where last < first:
                return .failure(Failure("\(last) is before \(first)"))
            case (.time(let first), .time(let last)) where last <= first:
                return .failure(Failure("the second time is not after the first"))
            default: return .success(ReadSpan(from, until: until))
            }
        }
    }

    /// What stands before and after the sign between two places; nil where there is none.
    private static func halves(_ text: String) -> (String, String)? {
        let lowered = " \(text.lowercased()) "
        for sign in ["…", "...", "..", " to "] {
            guard let range = lowered.firstRange(of: sign) else { continue }
            return (trimmed(String(lowered[..<range.lowerBound])), trimmed(String(lowered[range.upperBound...])))
        }
        return nil
    }

    private static func end(_ text: String, now: Timestamp, zone: LocalZone) -> ReadEnd? {
        if let offset = Offset(text), offset >= 0 { return .offset(offset) }
        return moment(text, now: now, zone: zone).map { .time($0) }
    }

    /// The whole of a form that has been begun; the text itself where it could be anything.
    static func completed(_ text: String) -> String {
        let begun = text.lowercased()
        if let word = ["beginning", "end", "earliest", "latest"].first(where: { $0.hasPrefix(begun) }) { return word }
        return ago(trimmed(begun)) != nil && !begun.hasSuffix("ago")
            ? "\(text)\(text.hasSuffix(" ") ? "" : " ")ago" : text
    }

    private static func trimmed(_ text: String) -> String {
        text.split(separator: " ").joined(separator: " ")
    }

    /// A moment: one of the forms of `ago` and `clock`.
    package static func moment(_ text: String, now: Timestamp, zone: LocalZone) -> Timestamp? {
        let text = trimmed(text).lowercased()
        return ago(text).map { now - $0 } ?? clock(text, now: now, zone: zone)
    }

    /// `15m ago`, `90s`: milliseconds back.
    static func ago(_ text: String) -> Int64? {
        var body = text
        if body.hasSuffix("ago") { body = trimmed(String(body.dropLast(3))) }
        guard let unit = body.last, let number = Int64(body.dropLast()), number >= 0, number < 1_000_000_000 else {
            return nil
        }
        switch unit {
        case "s": return number * 1_000
        case "m": return number * 60_000
        case "h": return number * 3_600_000
        case "d": return number * 86_400_000
        default: return nil
        }
    }

    /// `12:04:29`, `12:04`, `2026-11-22 09:15`, `2026-11-22 09:15:30`, local time; with `+02:00` or `z` in that zone.
    static func clock(_ text: String, now: Timestamp, zone: LocalZone) -> Timestamp? {
        var words = text.split(whereSeparator: { $0 == " " || $0 == "t" })
        if let given = words.last.flatMap({ self.zone($0) }) {
            let (rest, seconds) = given
            if rest.isEmpty { words.removeLast() } else { words[words.count - 1] = rest }
            guard words.count == 2 else { return nil }
            return clock(words.joined(separator: " "), now: now, zone: LocalZone { _ in seconds })
        }
        guard let last = words.last else { return nil }
        let time = last.split(separator: ":").map { Int64($0) }
        guard (2...3).contains(time.count), let hour = time[0], let minute = time[1] else { return nil }
        let second = time.count == 3 ? time[2] ?? -1 : 0
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else { return nil }
        let offset = Int64(zone.offset(Int(now / 1_000))) * 1_000
        var day = (now + offset) / 86_400_000
        if words.count == 2 {
            let date = words[0].split(separator: "-").compactMap { Int64($0) }
            guard date.count == 3, (1...12).contains(date[1]), (1...31).contains(date[2]),
                (1970...9999).contains(date[0])
            else { return nil }
            day = days(year: date[0], month: date[1], day: date[2])
        } else if words.count > 2 {
            return nil
        }
        return day * 86_400_000 + (hour * 3_600 + minute * 60 + second) * 1_000 - offset
    }

    /// The zone at the end of a word, `z` or `+02:00`, in seconds east of UTC, and what stands before it.
    private static func zone(_ word: Substring) -> (Substring, Int)? {
        if word.hasSuffix("z") { return (word.dropLast(), 0) }
        guard let sign = word.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return nil }
        let parts = word[word.index(after: sign)...].split(separator: ":").map { Int($0) }
        guard parts.count == 2, let hours = parts[0], let minutes = parts[1], (0...14).contains(hours),
            (0..<60).contains(minutes)
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return (word[..<sign], word[sign] == "-" ? -seconds : seconds)
    }

    /// Days since 1970 of a date (proleptic Gregorian calendar, years beginning in March).
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yoe = y - era * 400
        let doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
    }

    private static func partitions(_ text: String) -> [Int32: Offset]? {
        var offsets: [Int32: Offset] = [:]
        for word in text.split(separator: " ") {
            let parts = word.split(separator: ":")
            guard parts.count == 2, let partition = Int32(parts[0]), let offset = Int64(parts[1]), partition >= 0 else {
                return nil
            }
            offsets[partition] = offset
        }
        return offsets.isEmpty ? nil : offsets
    }
}
