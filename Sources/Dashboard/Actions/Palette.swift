import ClusterInsight
import TerminalUI

/// What `:` offers and runs.
enum Palette {
    /// One suggestion: what would be typed, and what it is.
    struct Suggestion: Equatable {
        var text: String
        var about: String
        var enabled = true
    }

    /// Suggestions are few, so that they can be read at a glance.
    static let limit = 8

    /// Suggestions for a text, best first: commands, screens, objects, then actions of the present place.
    static func suggestions(_ text: String, _ model: Model) -> [Suggestion] {
        let wanted = text.lowercased()
        let all = commands + objects(model) + actions(model)
        guard !wanted.isEmpty else { return Array(commands.prefix(limit)) }
        let starts = all.filter { $0.text.lowercased().hasPrefix(wanted) }
        let contains = all.filter { item in
            let text = item.text.lowercased()
            return !text.hasPrefix(wanted) && text.contains(wanted)
        }
        let fuzzy = all.filter { item in
            let text = item.text.lowercased()
            return !text.contains(wanted) && Filter.isSubsequence(wanted.filter { $0 != " " }, of: text)
        }
        return Array((starts + contains + fuzzy).prefix(limit))
    }

    static let commands: [Suggestion] =
        Screen.allCases.map { Suggestion(text: $0.name.lowercased(), about: "screen \($0.rawValue)") } + [
            Suggestion(text: "journal", about: "changes made here"),
            Suggestion(text: "demo", about: "create the demo topics"),
            Suggestion(text: "theme", about: "another theme by name"),
            Suggestion(text: "q", about: "quit"),
        ]

    private static func objects(_ model: Model) -> [Suggestion] {
        let topics = model.snapshot.topics.filter { !$0.isInternal || model.showsInternal }.map {
            Suggestion(text: "topic \($0.name)", about: "topic, \($0.partitions.count) partitions")
        }
        let groups = model.snapshot.groups.filter { !$0.isConsole || model.showsInternal }.map { group in
            let figures = model.figures.groups[group.name]
            let lag = figures?.lag.map { ", lag \(Format.shortCount(Int($0)))" } ?? ""
            let status = figures.map { $0.status == .ok ? "" : ", \($0.status.word)" } ?? ""
            return Suggestion(text: "group \(group.name)", about: "group, \(group.state)\(lag)\(status)")
        }
        let brokers = model.snapshot.brokers.map { broker in
            Suggestion(text: "broker \(broker.id)", about: "broker, \(BrokerWords.state(broker, model).plain)")
        }
        return topics + groups + brokers
    }

    private static func actions(_ model: Model) -> [Suggestion] {
        Actions.own(model.place).filter { !$0.hint.isEmpty }.map { action in
            if case .no(let reason) = action.available(model) {
                return Suggestion(text: action.help, about: reason, enabled: false)
            }
            return Suggestion(text: action.help, about: "key \(action.keyText)")
        }
    }

    /// Runs what was typed or the suggestion chosen.
    static func run(_ text: String, chosen: Int, _ model: inout Model) -> [Command] {
        let found = suggestions(text, model)
        let line = chosen > 0 && found.indices.contains(chosen) ? found[chosen].text : text
        if let commands = execute(line, &model) { return commands }
        if let first = found.first, let commands = execute(first.text, &model) { return commands }
        model.say("no command or object \"\(text)\"" + (found.first.map { ": nearest is \($0.text)" } ?? ""), .warn)
        return []
    }

    private static func execute(_ line: String, _ model: inout Model) -> [Command]? {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard let verb = words.first?.lowercased() else { return [] }
        let rest = words.count > 1 ? words[1] : ""
        switch verb {
        case "q", "quit", "exit": return [.quit]
        case "journal": return Navigation.go(.journal, &model)
        case "theme": return [.setTheme(rest)]
        case "demo": return Plans.show(Plans.demo(model), &model)
        case "topic" where model.snapshot.topic(rest) != nil:
            return Navigation.go(.topic(rest, .partitions), &model)
        case "group" where model.snapshot.group(rest) != nil: return Navigation.go(.group(rest), &model)
        case "broker":
            guard let id = Int32(rest), model.snapshot.broker(id) != nil else { return nil }
            return Navigation.go(.broker(id, .partitions), &model)
        case "messages" where !rest.isEmpty:
            let name = rest.split(separator: " ").first.map(String.init) ?? rest
            guard model.snapshot.topic(name) != nil else { return nil }
            return MessageMoves.open(topics: [name], &model)
        default: break
        }
        if let screen = Screen.allCases.first(where: { $0.name.lowercased() == verb }) {
            let commands = Navigation.go(screen.root, &model)
            if rest.hasPrefix("/") { model.list.filter = String(rest.dropFirst()) }
            if rest == "!" { model.list.problemsOnly = true }
            return commands
        }
        guard let action = Actions.own(model.place).first(where: { $0.help == line }) else { return nil }
        return Update.perform(action, &model)
    }
}
