import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Plans: what would be sent, before → after, impact, what to expect, undo, the command, the question.
enum Plans {
    /// Puts a plan over the body.
    static func show(_ request: PlanRequest?, _ model: inout Model) -> [Command] {
        guard let plan = request?.plan(model) else { return [] }
        if let reason = model.cluster.readOnlyReason {
            model.popup = .text(
                TextPopup(
                    title: "Not done",
                    lines: [
                        StyledText("This cluster is read-only."), "",
                        StyledText("set by      ", .muted) + StyledText(reason),
                        StyledText("would send  ", .muted) + StyledText(plan.change.summary),
                        StyledText(plan.command, .muted),
                    ], copy: plan.command))
            model.say("read-only: nothing was sent", .warn)
            return []
        }
        model.popup = .plan(plan)
        return []
    }

    /// A fact of a plan: its name, a number, the objects.
    static func fact(_ name: String, _ text: StyledText) -> StyledText {
        StyledText(name.padded(to: 15), .muted) + text
    }

    /// Kafka's own words about a config, to be wrapped where they are drawn; nothing when there are none.
    static func documentation(_ text: String) -> [StyledText] {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty ? [] : [fact("about", StyledText(words))]
    }

    /// The same with a number first, of which the last digits stand below each other.
    static func fact(_ name: String, count: Int, _ text: String, _ role: Role = .text) -> StyledText {
        StyledText(name.padded(to: 14), .muted) + StyledText("\(count)".leftPadded(to: 3), role) + StyledText(text)
    }

    static func asked(_ question: String) -> PlanPopup.Question { .asked(Confirmation("\(question)    ")) }
    static func typed(_ question: String, _ words: String) -> PlanPopup.Question {
        .typed(TypedConfirmation(question, expected: words))
    }

    // MARK: brokers

    static func kill(_ id: BrokerID, _ model: Model) -> PlanPopup {
        let pid = model.snapshot.broker(id)?.pid.map { "pid \($0), " } ?? ""
        let process = model.snapshot.broker(id)?.pid.map { "process \($0)" } ?? "its process"
        return lossPlan(
            title: "Kill broker \(id) (\(pid)SIGKILL)",
            first: "Sends SIGKILL to \(process). No goodbye: others find out by timeout.",
            expected: "noticed in about 2 s", waits: true, id, change: .killBroker(id),
            verb: "Kill", word: "kill", model)
    }

    static func stop(_ id: BrokerID, _ model: Model) -> PlanPopup {
        lossPlan(
            title: "Stop broker \(id)",
            first: "Sends SIGTERM: it hands over its leaders, then goes (controlled shutdown).",
            expected: "leaders move before it goes, writes hardly wait", waits: false, id, change: .stopBroker(id),
            verb: "Stop", word: "stop", model)
    }

    static func pause(_ id: BrokerID, _ model: Model) -> PlanPopup {
        lossPlan(
            title: "Pause broker \(id) (SIGSTOP)",
            first: "Sends SIGSTOP: it keeps its port open and says nothing. Others find out by timeout.",
            expected: "fenced in about 2 s", waits: true, id, change: .pauseBroker(id),
            verb: "Pause", word: "pause", model)
    }

    private static func lossPlan(
        title: String, first: String, expected: String, waits: Bool, _ id: BrokerID, change: Change, verb: String,
        word: String, _ model: Model
    ) -> PlanPopup {
        let impact = Impact(losing: id, in: model.snapshot)
        var lines = [StyledText(first), ""]
        lines += facts(impact, model.snapshot)
        let moved = impact.moves.values.reduce(0, +)
        let waiting = "; writes to \(moved) partition\(moved == 1 ? " waits" : "s wait") that long"
        lines.append(fact("expected", StyledText(expected + (waits && moved > 0 ? waiting : ""))))
        lines.append(fact("undo", StyledText(word == "pause" ? "Z resumes it" : "U starts it again with its data")))
        let what = impact.offline.isEmpty ? "stops the metadata quorum" : "takes a partition offline"
        let question =
            impact.isDestructive
            ? typed("This \(what). Type \"\(word) \(id)\" to go on:", "\(word) \(id)")
            : asked("\(verb) broker \(id)?")
        let refusal =
            refusal(id, "down already", model, BrokerWords.isDown)
            ?? (word == "pause" ? refusal(id, "paused already", model, BrokerWords.isPaused) : nil)
        return PlanPopup(title: title, lines: lines, question: refusal ?? question, change: change)
    }

