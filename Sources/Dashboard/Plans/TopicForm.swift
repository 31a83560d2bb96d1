import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The form of a new topic: what it starts with, what is said beside it, what it becomes.
enum TopicForm {
    /// Opens it, filled like a topic or with what suits the cluster.
    static func open(like clone: String?, _ model: inout Model) -> [Command] {
        let up = model.snapshot.liveBrokers.count
        let source = clone.flatMap { model.snapshot.topic($0) }
        let rf = source?.replicationFactors.upperBound ?? min(3, max(1, up))
        let policy = source?.cleanupPolicy ?? "delete"
        var more = FormField.text("more", "more configs")
        more.placeholder = "+ add"
        var popup = FormPopup(
            kind: .createTopic, title: clone == nil ? "New topic" : "New topic like \(clone ?? "")",
            fields: [
                .text("name", "name", clone.map { "\($0)-copy" } ?? ""),
                .number("partitions", "partitions", source?.partitions.count ?? 6, note: "1 – 1,000"),
                .number("replication", "replication", rf, note: StyledText("1 – \(up) brokers up")),
                .number("min", "min ISR", source?.minISR ?? max(1, rf - 1)),
                FormField(
                    "cleanup", label: "cleanup",
                    value: .choice(
                        ["delete", "compact", "both"],
                        selected: policy == "compact" ? 1 : policy.contains("compact") ? 2 : 0)),
                .text("retention", "retention", "7 d", note: "or bytes: no limit"),
                .text("max", "max message", "1.0 MiB"), more,
            ])
        refresh(&popup, model)
        model.popup = .form(popup)
        guard MoreConfigs.known(model).isEmpty, let any = model.snapshot.topics.first else { return [] }
        return [.fetchConfigs(.topic(any.name))]
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
        return MoreConfigs.problem(popup.string("more"), model)
    }

    /// The topic it describes.
    static func topic(_ popup: FormPopup) -> NewTopic? {
        guard let partitions = popup.form["partitions"]?.integer, let rf = popup.form["replication"]?.integer,
            let min = popup.form["min"]?.integer
        else { return nil }
        var configs = ["min.insync.replicas": "\(min)"]
        switch popup.string("cleanup") {
        case "compact": configs["cleanup.policy"] = "compact"
        case "both": configs["cleanup.policy"] = "compact,delete"
        default: break
        }
        if let (name, value) = retention(popup), value != "604800000" { configs[name] = value }
        let size = ConfigText.raw("max.message.bytes", popup.string("max"))
        if let size, size != "1048576" { configs["max.message.bytes"] = size }
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
