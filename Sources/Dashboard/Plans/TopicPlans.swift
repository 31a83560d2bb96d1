import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Plans about topics and partitions.
extension Plans {
    static func create(_ topic: NewTopic, _ model: Model) -> PlanPopup {
        var lines = [
            StyledText(
                "Sends CreateTopics for \(topic.name): \(topic.partitions) partitions, RF \(topic.replicationFactor)."),
            "",
        ]
        for (key, value) in topic.configs.sorted(by: { $0.key < $1.key }) {
            let human = ConfigText.human(key, value)
            lines.append(fact("config", StyledText("\(key) = \(value)\(human == value ? "" : "  (\(human))")")))
        }
        lines.append(fact("undo", StyledText("D deletes it")))
        let exists = model.snapshot.topic(topic.name) != nil
        return PlanPopup(
            title: "New topic \(topic.name)", lines: lines,
            question: exists
                ? .refused("Topic '\(topic.name)' already exists.") : asked("Create \(topic.name)?"),
            change: .createTopic(topic), width: 84)
    }

    static func delete(_ names: [String], _ model: Model) -> PlanPopup {
        let topics = names.compactMap { model.snapshot.topic($0) }
        if let topic = topics.first(where: \.isInternal) {
            return PlanPopup(
                title: "Delete topic \(topic.name)", lines: [],
                question: .refused("\(topic.name) belongs to Kafka itself; it is not deleted from here."),
                change: .deleteTopics(names), width: 84)
        }
        guard !topics.isEmpty else {
            return PlanPopup(
                title: names.count == 1 ? "Delete topic \(names[0])" : "Delete \(names.count) topics", lines: [],
                question: .refused(names.count == 1 ? "The topic is gone already." : "The topics are gone already."),
                change: .deleteTopics(names), width: 84)
        }
        let names = topics.map(\.name)
        var lines: [StyledText] = []
        // How much is in them, and how fast it comes.
        var flowing: Set<Int> = []
        if topics.count == 1, let topic = topics.first {
            lines = one(topic, model)
            flowing = [2, lines.count - 1]
        } else {
            lines = [StyledText("Sends DeleteTopics for \(topics.count) topics."), ""]
            for topic in topics.prefix(8) {
                let cells = TopicsScreen.Row(topic, model).cells(model)
                lines.append(
                    StyledText(
                        "  \(topic.name.padded(to: 30)) \(cells["messages"]?.plain ?? "?") messages, \(cells["size"]?.plain ?? "?")"
                    ))
            }
            flowing = Set(2..<lines.count)
            if topics.count > 8 { lines.append(StyledText("  + \(topics.count - 8) more")) }
        }
        let again = "; V can only create \(names.count == 1 ? "it" : "them") empty again\(kept(names.count))"
        lines.append(fact("undo", StyledText("no. The messages are gone\(again)")))
        let question =
            names.count == 1
            ? typed("Type the name to delete it:", names[0])
            : typed("Type the count (\(names.count)):", "\(names.count)")
        return PlanPopup(
            title: names.count == 1 ? "Delete topic \(names[0])" : "Delete \(names.count) topics", lines: lines,
            question: question, change: .deleteTopics(names), flowing: flowing, width: 84)
    }

    private static func one(_ topic: TopicSnapshot, _ model: Model) -> [StyledText] {
        let row = TopicsScreen.Row(topic, model)
        let cells = row.cells(model)
        let id = topic.id.map { " (id \($0))" } ?? ""
        var lines = [
            StyledText("Sends DeleteTopics for \(topic.name)\(id)."), "",
            StyledText(
                "\(PartitionNames.count(topic.partitions.count)), RF \(cells["rf"]?.plain ?? "?"), "
                    + "\(cells["messages"]?.plain ?? "?") messages, \(cells["size"]?.plain ?? "?") "
                    + "(\(cells["replicated"]?.plain ?? "?") with replicas)"),
        ]
        if !row.figures.groups.isEmpty {
            let names = row.figures.groups.prefix(3).joined(separator: ", ")
            let read =
                row.figures.groups.count == 1 ? "\(names) reads it: it" : "\(names) read it: they"
            lines.append(fact("groups", StyledText("\(read) will log UNKNOWN_TOPIC_OR_PARTITION")))
        }
        if let rate = row.figures.rate, rate > 0 {
            lines.append(fact("written", StyledText("\(Format.rate(rate))/s now: a producer is still sending to it")))
        }
        return lines
    }