    /// Why nothing is done to a broker that has come into a state meanwhile, or is gone; nil when it may be done.
    private static func refusal(
        _ id: BrokerID, _ state: String, _ model: Model, _ isSo: (BrokerSnapshot) -> Bool
    ) -> PlanPopup.Question? {
        guard let broker = model.snapshot.broker(id) else { return .refused("There is no broker \(id) any more.") }
        return isSo(broker) ? .refused("Broker \(id) is \(state).") : nil
    }

    /// The impact in words; facts that are 0 are left out.
    static func facts(_ impact: Impact, _ snapshot: ClusterSnapshot) -> [StyledText] {
        var lines: [StyledText] = []
        if impact.leads > 0 {
            let moved = impact.moves.values.reduce(0, +)
            let to = impact.moves.sorted { $0.key < $1.key }.map { "\($0.value) to \($0.key)" }.joined(separator: ", ")
            var text = " partition\(impact.leads == 1 ? "" : "s"): \(moved) move\(to.isEmpty ? "" : " (\(to))")"
            let offline = impact.offline.count
            if offline > 0 { text += ", \(offline) go\(offline == 1 ? "es" : "") offline" }
            lines.append(fact("leads", count: impact.leads, text))
        }
        if !impact.offline.isEmpty {
            let names = PartitionNames.list(impact.offline)
            lines.append(
                fact("offline", count: impact.offline.count, "   \(names): \(offline(impact, snapshot))", .healthBad))
        }
        if !impact.belowMinISR.isEmpty {
            let names = PartitionNames.list(impact.belowMinISR)
            lines.append(
                fact(
                    "below min ISR", count: impact.belowMinISR.count,
                    "   \(names): acks=all is refused\(isrAfter(impact, snapshot))", .healthBad))
        }
        if impact.atMinISR > 0 {
            lines.append(
                fact(
                    "at min ISR", count: impact.atMinISR, "   one more loss would refuse acks=all there",
                    .healthDegraded))
        }
        if impact.underReplicated > 0 {
            lines.append(
                fact(
                    "under-repl.", count: impact.underReplicated,
                    "   until broker \(impact.broker) is back and caught up", .healthDegraded))
        }
        if !impact.groups.isEmpty {
            let names = impact.groups.prefix(4).joined(separator: ", ")
            lines.append(
                fact("groups", count: impact.groups.count, "   coordinated by \(impact.broker): \(names) move"))
        }
        if let voters = impact.voters, let left = impact.votersLeft {
            let text =
                impact.keepsQuorum
                ? " of \(voters) voters left: changes go on"
                    + (left == voters / 2 + 1 ? "; one more loss stops them" : "")
                : " of \(voters) voters left: no leader can move, no change is possible"
            lines.append(fact("quorum", count: left, text, impact.keepsQuorum ? .text : .healthBad))
        }
        if impact.isHarmless {
            lines.append("No partition goes offline, none falls below min.insync.replicas.")
        }
        return lines
    }

    /// Why partitions would have no leader.
    private static func offline(_ impact: Impact, _ snapshot: ClusterSnapshot) -> String {
        guard impact.keepsQuorum else { return "without a quorum nobody takes over" }
        let isOnly = partitions(impact.offline, snapshot).allSatisfy { $0.partition.replicas == [impact.broker] }
        guard isOnly else { return "no other replica in sync" }
        return "broker \(impact.broker) has \(impact.offline.count == 1 ? "its" : "their") only replica"
    }

