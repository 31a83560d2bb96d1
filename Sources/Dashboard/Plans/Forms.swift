import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Forms: what they start with, what is checked while typing, which plan they end in.
enum Forms {
    // MARK: opening

    static func createTopic(from clone: String?, _ model: inout Model) -> [Command] {
        let up = model.snapshot.liveBrokers.count
        let source = clone.flatMap { model.snapshot.topic($0) }
        let rf = source?.replicationFactors.upperBound ?? min(3, max(1, up))
        let partitions = source?.partitions.count ?? 6
        let minISR = source?.minISR ?? max(1, rf - 1)
        let policy = source?.cleanupPolicy ?? "delete"
        let chosen = policy == "compact" ? 1 : policy.contains("compact") ? 2 : 0
        let popup = FormPopup(
            kind: .createTopic, title: clone == nil ? "New topic" : "New topic like \(clone ?? "")",
            fields: [
                .text("name", "name", clone.map { "\($0)-copy" } ?? ""),
                .number("partitions", "partitions", partitions, note: "1 – 1,000"),
                .number("replication", "replication", rf, note: StyledText("1 – \(up) brokers up")),
                .number("min", "min ISR", minISR, note: "acks=all needs so many in sync"),
                FormField(
                    "cleanup", label: "cleanup", value: .choice(["delete", "compact", "both"], selected: chosen)),
                .text("retention", "retention", "7 d", note: "or no limit"),
                .text("max", "max message", "1 MiB"),
            ])
        model.popup = .form(popup)
        return []
    }

    static func addPartitions(_ topic: String, _ model: inout Model) -> [Command] {
        let now = model.snapshot.topic(topic)?.partitions.count ?? 1
        model.popup = .form(
            FormPopup(
                kind: .addPartitions(topic: topic), title: "Add partitions to \(topic)",
                fields: [.number("total", "partitions", now + 1, note: StyledText("now \(now)"))],
                notes: [StyledText("Keys may go to other partitions from then on.", .healthDegraded)]))
        return []
    }

    static func config(_ resources: [ConfigResource], name: String, value: String, _ model: inout Model) -> [Command] {
        model.popup = .form(
            FormPopup(
                kind: .config(resources), title: "Change configs of \(resources.map(\.name).joined(separator: ", "))",
                fields: [
                    .text("name", "config", name), .text("value", "value", value, note: "units as 7 d, 1 GiB"),
                ]))
        return []
    }

    static func produce(copying message: ReadMessage?, _ model: inout Model) -> [Command] {
        let topic: String?
        switch model.place {
        case .messages: topic = model.messages.request?.topic
        case .topic(let name, _): topic = name
        default: topic = Screens.list(model)?.cursorID(model.list)
        }
        guard let topic, model.snapshot.topic(topic) != nil else {
            model.say("choose a topic first", .warn)
            return []
        }
        if let reason = model.cluster.readOnlyReason {
            model.say("read-only (\(reason)): nothing was sent", .warn)
            return []
        }
        func shown(_ bytes: [UInt8]?) -> (String, Int) {
            guard let bytes else { return ("", 2) }
            return String(validating: bytes, as: UTF8.self).map { ($0, 0) } ?? (Payload.hex(bytes), 1)
        }
        let key = message.map { shown($0.key) } ?? ("", 2)
        let value = message.map { shown($0.value) } ?? ("", 0)
        let kinds = ["text", "hex", "null"]
        var popup = FormPopup(
            kind: .produce(topic: topic, headers: message?.headers ?? []), title: "Produce to \(topic)",
            fields: [
                .text("partition", "partition", "", note: "empty: by key"),
                .text("key", "key", key.0),
                FormField("keyKind", label: "", value: .choice(kinds, selected: key.1)),
                .text("value", "value", value.0),
                FormField("valueKind", label: "", value: .choice(kinds, selected: value.1)),
                .text("headers", "headers", "", note: "a=1 b=2"),
                FormField(
                    "compression", label: "compression",
                    value: .choice(["none", "gzip", "snappy", "lz4", "zstd"], selected: 0)),
                FormField("acks", label: "acks", value: .choice(["all", "1", "0"], selected: 0)),
                .number("times", "times", 1),
            ])
        if let message {
            popup.right = "copied from \(message.partition)/\(Format.count(Int(message.offset)))"
            if !message.headers.isEmpty {
                popup.notes = [StyledText("and the \(message.headers.count) headers of the message copied", .muted)]
            }
        }
        model.popup = .form(popup)
        return []
    }

