import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Forms: what they start with, what is checked while typing, which plan they end in.
enum Forms {
    // MARK: opening

    static func addPartitions(_ topics: [String], _ model: inout Model) -> [Command] {
        let counts = topics.compactMap { model.snapshot.topic($0)?.partitions.count }
        guard let fewest = counts.min(), let most = counts.max() else { return [] }
        let now = fewest == most ? "now \(most)" : "now \(fewest) – \(most)"
        let total = topics.count == 1 ? "\(most + 1)" : "+1"
        model.popup = .form(
            FormPopup(
                kind: .addPartitions(topics),
                title: "Add partitions to \(topics.count == 1 ? topics[0] : "the \(topics.count) marked topics")",
                fields: [.text("total", "partitions", total, note: StyledText("\(now); a total, or +2"))],
                notes: [StyledText("Keys may go to other partitions from then on.", .healthDegraded)]))
        guard case .form(let popup) = model.popup else { return [] }
        return checked(popup, &model)
    }

    /// The number each topic is to have: what is typed is that, or with `+` what comes to it. Nil when it is none.
    private static func totals(_ topics: [String], _ popup: FormPopup, _ model: Model) -> [String: Int32]? {
        let text = popup.string("total").filter { $0 != " " }
        guard let number = Int(text.hasPrefix("+") ? String(text.dropFirst()) : text), (1...10_000).contains(number)
        else { return nil }
        var totals: [String: Int32] = [:]
        for topic in topics {
            guard let now = model.snapshot.topic(topic)?.partitions.count else { return nil }
            let total = text.hasPrefix("+") ? now + number : number
            guard total > now, total <= 10_000 else { return nil }
            totals[topic] = Int32(total)
        }
        return totals
    }

    static func purge(_ partitions: [TopicPartition], of names: String, _ model: inout Model) -> [Command] {
        model.popup = .form(
            FormPopup(
                kind: .purge(partitions), title: "Purge \(names)",
                fields: [
                    FormField("to", label: "up to", value: .choice(["end", "offset", "time"], selected: 0)),
                    .text("value", "", "", note: purgeNote("end")),
                ]))
        return []
    }

    /// What is typed beside what a purge goes up to.
    private static func purgeNote(_ to: String) -> StyledText {
        switch to {
        case "offset": "an offset, the same in every partition"
        case "time": "12:04, 2026-11-22 09:15 or 2h ago"
        default: "all messages of each partition"
        }
    }

    // MARK: editing

    static func edited(_ field: String, _ popup: FormPopup, _ model: inout Model) -> [Command] {
        var popup = popup
        popup.asked = nil
        if case .produce(let topic) = popup.kind { ProduceForm.edited(field, &popup, topic, model) }
        if popup.kind == .prove { ProveForm.refresh(&popup) }
        if case .purge = popup.kind {
            let note = purgeNote(popup.string("to"))
            popup.form["value"]?.note = note
        }
        if case .config = popup.kind, field == "name" {
            ConfigForm.named(&popup, model)
            ConfigForm.refresh(&popup, model)
        }
        if popup.isNewTopic { TopicForm.refresh(&popup, model) }
        return checked(popup, &model)
    }

    /// Configurations came that an open form tells of.
    static func read(_ resource: ConfigResource, _ model: inout Model) -> [Command] {
        guard case .form(var popup) = model.popup else { return [] }
        if case .config(let resources) = popup.kind {
            if resources.contains(resource) { ConfigForm.refresh(&popup, model) }
            model.popup = .form(popup)
        }
        guard popup.isNewTopic else { return [] }
        let waited = popup.topicModel.map { $0.entries == nil } ?? false
        if case .topic(let name) = resource, let entries = model.configs[resource]?.value {
            TopicForm.read(name, entries, &popup)
        }
        TopicForm.refresh(&popup, model)
        model.popup = .form(popup)
        return waited && popup.topicModel?.entries != nil ? checked(popup, &model) : []
    }

    /// Says what is wrong with a form, or has the cluster say so.
    private static func checked(_ popup: FormPopup, _ model: inout Model) -> [Command] {
        var popup = popup
        popup.right = problem(popup, model) ?? ""
        model.popup = .form(popup)
        if popup.isNewTopic, popup.right.isEmpty, let topic = TopicForm.topic(popup) {
            return [.validateTopic(topic)]
        }
        if case .config = popup.kind, popup.right.isEmpty, let changes = ConfigForm.changes(popup, model) {
            return [.validateConfigs(ConfigForm.resources(popup), changes)]
        }
        if case .addPartitions(let topics) = popup.kind, popup.right.isEmpty,
            let totals = totals(topics, popup, model)
        {
            return [.validatePartitions(totals)]
        }
        return []
    }