    /// `, ISR 1 of 2` where that is so of all of them.
    private static func isrAfter(_ impact: Impact, _ snapshot: ClusterSnapshot) -> String {
        let counts = Set(
            partitions(impact.belowMinISR, snapshot).map { topic, partition in
                "\(partition.inSync.count { $0 != impact.broker }) of \(topic.minISR(of: partition) ?? 0)"
            })
        return counts.count == 1 ? ", ISR \(counts.first ?? "")" : ""
    }

    /// Partitions with their topics. There may be very many of both, and a plan is made anew with every picture.
    private static func partitions(
        _ ids: [TopicPartition], _ snapshot: ClusterSnapshot
    ) -> [(topic: TopicSnapshot, partition: PartitionSnapshot)] {
        let wanted = Dictionary(grouping: ids, by: \.topic).mapValues { Set($0.map(\.partition)) }
        return snapshot.topics.flatMap { topic in
            wanted[topic.name].map { own in topic.partitions.filter { own.contains($0.id) }.map { (topic, $0) } } ?? []
        }
    }

    static func start(_ ids: [BrokerID], _ model: Model) -> PlanPopup {
        let down = ids.filter { id in model.snapshot.broker(id).map(BrokerWords.isDown) ?? false }
        let refusal = down.isEmpty ? PlanPopup.Question.refused("None of them is down any more.") : nil
        let ids = down.isEmpty ? ids : down
        let brokers = (ids.count == 1 ? "broker " : "brokers ") + ids.map(String.init).joined(separator: ", ")
        let all = WordList.and(ids.map(String.init))
        let first =
            ids.count == 1
            ? "Starts the process of broker \(all) with its data."
            : "Starts the processes of brokers \(all) together, with their data."
        let others = model.snapshot.brokers.filter { BrokerWords.isDown($0) && !ids.contains($0.id) }.map(\.id)
        let missing = votersMissing(after: ids, model.snapshot)
        let until = "not ready before \(missing) more \(missing == 1 ? "voter is" : "voters are") up"
        var lines = [
            StyledText(first), "",
            missing > 0
                ? fact("expected", StyledText(until, .healthBad))
                : fact("expected", StyledText("up in about a second, then it catches up")),
            fact("undo", StyledText("S stops \(ids.count == 1 ? "it" : "them")")),
        ]
        if !others.isEmpty {
            let names = (others.count == 1 ? "broker " : "brokers ") + WordList.and(others.map(String.init))
            let are = others.count == 1 ? "is" : "are"
            lines.append(fact("others", StyledText("\(names) \(are) down too: a starts all of them together")))
        }
        var plan = PlanPopup(
            title: "Start \(brokers)", lines: lines, question: refusal ?? asked("Start \(brokers)?"),
            change: .startBrokers(ids))
        plan.wider = others.isEmpty ? nil : .start((ids + others).sorted())
        return plan
    }

    /// Voters that a majority lacks once these brokers are up as well.
    static func votersMissing(after ids: [BrokerID], _ snapshot: ClusterSnapshot) -> Int {
        guard let quorum = snapshot.quorum?.value, let up = snapshot.votersUp, !snapshot.hasQuorum else { return 0 }
        let started = quorum.voters.count { ids.contains($0.id) }
        return max(0, quorum.majority - up - started)
    }

    static func resume(_ id: BrokerID, _ model: Model) -> PlanPopup {
        PlanPopup(
            title: "Resume broker \(id) (SIGCONT)",
            lines: [StyledText("Sends SIGCONT: the broker goes on, finds itself fenced, and joins again."), ""],
            question: refusal(id, "not paused any more", model) { !BrokerWords.isPaused($0) }
                ?? asked("Resume broker \(id)?"), change: .resumeBroker(id))
    }

    static func addBroker(_ model: Model) -> PlanPopup {
        let next = (model.snapshot.brokers.map(\.id).max() ?? 0) + 1
        return PlanPopup(
            title: "Add broker \(next)",
            lines: [
                StyledText("Makes a directory for broker \(next), starts it on a free port, and registers it."), "",
                fact("quorum", StyledText("it observes; voters stay as they are")),
                fact("partitions", StyledText("none move to it by themselves; R on screen 7 spreads them")),
                fact("undo", StyledText("V stops and removes it, while it holds nothing")),
            ], question: asked("Add broker \(next)?"), change: .addBroker)
    }