    static func addPartitions(_ totals: [String: Int32], _ model: Model) -> PlanPopup {
        let names = totals.keys.sorted()
        let now = names.reduce(into: [:]) { $0[$1] = model.snapshot.topic($1)?.partitions.count }
        let more = names.reduce(0) { $0 + max(0, Int(totals[$1] ?? 0) - (now[$1] ?? 0)) }
        let (gone, full) = (
            names.first { now[$0] == nil }, names.first { Int(totals[$0] ?? 0) <= now[$0] ?? 0 }
        )
        let refusal =
            gone.map { "Topic \($0) is gone." } ?? full.map { "\($0) has \(now[$0] ?? 0) partitions by now." }
        let before = names.prefix(shown).map { name in
            let text = "\(now[name].map(String.init) ?? "?") → \(totals[name] ?? 0)"
            return names.count == 1
                ? fact("partitions", StyledText(text)) : StyledText("  " + row(name) + text + " partitions")
        }
        let named = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " + \(names.count - 4) more" : "")
        return PlanPopup(
            title: "Add partitions to \(names.count == 1 ? names[0] : "\(names.count) topics")",
            lines: [StyledText("Sends CreatePartitions for \(named)."), ""] + before + beyond(names.count) + [
                fact("keys", StyledText("the same key may go to another partition from then on", .healthDegraded)),
                fact("undo", StyledText("no. Partitions cannot be taken away")),
            ], question: refusal.map { .refused($0) } ?? asked("Add \(more) partition\(more == 1 ? "" : "s")?"),
            change: .addPartitions(totals))
    }

    /// Objects shown one by one.
    private static let shown = 8

    private static func row(_ name: String) -> String { Cut.middle.cut(name, to: 28).padded(to: 30) }

    private static func beyond(_ count: Int) -> [StyledText] {
        count > shown ? [StyledText("  + \(count - shown) more", .muted)] : []
    }

    static func configs(_ resources: [ConfigResource], _ changes: [ConfigChange], _ model: Model) -> PlanPopup {
        let names = resources.prefix(4).map(\.name).joined(separator: ", ")
        let all = resources.count > 4 ? "\(names) + \(resources.count - 4) more" : names
        var lines = [StyledText("Sends IncrementalAlterConfigs for \(all)."), ""]
        for change in changes {
            let verb = change.value == nil ? "DELETE" : "SET"
            let after = change.value.map { ConfigText.human(change.name, $0) } ?? "default"
            if resources.count > 1 { lines.append(StyledText("\(change.name)  (\(verb))")) }
            for resource in resources.prefix(resources.count > 1 ? shown : 1) {
                let name = resources.count > 1 ? "  " + row(resource.name) : "\(change.name)  "
                let end = resources.count > 1 ? "" : "  (\(verb))"
                lines.append(StyledText("\(name)\(before(change.name, resource, model)) → \(after)\(end)"))
            }
            lines += beyond(resources.count)
        }
        let undo = "V: the values before, in one request"
        if resources.count > 1 { lines.append(fact("undo", StyledText(undo + kept(resources.count)))) }
        let gone = resources.first { resource in
            if case .topic(let name) = resource { model.snapshot.topic(name) == nil } else { false }
        }
        return PlanPopup(
            title: "Change configs of \(resources.count > 4 ? ConfigWords.owners(resources) : names)", lines: lines,
            question: gone.map { .refused("Topic \($0.name) is gone.") }
                ?? asked("Change \(resources.count == 1 ? "it" : "all \(resources.count)")?"),
            change: .alterConfigs(resources, changes))
    }

    /// What a configuration is, `?` before it was read; what is not set for all brokers is the default.
    private static func before(_ name: String, _ resource: ConfigResource, _ model: Model) -> String {
        guard let read = model.configs[resource]?.value else { return "?" }
        guard let entry = read.first(where: { $0.name == name }) else {
            return resource == .allBrokers ? "default" : "?"
        }
        return entry.value.map { ConfigText.human(name, $0) } ?? (entry.isSensitive ? "(hidden)" : "none")
    }

    static func purge(_ offsets: [TopicPartition: Offset], _ model: Model) -> PlanPopup {
        let ids = offsets.keys.sorted()
        let topics = Set(ids.map(\.topic)).sorted()
        let messages = offsets.reduce(Int64(0)) { sum, pair in
            sum + max(0, pair.value - (model.snapshot.partition(pair.key)?.offsets?.value.earliest ?? 0))
        }
        let compacted = topics.filter { model.snapshot.topic($0)?.cleanupPolicy == "compact" }
        let counts = Dictionary(ids.map { ($0.topic, 1) }, uniquingKeysWith: +)
        let isWhole = counts.allSatisfy { model.snapshot.topic($0.key)?.partitions.count == $0.value }
        let count = "\(ids.count) partition\(ids.count == 1 ? "" : "s")"
        var lines = [StyledText("Sends DeleteRecords for \(count) of \(topics.joined(separator: ", "))."), ""]
        if !isWhole { lines.append(fact("partitions", StyledText(PartitionNames.list(ids, limit: 6)))) }
        let flowing: Set = [lines.count]
        lines.append(fact("gone", StyledText("\(Format.count(Int(messages))) messages", .healthBad)))
        let reading = Set(topics.flatMap { model.figures.topics[$0]?.groups ?? [] }).sorted()
        let losing = reading.map { name -> (String, Int64) in
            let group = model.snapshot.group(name)
            let unread = offsets.reduce(Int64(0)) { sum, pair in
                guard let read = group?.position(in: pair.key) else { return sum }
                let begin = model.snapshot.partition(pair.key)?.offsets?.value.earliest ?? 0
                return sum + max(0, pair.value - max(begin, read))
            }
            return (name, unread)
        }.filter { $0.1 > 0 }.sorted { $0.1 > $1.1 }
        if !losing.isEmpty {
            let names = losing.prefix(3).map { "\($0.0) \(Format.count(Int($0.1)))" }.joined(separator: ", ")
            let more = losing.count > 3 ? " + \(losing.count - 3) more" : ""
            lines.append(fact("unread", StyledText("lost to \(names)\(more)", .healthDegraded)))
        }
        lines.append(fact("disk", "freed later, by whole segments: SIZE stays for a while"))
        lines.append(fact("undo", StyledText("no. The messages are gone")))
        let gone = topics.first { model.snapshot.topic($0) == nil }
        let question: PlanPopup.Question =
            gone.map { .refused("Topic \($0) is gone.") }
            ?? (ids.isEmpty || messages == 0
                ? .refused("Nothing lies before that: nothing would be deleted.")
                : !compacted.isEmpty
                    ? .refused("\(compacted[0]) is compacted: DeleteRecords needs cleanup.policy delete.")
                    : topics.count == 1
                        ? typed("Type the name to purge it:", topics[0])
                        : typed("Type the count (\(topics.count)):", "\(topics.count)"))
        return PlanPopup(
            title: topics.count == 1 ? "Purge \(topics[0])" : "Purge \(topics.count) topics", lines: lines,
            question: question, change: .purge(offsets), flowing: flowing, width: 84)
    }

    static func move(_ wizard: Wizard, _ model: Model) -> PlanPopup {
        let plan = WizardPlan.of(wizard, model)
        let absent = plan.receivers.subtracting(model.snapshot.liveBrokers.map(\.id)).sorted()
        let brokers = model.snapshot.brokers.map(\.id)
        func counts(_ counts: [BrokerID: Int]) -> String {
            brokers.map { String(counts[$0] ?? 0) }.joined(separator: " ")
        }
        let throttle = wizard.throttle.map { ", throttle \(Format.bytes(Int($0)))/s" } ?? ", no throttle"
        let topics = Set(plan.changes.map(\.partition.topic)).count
        let below = WholeCluster.belowMinISR(plan, model)
        let time = wizard.throttle.flatMap { plan.seconds(throttle: $0) }.map { ", about \(Format.duration($0))" } ?? ""
        return PlanPopup(
            title: "Plan",
            lines: [
                StyledText(
                    "Sends AlterPartitionReassignments for \(plan.changes.count) partitions of \(topics) topic\(topics == 1 ? "" : "s")\(throttle)."
                ),
                "",
                StyledText("before → after   ", .muted)
                    + StyledText(
                        "replicas \(counts(plan.replicas(after: false))) → \(counts(plan.replicas(after: true)))   "
                            + "leaders \(counts(plan.leaders(after: false))) → \(counts(plan.leaders(after: true)))"),
                StyledText("impact           ", .muted)
                    + StyledText(
                        "no partition offline, ", .text)
                    + (below == 0
                        ? StyledText("none below min ISR")
                        : StyledText("\(below) below min ISR afterwards", .healthBad))
                    + StyledText("; \(Format.bytes(Int(plan.bytes))) to copy\(time)"),
            ]
                + (absent.isEmpty
                    ? []
                    : [
                        StyledText("not up           ", .muted)
                            + StyledText(
                                "broker \(absent.map(String.init).joined(separator: ", ")): nothing is copied there "
                                    + "before it is back", .healthBad)
                    ])
                + (wizard.throttle == nil
                    ? []
                    : ThrottleStep.notSet(plan.brokers, model).map {
                        StyledText("not throttled    ", .muted) + $0
                    })
                + [
                    StyledText("undo             ", .muted)
                        + StyledText(
                            "V: previous assignment (\(plan.changes.count) partitions)\(kept(plan.changes.count))")
                ],
            question: plan.changes.isEmpty
                ? .refused("Nothing is left to be moved.") : asked("Move \(plan.changes.count) partitions?"),
            change: .reassign(plan.assignment, throttle: wizard.throttle), flowing: [3])
    }

    /// What undoing a change of so many objects needs, where the journal on disk does not keep it.
    static func kept(_ objects: Int) -> String {
        objects <= DashboardLimits.undoItems ? "" : ", until Klamm ends"
    }

    static func throttle(_ rate: Int64, _ model: Model) -> PlanPopup {
        let moving = model.snapshot.topics.flatMap { $0.partitions.filter(\.isMoving) }
        let brokers = Set(moving.flatMap { $0.replicas + $0.adding })
        return PlanPopup(
            title: "Set the throttle",
            lines: [
                StyledText("Sends IncrementalAlterConfigs for the brokers and topics of the moves under way."), "",
                fact("throttle", StyledText("\(Format.bytes(Int(rate)))/s for leaders and followers")),
            ] + ThrottleStep.notSet(brokers, model).map { fact("not set", $0) },
            question: moving.isEmpty ? .refused("No partition is moving any more.") : asked("Set it?"),
            change: .setThrottle(rate))
    }

    static func removeThrottles(_ model: Model) -> PlanPopup {
        PlanPopup(
            title: "Remove the throttles",
            lines: [StyledText("Removes the replication throttles from brokers and topics.")],
            question: model.snapshot.throttles.isEmpty
                ? .refused("No throttle is set any more.") : asked("Remove them?"),
            change: .removeThrottles)
    }

    static func cancelMoves(_ partitions: [TopicPartition], _ model: Model) -> PlanPopup {
        let moving = partitions.filter { model.snapshot.partition($0)?.isMoving ?? false }
        let partitions = moving.isEmpty ? partitions : moving
        let all = ReassignActions.moving(model)
        let others = all.count - moving.count
        let more = "\(others) more move\(others == 1 ? "s" : ""): a cancels all of them"
        var plan = PlanPopup(
            title: "Cancel the move of \(PartitionNames.count(partitions.count))",
            lines: [
                StyledText(
                    "Sends AlterPartitionReassignments without replicas for \(PartitionNames.list(partitions, limit: 4))."
                ),
                "", fact("after", StyledText("they stay on the replicas they had; copied data is dropped")),
                fact("throttle", StyledText("removed, as far as other moves do not need it")),
                fact("undo", StyledText("V: the move from its beginning\(kept(partitions.count))")),
            ] + (others == 0 ? [] : [fact("others", StyledText(more))]),
            question: moving.isEmpty ? .refused("The move has ended.") : asked("Cancel?"),
            change: .cancelReassignment(partitions))
        plan.wider = others == 0 ? nil : .cancelMoves(all)
        return plan
    }

    /// A key or value as it is sent: its beginning and its size, and that nothing is there where nothing is.
    private static func content(_ bytes: [UInt8]?) -> StyledText {
        guard let bytes else { return "null" }
        guard !bytes.isEmpty else { return "empty, 0 bytes" }
        let text = Payload.text(bytes).map { Payload.flat($0) } ?? "hex \(Payload.hex(Array(bytes.prefix(20))))"
        let size = "\(Format.count(bytes.count)) byte\(bytes.count == 1 ? "" : "s")"
        return StyledText(Cut.end.cut(text, to: 44)) + StyledText("   \(size)", .muted)
    }

    static func produce(_ record: NewRecord, _ model: Model) -> PlanPopup {
        PlanPopup(
            title: "Produce to \(record.topic)",
            lines: [
                StyledText(
                    "Sends Produce with \(record.times) record\(record.times == 1 ? "" : "s") to \(record.topic)."), "",
                fact("partition", StyledText(record.partition.map { "\($0)" } ?? "by key")),
                fact("key", content(record.key)), fact("value", content(record.value)),
                fact("acks", StyledText(record.acks == -1 ? "all" : "\(record.acks)")),
                fact("compression", StyledText(record.compression)),
                fact("undo", StyledText("no. A message cannot be taken back")),
            ],
            question: model.snapshot.topic(record.topic) == nil ? .refused("The topic is gone.") : asked("Send it?"),
            change: .produce(record),
            width: 84)
    }
}