    /// The broker's answer to the numbers of partitions that are typed now.
    static func validated(_ asked: [String: Int32], _ problem: String?, _ model: inout Model) {
        guard case .form(var popup) = model.popup, case .addPartitions(let topics) = popup.kind,
            totals(topics, popup, model) == asked
        else { return }
        popup.right = problem ?? "broker says: ok (validate only)"
        model.popup = .form(popup)
    }

    /// What is wrong with a form as it stands; nil when it can be previewed.
    static func problem(_ popup: FormPopup, _ model: Model) -> String? {
        switch popup.kind {
        case .createTopic: return TopicForm.problem(popup, model)
        case .addPartitions(let topics):
            let most = topics.compactMap { model.snapshot.topic($0)?.partitions.count }.max() ?? 0
            return totals(topics, popup, model) == nil ? "more than \(most), at most 10,000; or +2" : nil
        case .config: return ConfigForm.problem(popup, model)
        case .produce(let topic): return ProduceForm.problem(popup, topic, model)
        case .replay(let messages): return ReplayForm.problem(popup, messages, model)
        case .prove: return ProveForm.problem(popup)
        case .moveReplicas: return nil
        case .purge:
            switch popup.string("to") {
            case "offset": return Int64(popup.string("value")).map { $0 >= 0 } ?? false ? nil : "not an offset"
            case "time": return moment(popup, model) == nil ? "not a time" : nil
            default: return nil
            }
        }
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
        case .createTopic: return Plans.show(TopicForm.topic(popup).map { .create($0) }, &model)
        case .addPartitions(let topics):
            return Plans.show(totals(topics, popup, model).map { .addPartitions($0) }, &model)
        case .config:
            let resources = ConfigForm.resources(popup)
            return Plans.show(ConfigForm.changes(popup, model).map { .configs(resources, $0) }, &model)
        case .produce(let topic):
            return Plans.show(.produce(ProduceForm.record(popup, topic, model)), &model)
        case .replay(let messages): return Plans.show(.replay(ReplayForm.replay(popup, messages)), &model)
        case .moveReplicas(let partitions, let broker):
            return Plans.show(.moveReplicas(partitions, to: popup.string("to"), on: broker), &model)
        case .prove:
            model.popup = nil
            return [.prove(ProveForm.options(popup))]
        case .purge(let partitions):
            if let at = moment(popup, model) {
                var popup = popup
                let query = OffsetsQuery.from(at, partitions)
                popup.asked = query
                model.popup = .form(popup)
                return [.findOffsets(query)]
            }
            return Plans.show(.purge(purgeTargets(popup, partitions, [:], model)), &model)
        }
    }

    /// The moment a purge by time goes up to.
    private static func moment(_ popup: FormPopup, _ model: Model) -> Timestamp? {
        guard popup.string("to") == "time" else { return nil }
        return SeekText.moment(popup.string("value"), now: model.now, zone: model.zone)
    }

    /// Offsets by time came for a purge.
    static func found(
        _ query: OffsetsQuery, _ result: Result<[TopicPartition: Offset], Failure>, _ popup: FormPopup,
        _ model: inout Model
    ) -> [Command] {
        guard case .purge(let partitions) = popup.kind, popup.asked == query else { return [] }
        switch result {
        case .success(let offsets):
            return Plans.show(.purge(purgeTargets(popup, partitions, offsets, model)), &model)
        case .failure(let failure):
            model.say(failure.text, .warn)
            return []
        }
    }

    private static func purgeTargets(
        _ popup: FormPopup, _ partitions: [TopicPartition], _ found: [TopicPartition: Offset], _ model: Model
    ) -> [TopicPartition: Offset] {
        var targets: [TopicPartition: Offset] = [:]
        for id in partitions {
            guard let ends = model.snapshot.partition(id)?.offsets?.value, ends.latest > ends.earliest else { continue }
            let wanted =
                switch popup.string("to") {
                case "end": ends.latest
                case "offset": Int64(popup.string("value")) ?? ends.earliest
                default: found[id] ?? ends.earliest
                }
            let clamped = min(max(wanted, ends.earliest), ends.latest)
            if clamped > ends.earliest { targets[id] = clamped }
        }
        return targets
    }
}
