import KafkaProtocol

/// A change on its way: what has been answered of it, and what has not.
package struct Sending: Sendable, Equatable {
    /// Tells it from others that are on their way.
    package var id: Int
    package var change: Change
    /// When it was sent.
    package var since: Timestamp
    /// What it does to each object, as far as that is known before.
    package var details: [String: String]
    /// Whether the person has closed its popup: only the last line tells of it then.
    var isHidden = false
    /// Objects by name, in the order in which they are shown; nil has no answer yet.
    private var answers: [String: ChangeItem] = [:]
    private var names: [String]
    private var known: Set<String>

    /// A change of which nothing is answered yet.
    package init(_ id: Int, _ change: Change, since: Timestamp, details: [String: String] = [:]) {
        self.id = id
        self.change = change
        self.since = since
        self.details = details
        names = change.objects
        known = Set(names)
    }

    /// How long one is under way before a popup tells of it: most are over by then, and nothing shall flicker.
    static let patience: Int64 = 500

    /// Takes answers in; a later one about the same object counts.
    package mutating func take(_ items: [ChangeItem]) {
        // A message that is produced has no name before it has its offset.
        let isNamedByAnswers = if case .produce = change { true } else { false }
        for item in items { add(item, as: isNamedByAnswers ? "\(names.count) \(item.name)" : item.name) }
    }

    private mutating func add(_ item: ChangeItem, as name: String) {
        answers[name] = item
        if known.insert(name).inserted { names.append(name) }
    }

    /// How many results there will be; 0 where nobody knows.
    package var total: Int { change.total }
    /// How many there are.
    package var answered: Int { answers.count }

    /// All objects with what became of them; those without an answer have none.
    package var rows: [(name: String, item: ChangeItem?)] {
        names.map { name in (answers[name]?.name ?? name, answers[name]) }
    }

    /// `sending 3 of 6`, as far as it can be counted.
    package var words: String {
        guard total > 1 else { return "sending" }
        let failed = answers.values.count { $0.failure != nil }
        return "sending \(min(answered, total)) of \(total)" + (failed > 0 ? ", \(failed) failed" : "")
    }
}
