import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Plans: what would be sent, before → after, impact, what to expect, undo, the command, the question.
enum Plans {
    /// Puts a plan over the body.
    static func show(_ plan: PlanPopup?, _ model: inout Model) -> [Command] {
        guard var plan else { return [] }
        plan.command = plan.equivalent.text(model.cluster.commandOptions)
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

    static func fact(_ name: String, count: Int, _ text: String, _ role: Role) -> StyledText {
        fact(name, StyledText("\(count)".leftPadded(to: 3), role) + StyledText("   \(text)"))
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
            expected: "noticed in about 2 s; its partitions take no writes that long", id, change: .killBroker(id),
            verb: "Kill", word: "kill", model)
    }

    static func stop(_ id: BrokerID, _ model: Model) -> PlanPopup {
        lossPlan(
            title: "Stop broker \(id)",
            first: "Sends SIGTERM: it hands over its leaders, then goes (controlled shutdown).",
            expected: "leaders move before it goes, writes hardly wait", id, change: .stopBroker(id),
            verb: "Stop", word: "stop", model)
    }

    static func pause(_ id: BrokerID, _ model: Model) -> PlanPopup {
        lossPlan(
            title: "Pause broker \(id) (SIGSTOP)",
            first: "Sends SIGSTOP: it keeps its port open and says nothing. Others find out by timeout.",
            expected: "fenced in about 2 s; Z resumes it", id, change: .pauseBroker(id),
            verb: "Pause", word: "pause", model)
    }

    private static func lossPlan(
        title: String, first: String, expected: String, _ id: BrokerID, change: Change, verb: String,
        word: String, _ model: Model
    ) -> PlanPopup {
        let impact = Impact(losing: id, in: model.snapshot)
        var lines = [StyledText(first), ""]
        lines += facts(impact)
        lines.append(fact("expected", StyledText(expected)))
        lines.append(fact("undo", StyledText(word == "pause" ? "Z resumes it" : "U starts it again with its data")))
        let question =
            impact.isDestructive
            ? typed(
                "This \(impact.offline.isEmpty ? "stops the metadata quorum" : "takes a partition offline"). "
                    + "Type \"\(word) \(id)\" to go on:", "\(word) \(id)")
            : asked("\(verb) broker \(id)?")
        return PlanPopup(title: title, lines: lines, question: question, change: change)
    }

    /// The impact in words; facts that are 0 are left out.
    static func facts(_ impact: Impact) -> [StyledText] {
        var lines: [StyledText] = []
        if impact.leads > 0 {
            let moved = impact.moves.values.reduce(0, +)
            let to = impact.moves.sorted { $0.key < $1.key }.map { "\($0.value) to \($0.key)" }.joined(separator: ", ")
            var text = "\(impact.leads) partitions: \(moved) move\(to.isEmpty ? "" : " (\(to))")"
            if !impact.offline.isEmpty { text += ", \(impact.offline.count) go offline" }
            lines.append(fact("leads", StyledText(text)))
        }
        if !impact.offline.isEmpty {
            let names = PartitionNames.list(impact.offline)
            lines.append(
                fact("offline", count: impact.offline.count, "\(names): no other replica in sync", .healthBad))
        }
        if !impact.belowMinISR.isEmpty {
            let names = PartitionNames.list(impact.belowMinISR)
            lines.append(
                fact("below min ISR", count: impact.belowMinISR.count, "\(names): acks=all is refused", .healthBad))
        }
        if impact.atMinISR > 0 {
            lines.append(
                fact("at min ISR", count: impact.atMinISR, "one more loss would refuse acks=all there", .healthDegraded)
            )
        }
        if impact.underReplicated > 0 {
            lines.append(
                fact("under-repl.", count: impact.underReplicated, "until it is back and caught up", .healthDegraded))
        }
        if !impact.groups.isEmpty {
            let names = impact.groups.prefix(4).joined(separator: ", ")
            lines.append(fact("groups", count: impact.groups.count, "coordinated by it: \(names) move", .text))
        }
        if let voters = impact.voters, let left = impact.votersLeft {
            let text =
                impact.keepsQuorum
                ? "of \(voters) voters left: changes go on"
                    + (left == voters / 2 + 1 ? "; one more loss stops them" : "")
                : "of \(voters) voters left: no leader can move, no change is possible"
            lines.append(
                fact(
                    "quorum",
                    StyledText("\(left)".leftPadded(to: 3), impact.keepsQuorum ? .text : .healthBad)
                        + StyledText(" " + text)))
        }
        if impact.isHarmless {
            lines.append("No partition goes offline, none falls below min.insync.replicas.")
        }
        return lines
    }

    static func start(_ ids: [BrokerID], _ model: Model) -> PlanPopup {
        let names = ids.map(String.init).joined(separator: " ")
        return PlanPopup(
            title: "Start broker \(names)",
            lines: [
                StyledText("Starts the process of broker \(names) with its data."), "",
                fact("expected", StyledText("up in about a second, then it catches up")),
                fact("undo", StyledText("S stops it")),
            ], question: asked("Start broker \(names)?"), change: .startBrokers(ids))
    }

    static func resume(_ id: BrokerID, _ model: Model) -> PlanPopup {
        PlanPopup(
            title: "Resume broker \(id) (SIGCONT)",
            lines: [StyledText("Sends SIGCONT: the broker goes on, finds itself fenced, and joins again."), ""],
            question: asked("Resume broker \(id)?"), change: .resumeBroker(id))
    }

    static func addBroker(_ model: Model) -> PlanPopup {
        let next = (model.snapshot.brokers.map(\.id).max() ?? 0) + 1
        return PlanPopup(
            title: "Add broker \(next)",
            lines: [
                StyledText("Makes a directory for broker \(next), starts it on a free port, and registers it."), "",
                fact("quorum", StyledText("it observes; voters stay as they are")),
                fact("partitions", StyledText("none move to it by themselves; R on screen 7 spreads them")),
                fact("undo", StyledText("S stops it; it stays registered")),
            ], question: asked("Add broker \(next)?"), change: .addBroker)
    }

    static func demo(_ model: Model) -> PlanPopup {
        PlanPopup(
            title: "Demo topics",
            lines: [StyledText("Creates topics with messages, so that every screen has something to show.")],
            question: asked("Create them?"), change: .createDemo)
    }

    /// The failed items of a result as a change of their own.
    static func failedAgain(_ result: ResultPopup) -> Change? {
        let names = result.items.filter { $0.failure != nil }.map(\.name)
        let partitions = Set(names.compactMap(Objects.partition))
        switch result.change {
        case .deleteTopics: return .deleteTopics(names)
        case .deleteGroups: return .deleteGroups(names)
        case .purge(let offsets): return .purge(offsets.filter { partitions.contains($0.key) })
        case .resetOffsets(let group, let offsets):
            return .resetOffsets(group: group, offsets.filter { partitions.contains($0.key) })
        case .electLeaders(let all, let unclean):
            return .electLeaders(all.filter { partitions.contains($0) }, unclean: unclean)
        default: return result.change
        }
    }

    /// A plan that undoes a journal entry.
    static func undo(_ entry: JournalEntry, _ change: Change, _ model: Model) -> PlanPopup {
        UndoPlan.plan(entry, change, model)
    }
}
