import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Verbs of `:` that change an object: `delete orders`, `kill 2`. Each is the key of a screen, done to the object that is
/// named, or to the one under the cursor where none is; so it asks, refuses and is undone as the key does.
struct PaletteVerb: Sendable {
    /// What it is done to.
    enum Kind: String, Sendable, CaseIterable {
        case topic, group, broker

        /// The place that shows one object alone, where keys are done to it.
        func place(_ name: String, _ model: Model) -> Place? {
            switch self {
            case .topic: model.snapshot.topic(name).map { .topic($0.name, .partitions) }
            case .group: model.snapshot.group(name).map { .group($0.name) }
            case .broker: BrokerID(name).flatMap { model.snapshot.broker($0) }.map { .broker($0.id, .partitions) }
            }
        }

        /// What there is of it.
        func names(_ model: Model) -> [String] {
            switch self {
            case .topic: model.snapshot.topics.filter { !$0.isInternal || model.showsInternal }.map(\.name)
            case .group: model.snapshot.groups.filter { !$0.isConsole || model.showsInternal }.map(\.name)
            case .broker: model.snapshot.brokers.map { "\($0.id)" }
            }
        }
    }

    /// As it is typed.
    let name: String
    /// What it does, in the words of the key.
    let about: String
    /// The keys it stands for, by what it is done to.
    let actions: [(kind: Kind, action: Action)]
    /// Keys of other places that do the same to what is under the cursor there.
    let elsewhere: Set<String>

    static let all: [PaletteVerb] = [
        verb("delete", "a topic or group", .topic, "topic.delete", .group, "group.delete"),
        verb("config", "configs of a topic or broker", .topic, "topic.config", .broker, "broker.config"),
        verb("purge", "the messages of a topic", .topic, "topic.purge", elsewhere: ["partition.purge"]),
        verb("clone", "a topic", .topic, "topic.clone"),
        verb("add-partitions", "to a topic", .topic, "topic.partitions"),
        verb("move", "a topic, or change its RF", .topic, "topic.reassign", elsewhere: ["partition.reassign"]),
        verb(
            "elect", "preferred leaders of a topic or broker", .topic, "topic.elect", .broker, "broker.elect",
            elsewhere: ["partition.elect"]),
        verb("produce", "a message to a topic", .topic, "topic.produce", elsewhere: ["message.produce"]),
        verb("reset", "the offsets of a group", .group, "group.reset"),
        verb("kill", "a broker (SIGKILL)", .broker, "broker.kill"),
        verb("stop", "a broker (controlled shutdown)", .broker, "broker.stop"),
        verb("start", "a broker", .broker, "broker.start"),
        verb("restart", "a broker", .broker, "broker.rolling"),
        verb("pause", "a broker, or resume it", .broker, "broker.pause"),
        verb("drain", "a broker: move everything off it", .broker, "broker.drain"),
        verb("remove", "a broker from the cluster, with its files", .broker, "broker.remove"),
    ]

    /// A verb of the keys with these ids.
    private static func verb(
        _ name: String, _ about: String, _ kind: Kind, _ id: String, _ other: Kind? = nil, _ otherID: String? = nil,
        elsewhere: Set<String> = []
    ) -> PaletteVerb {
        let keys = [(kind, id)] + [other].compactMap { $0 }.map { ($0, otherID ?? id) }
        let actions = keys.compactMap { kind, id in action(kind, id).map { (kind: kind, action: $0) } }
        return PaletteVerb(name: name, about: about, actions: actions, elsewhere: elsewhere)
    }

    private static func action(_ kind: Kind, _ id: String) -> Action? {
        let place: Place =
            switch kind {
            case .topic: .topics
            case .group: .groups
            case .broker: .brokers
            }
        return Actions.own(place).first { $0.id == id }
    }

    /// Takes a verb that is typed with every object there is.
    static func take(_ verb: String, _ model: Model, _ found: inout PaletteMatches) {
        guard let verb = all.first(where: { $0.name == verb }) else { return }
        for (kind, _) in verb.actions {
            for name in kind.names(model) {
                found.take("\(verb.name) ", name) {
                    Palette.Suggestion(text: "\(verb.name) \(name)", about: kind.rawValue)
                }
            }
        }
    }

    /// Does it to an object by its name, or to the one under the cursor.
    func run(_ text: String, _ model: inout Model) -> [Command] {
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard let first = words.first else { return underCursor(&model) }
        // Where a topic and a group have one name, the kind before it says which is meant.
        let kind = words.count > 1 ? Kind(rawValue: first.lowercased()) : nil
        let name = kind == nil ? text : words[1]
        let found = actions.filter { kind == nil || $0.kind == kind }.compactMap { kind, action in
            kind.place(name, model).map { (kind: kind, action: action, place: $0) }
        }
        guard let only = found.first else {
            model.say("there is no \(kinds) \(name)", .warn)
            return []
        }
        guard found.count == 1 else {
            let ways = found.map { "\(self.name) \($0.kind.rawValue) \(name)" }.joined(separator: " or ")
            model.say("\(name) is both: \(ways)", .warn)
            return []
        }
        return Self.perform(only.action, at: only.place, &model)
    }

    private var kinds: String { actions.map(\.kind.rawValue).joined(separator: " or ") }

    private func underCursor(_ model: inout Model) -> [Command] {
        let own = Actions.table(model.place)
        let ids = elsewhere.union(actions.map(\.action.id))
        guard let action = own.first(where: { ids.contains($0.id) }) else {
            model.say("\(name) wants the name of a \(kinds)", .warn)
            return []
        }
        return Update.perform(action, &model)
    }

    /// Does a key as if the object were shown. Whoever does not go on from there is where he was.
    private static func perform(_ action: Action, at place: Place, _ model: inout Model) -> [Command] {
        let (before, lists) = (model.place, model.lists)
        model.place = place
        model.list = ListState()
        let commands = Update.perform(action, &model)
        guard model.place == place else {
            if model.back.last == place { model.back[model.back.count - 1] = before }
            // Of this object nothing was shown before.
            if model.place.crumbs == place.crumbs, model.place.crumbs != before.crumbs { model.list = ListState() }
            return commands
        }
        model.place = before
        model.lists = lists
        return commands
    }
}