    static func reset(_ group: String, _ model: inout Model) -> [Command] {
        let topics = model.snapshot.group(group)?.topics ?? []
        model.popup = .form(
            FormPopup(
                kind: .resetOffsets(group: group), title: "Reset offsets of \(group)",
                fields: [
                    FormField(
                        "to", label: "to", value: .choice(["beginning", "end", "offset", "shift by"], selected: 0)),
                    .text("value", "value", "", note: "for offset and shift by"),
                    .text("topics", "topics", topics.joined(separator: " "), note: "all its topics"),
                ],
                notes: [StyledText("The next step shows every partition before and after.", .muted)]))
        return []
    }

    static func purge(_ topics: [String], _ model: inout Model) -> [Command] {
        model.popup = .form(
            FormPopup(
                kind: .purge(topics), title: "Purge \(topics.joined(separator: ", "))",
                fields: [
                    FormField("to", label: "up to", value: .choice(["end", "offset"], selected: 0)),
                    .text("value", "offset", "", note: "for offset, every partition"),
                ]))
        return []
    }

    // MARK: editing

    static func edited(_ field: String, _ popup: FormPopup, _ model: inout Model) -> [Command] {
        var popup = popup
        popup.right = problem(popup, model) ?? ""
        model.popup = .form(popup)
        if popup.kind == .createTopic, popup.right.isEmpty, let topic = newTopic(popup) {
            return [.validateTopic(topic)]
        }
        return []
    }

    /// What is wrong with a form as it stands; nil when it can be previewed.
    static func problem(_ popup: FormPopup, _ model: Model) -> String? {
        switch popup.kind {
        case .createTopic: return topicProblem(popup, model)
        case .addPartitions(let topic):
            let now = model.snapshot.topic(topic)?.partitions.count ?? 0
            guard let total = popup.form["total"]?.integer, total > now, total <= 10_000 else {
                return "more than \(now), at most 10,000"
            }
            return nil
        case .config:
            if popup.string("name").isEmpty { return "which config" }
            return ConfigText.raw(popup.string("name"), popup.string("value")) == nil ? "not a value of this unit" : nil
        case .produce(let topic, _):
            let partition = popup.string("partition")
            let count = model.snapshot.topic(topic)?.partitions.count ?? 0
            if !partition.isEmpty, Int(partition).map({ $0 < 0 || $0 >= count }) ?? true {
                return "partitions are 0 – \(count - 1)"
            }
            for id in ["key", "value"] where popup.string("\(id)Kind") == "hex" {
                if Payload.bytes(hex: popup.string(id)) == nil { return "\(id) is not hex" }
            }
            guard let times = popup.form["times"]?.integer, (1...10_000).contains(times) else {
                return "1 – 10,000 times"
            }
            return nil
        case .resetOffsets, .purge:
            let needs = ["offset", "shift by"].contains(popup.string("to"))
            return needs && Int64(popup.string("value")) == nil ? "not a number" : nil
        }
    }

    private static func topicProblem(_ popup: FormPopup, _ model: Model) -> String? {
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
        if ConfigText.raw("retention.ms", popup.string("retention")) == nil { return "retention is not a time" }
        if ConfigText.raw("max.message.bytes", popup.string("max")) == nil { return "max message is not a size" }
        return nil
    }

    private static func newTopic(_ popup: FormPopup) -> NewTopic? {
        guard let partitions = popup.form["partitions"]?.integer, let rf = popup.form["replication"]?.integer,
            let min = popup.form["min"]?.integer
        else { return nil }
        var configs = ["min.insync.replicas": "\(min)"]
        switch popup.string("cleanup") {
        case "compact": configs["cleanup.policy"] = "compact"
        case "both": configs["cleanup.policy"] = "compact,delete"
        default: break
        }
        let retention = ConfigText.raw("retention.ms", popup.string("retention"))
        if let retention, retention != "604800000" { configs["retention.ms"] = retention }
        let size = ConfigText.raw("max.message.bytes", popup.string("max"))
        if let size, size != "1048576" { configs["max.message.bytes"] = size }
        return NewTopic(
            name: popup.string("name"), partitions: Int32(clamping: partitions),
            replicationFactor: Int16(clamping: rf), configs: configs)
    }

    // MARK: the plan

