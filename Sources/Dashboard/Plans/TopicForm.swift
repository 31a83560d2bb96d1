import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The form of a new topic: what it starts with, what is said beside it, what it becomes.
enum TopicForm {
    /// Opens it, filled like a topic as soon as that one's configurations are read, or with what suits the cluster.
    static func open(like clone: String?, _ model: inout Model) -> [Command] {
        let up = model.snapshot.liveBrokers.count
        let source = clone.flatMap { model.snapshot.topic($0) }
        let rf = source?.replicationFactors.upperBound ?? min(3, max(1, up))
        var more = FormField.text("more", "more configs")
        more.placeholder = "+ add"
        var popup = FormPopup(
            kind: .createTopic(like: clone.map { FormPopup.TopicModel(name: $0) }),
            title: clone == nil ? "New topic" : "New topic like \(clone ?? "")",
            fields: [
                .text("name", "name", clone.map { "\($0)-copy" } ?? ""),
                .number("partitions", "partitions", source?.partitions.count ?? 6, note: "1 – 1,000"),
                .number("replication", "replication", rf, note: StyledText("1 – \(up) brokers up")),
                .number("min", "min ISR", source?.minISR ?? max(1, rf - 1)), cleanup(source?.cleanupPolicy ?? "delete"),
                .text("retention", "retention", "7 d", note: "or bytes: no limit"),
                .text("max", "max message", "1.0 MiB"), more,
            ])
        refresh(&popup, model)
        popup.right = reading(popup) ?? ""
        model.popup = .form(popup)
        if let clone { return [.fetchConfigs([.topic(clone)])] }
        guard MoreConfigs.known(model).isEmpty, let any = model.snapshot.topics.first else { return [] }
        return [.fetchConfigs([.topic(any.name)])]
    }

    private static func cleanup(_ policy: String) -> FormField {
        FormField(
            "cleanup", label: "cleanup",
            value: .choice(
                ["delete", "compact", "both"],
                selected: policy == "compact" ? 1 : policy.contains("compact") ? 2 : 0))
    }

    /// Why the topic it is to be like has not told its configurations; nil when it has.
    private static func reading(_ popup: FormPopup) -> String? {
        popup.topicModel.flatMap { $0.entries == nil ? $0.failure ?? "reading the configs of \($0.name)" : nil }
    }

    /// The configurations of the topic it is to be like came: all that was set there is set here too.
    static func read(_ name: String, _ entries: [ConfigEntry], _ popup: inout FormPopup) {
        guard popup.topicModel?.name == name, popup.topicModel?.entries == nil else { return }
        let source = FormPopup.TopicModel(name: name, entries: entries)
        popup.kind = .createTopic(like: source)
        var rest = source.overrides
        func value(_ key: String) -> String? {
            rest.removeValue(forKey: key) ?? entries.first { $0.name == key }?.value
        }
        if let text = value("min.insync.replicas"), let min = Int(text) { popup.form["min"]?.value = number(min) }
        if let policy = value("cleanup.policy") { popup.form["cleanup"]?.value = cleanup(policy).value }
        if let size = value("max.message.bytes") { popup.form["max"]?.value = text("max.message.bytes", size) }
        let bySize = rest["retention.ms"] == nil && rest["retention.bytes"] != nil
        let retention = bySize ? "retention.bytes" : "retention.ms"
        if let limit = value(retention) { popup.form["retention"]?.value = text(retention, limit) }
        // A comma parts two of them in the field; such a value is taken over as it is.
        let typed = rest.filter { !$0.value.contains(",") }.sorted { $0.key < $1.key }
        let more = typed.map { "\($0.key)=\(ConfigText.exact($0.key, $0.value))" }.joined(separator: ", ")
        popup.form["more"]?.value = .text(TextInput(more))
    }

    private static func number(_ value: Int) -> FormField.Value { FormField.number("", "", value).value }
    private static func text(_ name: String, _ value: String) -> FormField.Value {
        .text(TextInput(ConfigText.exact(name, value)))
    }

    /// Says anew what follows from the fields.
    static func refresh(_ popup: inout FormPopup, _ model: Model) {
        let rf = popup.form["replication"]?.integer ?? 0
        let min = popup.form["min"]?.integer ?? 0
        popup.form["min"]?.note = StyledText("acks=all needs \(min) of \(rf) in sync")
        let more = popup.string("more")
        popup.form["more"]?.note = more.isEmpty ? StyledText(MoreConfigs.note(model)) : ""
        popup.notes = placement(popup, model) + MoreConfigs.documentation(more, model)
    }

