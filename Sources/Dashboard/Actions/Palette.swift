import ClusterInsight
import TerminalUI

/// What `:` offers and runs.
enum Palette {
    /// One suggestion: what would be typed, and what it is.
    struct Suggestion: Equatable {
        var text: String
        var about: String
        var enabled = true
        /// Whether it says what a key does, in words: letters in order would be found in any sentence.
        var isSentence = false
    }

    /// Suggestions are few, so that they can be read at a glance.
    static let limit = 8

    /// Suggestions for a text, best first: what begins with it, what contains it, what has its letters in order; among
    /// equals commands, screens, objects, then actions of the present place.
    static func suggestions(_ text: String, _ model: Model) -> [Suggestion] {
        let wanted = text.lowercased()
        guard !wanted.isEmpty else { return Array(commands.prefix(limit)) }
        // Themes are looked at one after the other, which needs all of them; and so are columns.
        let takesAll = wanted.hasPrefix("theme ") || wanted.hasPrefix("sort ")
        var found = PaletteMatches(wanted, takesAll: takesAll)
        found.take(commands + settings(model))
        takeObjects(model, &found)
        found.take(columns(wanted, model))
        takeArguments(wanted, model, &found)
        found.take(actions(model))
        return found.best
    }

    /// The theme that a line would choose.
    static func theme(_ text: String, chosen: Int, _ model: Model) -> String? {
        let found = chosen > 0 ? suggestions(text, model) : []
        let words = (found.indices.contains(chosen) ? found[chosen].text : text).split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "theme" else { return nil }
        return model.themes.first { $0 == words[1] }
    }

    static let commands: [Suggestion] =
        Screen.allCases.map { Suggestion(text: $0.name.lowercased(), about: "screen \($0.rawValue)") } + [
            Suggestion(text: "journal", about: "changes made here"),
            Suggestion(text: "transactions", about: "transactional ids, and what is open"),
            Suggestion(text: "producers", about: "who writes to a topic, by its name"),
            Suggestion(text: "analyse", about: "what a topic holds, by its name"),
            Suggestion(text: "terms", about: "what the words mean"),
            Suggestion(text: "messages-log", about: "what the last line said"),
            Suggestion(text: "save-screen", about: "the frame as text, to a file"),
            Suggestion(text: "format", about: "how keys and values are read"),
            Suggestion(text: "sort", about: "the list by one of its columns"),
            Suggestion(text: "theme", about: "another theme by name"),
            Suggestion(text: "span", about: "how far charts reach back"),
            Suggestion(text: "interval", about: "how often the cluster is asked"),
            Suggestion(text: "clusters", about: "all clusters, and how they do"),
            Suggestion(text: "cluster", about: "another cluster by name"),
            Suggestion(text: "demo", about: "create the demo topics with messages"),
            Suggestion(text: "prove", about: "klamm prove, on a cluster of its own"),
            Suggestion(text: "new", about: "a topic, by its name"),
            Suggestion(text: "add-broker", about: "to the cluster"),
            Suggestion(text: "help", about: "keys of this screen"), Suggestion(text: "q", about: "quit"),
        ] + PaletteVerb.all.map { Suggestion(text: $0.name, about: $0.about) }

    private static func settings(_ model: Model) -> [Suggestion] {
        let themes = model.themes.map { Suggestion(text: "theme \($0)", about: "theme") }
        let clusters = model.clusters.map(\.name).map { name in
            Suggestion(text: "cluster \(name)", about: name == model.cluster.name ? "cluster, shown" : "cluster")
        }
        return themes + clusters
    }

    /// Columns of the list, once they are asked for: to see which of them sort takes a look at the rows.
    private static func columns(_ wanted: String, _ model: Model) -> [Suggestion] {
        guard "sort ".hasPrefix(wanted) || wanted.hasPrefix("sort "), let page = Screens.list(model) else { return [] }
        return page.sortable.map { column in
            Suggestion(
                text: "sort \(SortChoice.name(column))",
                about: column.id == page.sort.column ? "the other way" : "column")
        }
    }

    /// What may follow a command, once it is typed: before, other things are looked for.
    private static func takeArguments(_ wanted: String, _ model: Model, _ found: inout PaletteMatches) {
        guard let space = wanted.firstIndex(of: " ") else { return }
        let verb = String(wanted[..<space])
        switch verb {
        case "messages", "producers", "analyse": takeTopics("\(verb) ", model, &found)
        default:
            found.take(arguments(verb))
            PaletteVerb.take(verb, model, &found)
        }
    }

