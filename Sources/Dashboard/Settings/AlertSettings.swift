import Properties

/// The lines `alert.NAME.when`, `.do`, `.run`, `.for` and `.every`, as they are read.
struct AlertSettings: Sendable, Equatable {
    private struct Draft: Sendable, Equatable {
        var name: String
        /// The first line that names it.
        var key: String
        /// The rule as it was written, and what that means; nil before its line.
        var text = ""
        var rule: AlertRule?
        var flashes = true
        var rings = false
        var command: String?
        var holds: Int64 = 0
        var every: Int64 = 60_000
        /// Whether a line of it could not be understood, which is said already.
        var isBroken = false
    }

    private var drafts: [Draft] = []

    /// Those that say when they are raised.
    var alerts: [Alert] {
        drafts.compactMap { draft in
            guard let rule = draft.rule else { return nil }
            var alert = Alert(name: draft.name, text: draft.text, rule: rule)
            alert.flashes = draft.flashes
            alert.rings = draft.rings
            alert.command = draft.command
            alert.holds = draft.holds
            alert.every = draft.every
            return alert
        }
    }

    /// Takes a line.
    ///
    /// - Throws: `PropertiesError` with the line when it cannot be understood.
    mutating func take(_ entry: Properties.Entry, of file: Properties) throws {
        let parts = entry.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts[1].isEmpty else {
            throw file.error(entry.key, "`\(entry.key)` is not like alert.NAME.when, .do, .run, .for or .every")
        }
        var draft = drafts.first { $0.name == parts[1] } ?? Draft(name: parts[1], key: entry.key)
        guard drafts.contains(where: { $0.name == draft.name }) || drafts.count < DashboardLimits.alerts else {
            throw file.error(
                entry.key, "there are more than \(DashboardLimits.alerts) alerts; `\(entry.key)` has no effect")
        }
        defer {
            if let index = drafts.firstIndex(where: { $0.name == draft.name }) {
                drafts[index] = draft
            } else {
                drafts.append(draft)
            }
        }
        do {
            try Self.take(parts[2], entry.value, &draft)
        } catch {
            draft.isBroken = true
            throw file.error(entry.key, "`\(entry.key)`: \(error.text)")
        }
    }

    private static func take(_ name: String, _ value: String, _ draft: inout Draft) throws(Failure) {
        switch name {
        case "when": (draft.text, draft.rule) = (value, try AlertRule(value))
        case "run":
            guard !value.isEmpty else { throw Failure("there is no command") }
            draft.command = value
        case "do":
            (draft.flashes, draft.rings) = (false, false)
            for word in value.split(separator: ",").map({ $0.filter { $0 != " " } }) {
                switch word {
                case "flash": draft.flashes = true
                case "bell": draft.rings = true
                default: throw Failure("`\(word)` is neither flash nor bell; a command stands in `.run`")
                }
            }
        case "for": draft.holds = try milliseconds(value, atLeast: 0)
        case "every": draft.every = try milliseconds(value, atLeast: DashboardLimits.alertPause)
        default: throw Failure("an alert has when, do, run, for and every")
        }
    }

    /// `30 s`, `5 min`, up to a day.
    private static func milliseconds(_ text: String, atLeast least: Int64) throws(Failure) -> Int64 {
        guard let seconds = Filter.number(text.filter { $0 != " " }), (0...86_400).contains(seconds),
            Int64(seconds * 1_000) >= least
        else { throw Failure("`\(text)` is no time from \(least / 1_000) s to 1 d, such as 30 s or 5 min") }
        return Int64(seconds * 1_000)
    }

    /// What is wrong with alerts as a whole, at their first lines.
    func complaints(_ file: Properties) -> [PropertiesError] {
        drafts.filter { $0.rule == nil && !$0.isBroken }.map { draft in
            file.error(draft.key, "`alert.\(draft.name).when` is missing; the alert is never raised")
        }
    }
}