    static func demo(_ model: Model) -> PlanPopup {
        PlanPopup(
            title: "Demo topics",
            lines: [StyledText("Creates topics with messages, so that every screen has something to show.")],
            question: asked("Create them?"), change: .createDemo)
    }

    /// The plan that sends what failed once more.
    static func again(_ result: ResultPopup) -> PlanPopup? {
        guard let change = failedAgain(result) else { return nil }
        let failed = result.items.filter { $0.failure != nil }
        var lines = [StyledText("Sends once more: \(change.summary)."), ""]
        for item in failed.prefix(8) {
            lines.append(
                StyledText("  \(Cut.middle.cut(item.name, to: 28).padded(to: 30))")
                    + StyledText("FAILED   \(item.failure ?? "")", .healthBad))
        }
        if failed.count > 8 { lines.append(StyledText("  + \(failed.count - 8) more", .muted)) }
        return PlanPopup(
            title: "Try again: \(change.summary)", lines: lines,
            question: question(change, asking: "Send \(failed.count == 1 ? "it" : "them") again?"), change: change)
    }

    /// What destroys needs its words also when it is no first request.
    static func question(_ change: Change, asking text: String) -> PlanPopup.Question {
        switch change {
        case .deleteTopics(let names), .deleteGroups(let names):
            names.count == 1
                ? typed("Type the name to delete it:", names[0])
                : typed("Type the count (\(names.count)):", "\(names.count)")
        case .resetOffsets(let group, _): typed("Type the group name to reset:", group)
        case .fenceProducers(let ids):
            ids.count == 1
                ? typed("Type the transactional id to go on:", ids[0])
                : typed("Type the count (\(ids.count)):", "\(ids.count)")
        case .abortTransaction(let id, _): typed("Type the topic name to go on:", id.topic)
        case .purge(let offsets):
            Set(offsets.keys.map(\.topic)).count == 1
                ? typed("Type the name to purge it:", offsets.keys.first?.topic ?? "")
                : typed("Type the count (\(offsets.count)):", "\(offsets.count)")
        case .electLeaders(_, unclean: true): typed("Type \"unclean election\" to go on:", "unclean election")
        case .removeBroker(let id): typed("Type \"remove \(id)\" to go on:", "remove \(id)")
        case .killBroker(let id): typed("Type \"kill \(id)\" to go on:", "kill \(id)")
        default: asked(text)
        }
    }

    /// The failed items of a result as a change of their own.
    static func failedAgain(_ result: ResultPopup) -> Change? {
        let names = result.items.filter { $0.failure != nil }.map(\.name)
        let partitions = Set(names.compactMap(Objects.partition))
        switch result.change {
        case .deleteTopics: return .deleteTopics(names)
        case .createTopics(let topics): return .createTopics(topics.filter { names.contains($0.name) })
        case .rollingRestart(let ids): return .rollingRestart(ids.filter { names.contains("broker \($0)") })
        case .startBrokers(let ids): return .startBrokers(ids.filter { names.contains("broker \($0)") })
        case .deleteGroups: return .deleteGroups(names)
        case .restoreGroups(let groups): return .restoreGroups(groups.filter { names.contains($0.key) })
        case .fenceProducers: return .fenceProducers(names)
        case .replay(var replay):
            let failed = Set(names)
            replay.messages.removeAll { !failed.contains($0.id) }
            return .replay(replay)
        case .removeMembers(let group, _): return .removeMembers(group: group, names)
        case .purge(let offsets): return .purge(offsets.filter { partitions.contains($0.key) })
        case .resetOffsets(let group, let offsets):
            return .resetOffsets(group: group, offsets.filter { partitions.contains($0.key) })
        case .moveReplicas(let targets, let broker):
            return .moveReplicas(targets.filter { partitions.contains($0.key) }, on: broker)
        case .electLeaders(let all, let unclean):
            return .electLeaders(all.filter { partitions.contains($0) }, unclean: unclean)
        default: return result.change
        }
    }
}