    private static func arguments(_ verb: String) -> [Suggestion] {
        switch verb {
        case "format":
            return ["", "key ", "value "].flatMap { part in
                PayloadFormat.allCases.map {
                    Suggestion(text: "format \(part)\($0.rawValue)", about: part == "key " ? "of keys" : "of values")
                }
            }
        case "span":
            return ["15m"].map { Suggestion(text: "span \($0)", about: "every ten seconds") }
                + ChartSpan.steps.map { Suggestion(text: "span \(ChartSpan.text($0))", about: "means of minutes") }
        case "interval":
            return Moves.intervals.map { milliseconds in
                guard milliseconds > 0 else { return Suggestion(text: "interval off", about: "only by r") }
                let text = milliseconds < 1_000 ? "\(milliseconds)ms" : "\(milliseconds / 1_000)s"
                return Suggestion(text: "interval \(text)", about: "refresh")
            }
        case "brokers", "topics", "partitions", "groups":
            return [Suggestion(text: "\(verb) !", about: "those with a problem")]
        default: return []
        }
    }

    private static func takeTopics(_ kind: String, _ model: Model, _ found: inout PaletteMatches) {
        for topic in model.snapshot.topics where model.showsInternal || !topic.isInternal {
            found.take(kind, topic.name) {
                Suggestion(text: kind + topic.name, about: "topic, \(PartitionNames.count(topic.partitions.count))")
            }
        }
    }

    private static func takeObjects(_ model: Model, _ found: inout PaletteMatches) {
        takeTopics("topic ", model, &found)
        for group in model.snapshot.groups where model.showsInternal || !group.isConsole {
            found.take("group ", group.name) {
                let figures = model.figures.groups[group.name]
                let status = figures.map { $0.status == .ok ? "" : ", \($0.status.word)" } ?? ""
                let lag = figures?.lag.map { ", lag \(Format.shortCount(Int($0)))" } ?? ""
                return Suggestion(text: "group \(group.name)", about: "group, \(group.state)\(status)\(lag)")
            }
        }
        found.take(
            model.snapshot.brokers.map { broker in
                Suggestion(text: "broker \(broker.id)", about: "broker, \(BrokerWords.state(broker, model).plain)")
            })
    }

    private static func actions(_ model: Model) -> [Suggestion] {
        Actions.own(model.place, model.keys).filter { !$0.keyText.isEmpty && $0.group != .move }.compactMap { action in
            switch action.available(model) {
            case .hidden: nil
            case .no(let reason): Suggestion(text: action.help, about: reason, enabled: false, isSentence: true)
            case .yes: Suggestion(text: action.help, about: "key \(action.keyText)", isSentence: true)
            }
        }
    }

    /// What came of a line that was run.
    enum Outcome {
        case done([Command])
        /// It is no command and no object; the prompt stays.
        case unknown(String)
    }

    /// Runs the suggestion chosen, or what was typed; a text that one suggestion alone begins with stands for it.
    static func run(_ text: String, chosen: Int, _ model: inout Model) -> Outcome {
        let found = suggestions(text, model)
        let line = chosen > 0 && found.indices.contains(chosen) ? found[chosen].text : text
        if line.allSatisfy({ $0 == " " }) { return .done([]) }
        if let commands = execute(line, &model) { return .done(commands) }
        let begun = found.filter { $0.text.lowercased().hasPrefix(text.lowercased()) }
        if let first = begun.first, begun.count == 1, let commands = execute(first.text, &model) {
            return .done(commands)
        }
        return .unknown("no command or object \"\(line)\"" + (found.first.map { ": nearest is \($0.text)" } ?? ""))
    }