    /// Where it will be. The controller chooses, evenly, so that the numbers are what follows from that.
    private static func placement(_ popup: FormPopup, _ model: Model) -> [StyledText] {
        let live = model.snapshot.liveBrokers.map(\.id)
        guard let partitions = popup.form["partitions"]?.integer, (1...1_000).contains(partitions), !live.isEmpty else {
            return []
        }
        let now = live.map { model.figures.brokers[$0]?.leaders ?? 0 }
        // Who leads least gets what is left over.
        let order = live.indices.sorted { (now[$0], $0) < (now[$1], $1) }
        let after = live.indices.map { index in
            now[index] + partitions / live.count + (order.prefix(partitions % live.count).contains(index) ? 1 : 0)
        }
        func text(_ counts: [Int]) -> String { counts.map(String.init).joined(separator: " ") }
        let many = live.count > 8
        return [
            Plans.fact(
                "placement",
                StyledText("by the controller, evenly over \(live.count) broker\(live.count == 1 ? "" : "s")")),
            Plans.fact("", StyledText(many ? "" : "leaders \(text(now)) → ≈\(text(after))")),
        ]
    }

    /// What is wrong with it as it stands; nil when it can be previewed.
    static func problem(_ popup: FormPopup, _ model: Model) -> String? {
        if let reading = reading(popup) { return reading }
        let name = popup.string("name")
        if name.isEmpty { return "a name is needed" }
        if name == "." || name == ".." || name.count > 249 { return "not a name Kafka takes" }
        if !name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }) {
            return "letters, digits, . _ - only"
        }
        if model.snapshot.topic(name) != nil { return "Topic '\(name)' already exists." }
        guard let partitions = popup.form["partitions"]?.integer, (1...1_000).contains(partitions) else {
            return "1 – 1,000 partitions"
        }
        let up = max(1, model.snapshot.liveBrokers.count)
        guard let rf = popup.form["replication"]?.integer, (1...up).contains(rf) else { return "1 – \(up) replicas" }
        guard let min = popup.form["min"]?.integer, (1...rf).contains(min) else { return "min ISR 1 – \(rf)" }
        if retention(popup) == nil { return "retention is no time and no size" }
        if ConfigText.raw("max.message.bytes", popup.string("max")) == nil { return "max message is not a size" }
        return MoreConfigs.problem(popup.string("more"), of: MoreConfigs.known(model))
    }

    /// The topic it describes.
    static func topic(_ popup: FormPopup) -> NewTopic? {
        guard let partitions = popup.form["partitions"]?.integer, let rf = popup.form["replication"]?.integer,
            let min = popup.form["min"]?.integer
        else { return nil }
        // What is set for the topic it is to be like is set here; what is not there, and is left alone, is not.
        let set = popup.topicModel?.overrides ?? [:]
        func usual(_ name: String, _ standard: String) -> String? {
            guard set[name] == nil else { return nil }
            return popup.topicModel?.entries?.first { $0.name == name }?.value ?? standard
        }
        var configs = set.filter { $0.value.contains(",") && $0.key != "cleanup.policy" }
        configs["min.insync.replicas"] = "\(min)"
        let policy = ["compact": "compact", "both": "compact,delete"][popup.string("cleanup")] ?? "delete"
        if policy != usual("cleanup.policy", "delete") { configs["cleanup.policy"] = policy }
        if let (name, value) = retention(popup), value != usual(name, name == "retention.ms" ? "604800000" : "-1") {
            configs[name] = value
        }
        let size = ConfigText.raw("max.message.bytes", popup.string("max"))
        if let size, size != usual("max.message.bytes", "1048576") { configs["max.message.bytes"] = size }
        configs.merge(MoreConfigs.values(popup.string("more"))) { _, more in more }
        return NewTopic(
            name: popup.string("name"), partitions: Int32(clamping: partitions),
            replicationFactor: Int16(clamping: rf), configs: configs)
    }

    /// How long, or how much of each partition, is kept: `7 d`, `10 GiB`.
    private static func retention(_ popup: FormPopup) -> (name: String, value: String)? {
        let text = popup.string("retention")
        return ["retention.ms", "retention.bytes"].lazy.compactMap { name in
            ConfigText.raw(name, text).map { (name, $0) }
        }.first
    }
}