    static func submit(_ popup: FormPopup, _ model: inout Model) -> [Command] {
        if let problem = problem(popup, model) {
            var popup = popup
            popup.right = problem
            model.popup = .form(popup)
            return []
        }
        switch popup.kind {
        case .createTopic: return Plans.show(newTopic(popup).map { Plans.create($0, model) }, &model)
        case .addPartitions(let topic):
            let total = Int32(clamping: popup.form["total"]?.integer ?? 0)
            return Plans.show(Plans.addPartitions(topic, total, model), &model)
        case .config(let resources):
            let name = popup.string("name")
            let change = ConfigChange(name: name, value: ConfigText.raw(name, popup.string("value")))
            return Plans.show(Plans.configs(resources, [change], model), &model)
        case .produce(let topic, let headers):
            return Plans.show(Plans.produce(record(popup, topic, headers), model), &model)
        case .resetOffsets(let group):
            let targets = resetTargets(popup, group, model)
            let command = resetCommand(popup, group, targets, model)
            return Plans.show(Plans.reset(group, targets, to: target(popup), command, model), &model)
        case .purge(let topics):
            return Plans.show(Plans.purge(topics, purgeTargets(popup, topics, model), model), &model)
        }
    }

    private static func target(_ popup: FormPopup) -> String {
        let to = popup.string("to")
        return ["offset", "shift by"].contains(to) ? "\(to) \(popup.string("value"))" : to
    }

    private static func record(_ popup: FormPopup, _ topic: String, _ copied: [RecordHeader]) -> NewRecord {
        func bytes(_ id: String) -> [UInt8]? {
            switch popup.string("\(id)Kind") {
            case "null": nil
            case "hex": Payload.bytes(hex: popup.string(id))
            default: Array(popup.string(id).utf8)
            }
        }
        let typed = popup.string("headers").split(separator: " ").map { pair -> RecordHeader in
            let parts = pair.split(separator: "=", maxSplits: 1)
            return RecordHeader(key: String(parts.first ?? ""), value: parts.count > 1 ? Array(parts[1].utf8) : nil)
        }
        return NewRecord(
            topic: topic, partition: Int32(popup.string("partition")), key: bytes("key"), value: bytes("value"),
            headers: copied + typed, compression: popup.string("compression"),
            acks: popup.string("acks") == "all" ? -1 : Int16(popup.string("acks")) ?? -1,
            times: popup.form["times"]?.integer ?? 1)
    }

    private static func resetTargets(_ popup: FormPopup, _ group: String, _ model: Model) -> [TopicPartition: Offset] {
        let topics = Set(popup.string("topics").split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init))
        let value = Int64(popup.string("value")) ?? 0
        var targets: [TopicPartition: Offset] = [:]
        for topic in model.snapshot.topics where topics.contains(topic.name) {
            for partition in topic.partitions {
                let id = TopicPartition(topic.name, partition.id)
                guard let ends = partition.offsets?.value else { continue }
                let wanted: Offset
                switch popup.string("to") {
                case "beginning": wanted = ends.earliest
                case "end": wanted = ends.latest
                case "offset": wanted = value
                default:
                    // Without a commit there is nothing to shift.
                    guard let before = model.snapshot.group(group)?.committed[id] else { continue }
                    wanted = before.addingReportingOverflow(value).partialValue
                }
                targets[id] = min(max(wanted, ends.earliest), ends.latest)
            }
        }
        return targets
    }

    /// The reset in the words of the form, which say it shorter than every offset would.
    private static func resetCommand(
        _ popup: FormPopup, _ group: String, _ targets: [TopicPartition: Offset], _ model: Model
    ) -> EquivalentCommand {
        let topics = Dictionary(grouping: targets.keys, by: \.topic).sorted { $0.key < $1.key }
        let selections = topics.map { topic, partitions -> (String, String?) in
            let isWhole = partitions.count == model.snapshot.topic(topic)?.partitions.count
            let numbers = partitions.map(\.partition).sorted().map(String.init).joined(separator: ",")
            return ("topic", isWhole ? topic : "\(topic):\(numbers)")
        }
        let value = popup.string("value")
        let to: (String, String?) =
            switch popup.string("to") {
            case "beginning": ("to-earliest", nil)
            case "end": ("to-latest", nil)
            case "offset": ("to-offset", value)
            default: ("shift-by", value)
            }
        return EquivalentCommand(["groups", "reset-offsets"], [group], selections + [to])
    }

    private static func purgeTargets(_ popup: FormPopup, _ topics: [String], _ model: Model) -> [TopicPartition: Offset]
    {
        var targets: [TopicPartition: Offset] = [:]
        for name in topics {
            for partition in model.snapshot.topic(name)?.partitions ?? [] {
                guard let ends = partition.offsets?.value, ends.latest > ends.earliest else { continue }
                let wanted = popup.string("to") == "end" ? ends.latest : Int64(popup.string("value")) ?? ends.earliest
                let clamped = min(max(wanted, ends.earliest), ends.latest)
                if clamped > ends.earliest { targets[TopicPartition(name, partition.id)] = clamped }
            }
        }
        return targets
    }
}