    private static func execute(_ line: String, _ model: inout Model) -> [Command]? {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard let verb = words.first?.lowercased() else { return [] }
        let rest = words.count > 1 ? words[1] : ""
        switch verb {
        case "q", "quit", "exit": return [.quit]
        case "help", "keys", "?":
            model.popup = .keys(KeysPopup())
            return []
        case "journal": return Navigation.go(.journal, &model)
        case "transactions": return rest.isEmpty ? Navigation.go(.transactions, &model) : nil
        case "producers", "analyse":
            guard model.snapshot.topic(rest) != nil else {
                model.say("\(verb) wants the name of a topic", .warn)
                return []
            }
            return Navigation.go(verb == "producers" ? .producers(rest) : .analysis(rest), &model)
        case "terms":
            model.popup = .text(Terms.popup)
            return []
        case "messages-log":
            model.popup = .text(MessagesLog.popup(model))
            return []
        case "save-screen":
            guard !rest.isEmpty else {
                model.say("save-screen wants a file name", .warn)
                return []
            }
            let lines = View.view(model).lines.joined(separator: "\n") + "\n"
            return [.save(path: rest, contents: Array(lines.utf8))]
        case "format": return MessageMoves.format(rest, &model)
        case "theme": return [.setTheme(meant(rest, model.themes))]
        case "clusters": return rest.isEmpty ? Navigation.go(.clusters, &model) : nil
        case "cluster":
            let name = meant(rest, model.clusters.map(\.name))
            return rest.isEmpty ? Navigation.go(.clusters, &model) : [.showCluster(name)]
        case "demo": return Plans.show(.demo, &model)
        case "span":
            ChartSpan.choose(named: rest, &model)
            return []
        case "interval": return Moves.interval(named: rest, &model)
        case "sort": return SortChoice.choose(named: rest, &model)
        case "prove": return ProveForm.open(&model)
        case "new":
            let commands = perform("topic.new", of: .topics, &model)
            guard !rest.isEmpty, case .form(var form)? = model.popup else { return commands }
            form.form["name"]?.value = .text(TextInput(rest))
            return Forms.edited("name", form, &model)
        case "add-broker": return perform("broker.add", of: .brokers, &model)
        default: break
        }
        if let own = PaletteVerb.all.first(where: { $0.name == verb }) { return own.run(rest, &model) }
        if let screen = Screen.allCases.first(where: { $0.name.lowercased() == aliases[verb] ?? verb }) {
            return go(to: screen, rest, &model)
        }
        guard let action = Actions.own(model.place, model.keys).first(where: { $0.help == line }) else { return nil }
        return Update.perform(action, &model)
    }

    /// The name that a text stands for: itself, or the only one that begins with it, as the ghost behind it shows.
    private static func meant(_ text: String, _ names: [String]) -> String {
        let begun = names.filter { $0.hasPrefix(text) }
        return names.contains(text) || begun.count != 1 ? text : begun[0]
    }

    /// Does what a key of another screen does that needs no row.
    private static func perform(_ id: String, of place: Place, _ model: inout Model) -> [Command] {
        Actions.own(place).first { $0.id == id }.map { Update.perform($0, &model) } ?? []
    }

    /// Short names of screens, as k9s has them.
    private static let aliases = [
        "t": "topics", "topic": "topics", "g": "groups", "group": "groups", "cg": "groups", "b": "brokers",
        "broker": "brokers", "p": "partitions", "m": "messages", "e": "events", "r": "reassign",
    ]

    /// A screen, and there what follows: `orders` the object, `/pay` a filter, `!` problems only. A name that nothing has
    /// is no place.
    private static func go(to screen: Screen, _ rest: String, _ model: inout Model) -> [Command]? {
        switch screen {
        case .topics where model.snapshot.topic(rest) != nil:
            return Navigation.go(.topic(rest, .partitions), &model)
        case .groups where model.snapshot.group(rest) != nil: return Navigation.go(.group(rest), &model)
        case .brokers where Int32(rest).flatMap { model.snapshot.broker($0) } != nil:
            return Int32(rest).map { Navigation.go(.broker($0, .partitions), &model) }
        case .messages where !rest.isEmpty: return messages(rest, &model)
        default: break
        }
        guard rest.isEmpty || rest.hasPrefix("/") || rest == "!" else { return nil }
        let commands = Navigation.go(screen.root, &model)
        if rest.hasPrefix("/") { model.list.filter = String(rest.dropFirst()) }
        if rest == "!" { model.list.problemsOnly = true }
        return commands
    }

    /// `messages orders 3 @15m`: one or more topics, then partitions and a place to begin, in any order.
    private static func messages(_ text: String, _ model: inout Model) -> [Command]? {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
        // Topics may be called like numbers; the first word is one in any case.
        let topics = words.prefix { model.snapshot.topic($0) != nil }
        guard !topics.isEmpty else { return nil }
        var request = ReadRequest(topics: Array(topics), from: .last(50))
        for word in words.dropFirst(topics.count) {
            if word.hasPrefix("@") {
                let place = SeekText.parse(String(word.dropFirst()), now: model.now, zone: model.zone)
                guard case .success(let target) = place else {
                    model.say("not a place: \(word)", .warn)
                    return []
                }
                request.from = target
            } else if let partition = Int32(word) {
                request.partitions = (request.partitions ?? []).union([partition])
            } else {
                model.say("not a partition: \(word)", .warn)
                return []
            }
        }
        return Navigation.go(.messages, &model) + MessageMoves.start(request, &model)
    }
}
