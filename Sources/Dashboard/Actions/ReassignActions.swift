import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What works on screen 7.
enum ReassignActions {
    /// All partitions that move now.
    static func moving(_ model: Model) -> [TopicPartition] { moving(model.snapshot) }

    static func moving(_ snapshot: ClusterSnapshot) -> [TopicPartition] {
        snapshot.topics.flatMap { topic in
            topic.partitions.filter(\.isMoving).map { TopicPartition(topic.name, $0.id) }
        }
    }

    private static func step(_ direction: Int, _ model: inout Model) -> [Command] {
        let rates = Wizard.rates
        let now = model.chosenThrottle ?? model.snapshot.throttles.brokers.values.max() ?? 10 << 20
        let next = direction > 0 ? rates.first { $0 > now } : rates.last { $0 < now }
        guard let next else {
            let now = Format.configBytes(Int(now))
            model.say(
                "\(now)/s is the \(direction > 0 ? "highest" : "lowest") that can be chosen here; "
                    + "klamm reassign throttle takes any")
            return []
        }
        model.chosenThrottle = next
        model.say("throttle \(Format.configBytes(Int(next)))/s chosen, not sent: T sets it")
        return []
    }

    /// A throttle that is chosen while nothing moves would stand beside the next move as if somebody wanted it there.
    private static func isMoving(_ model: Model) -> Action.Availability {
        moving(model).isEmpty ? .no("no partition is moving") : .yes
    }

    static let table: [Action] = [
        Action("reassign.open", [.enter], hint: "open", help: "open the topic", run: { PartitionActions.open(&$0) }),
        Action(
            "reassign.plan", [.char("R")], hint: "plan", help: "plan a move", group: .change,
            run: { model in WizardMoves.open(WizardScreen.allPartitions(model), text: "all topics", &model) }),
        Action(
            "reassign.faster", [.char("+")], keyText: "+ −", hint: "throttle", help: "choose a throttle",
            availability: { isMoving($0) }, run: { step(1, &$0) }),
        Action(
            "reassign.slower", [.char("-")], keyText: "", help: "choose a lower throttle",
            availability: { isMoving($0) }, run: { step(-1, &$0) }),
        Action(
            "reassign.throttle", [.char("T")], hint: "set throttle", help: "set the chosen throttle", group: .change,
            availability: { model in
                guard model.chosenThrottle != nil else { return .no("choose one with + and − first") }
                return moving(model).isEmpty ? .no("no partition is moving") : .yes
            },
            run: { model in
                Plans.show(model.chosenThrottle.map { .throttle($0) }, &model)
            }),
        Action(
            "reassign.cancel", [.char("X")], hint: "cancel", help: "cancel the move, or remove a left-over throttle",
            group: .change,
            availability: { model in
                moving(model).isEmpty && model.snapshot.throttles.isEmpty ? .no("no partition is moving") : .yes
            },
            run: { model in
                guard !moving(model).isEmpty else { return Plans.show(.removeThrottles, &model) }
                return Plans.show(.cancelMoves(Objects.chosenPartitions(model)), &model)
            }),
        Action(
            "reassign.undo", [.char("V")], hint: "undo", help: "undo the last move", group: .change,
            availability: { model in
                lastMove(model) == nil ? .no("no move was made here") : .yes
            },
            run: { model in
                guard let entry = lastMove(model), let change = entry.undoChange else { return [] }
                return UndoPlan.open(entry, change, &model)
            }),
    ]

    /// The last move on this cluster that can be undone.
    private static func lastMove(_ model: Model) -> JournalEntry? {
        model.journal.first { entry in
            guard entry.cluster == model.cluster.name, case .reassign? = entry.undoChange else { return false }
            return true
        }
    }

    private static func only(_ steps: Set<Wizard.Step>) -> @Sendable (Model) -> Action.Availability {
        { model in model.wizard.map { steps.contains($0.step) } ?? false ? .yes : .hidden }
    }

    static let wizard: [Action] = [
        Action(
            "wizard.topic", [.char(" ")], hint: "add/remove topic", help: "add a topic, or take one out",
            availability: only([.choose]), run: { Prompts.open(.wizard(.topic), &$0) }),
        Action(
            "wizard.edit", [.char("e")], hint: "edit replicas", help: "edit the replica list",
            availability: only([.preview]), run: { WizardMoves.editReplicas(&$0) }),
        Action(
            "wizard.leaveout", [.char("x")], hint: "leave out", help: "leave the partition out, or take it in again",
            availability: only([.preview]), run: { WizardMoves.leaveOut(&$0) }),
        Action(
            "wizard.faster", [.char("+")], keyText: "+ −", hint: "throttle", help: "a higher, a lower throttle",
            availability: only([.throttle]), run: { WizardMoves.step(1, &$0) }),
        Action(
            "wizard.slower", [.char("-")], keyText: "", help: "a lower throttle", availability: only([.throttle]),
            run: { WizardMoves.step(-1, &$0) }),
        Action(
            "wizard.exposed", [.char("o")],
            help: "list what the loss of one broker or rack would take offline afterwards",
            availability: only([.preview]),
            run: { ExposureText.open(&$0) }),
        Action(
            "wizard.save", [.control("s")], hint: "save JSON",
            help: "save the plan and the way back for kafka-reassign-partitions",
            availability: only([.preview, .throttle]),
            run: { model in
                guard let wizard = model.wizard, WizardPlan.of(wizard, model).isChange else {
                    model.say("this plan moves nothing: there is nothing to save", .warn)
                    return []
                }
                return Prompts.open(.save, &model)
            }),
        Action(
            "wizard.next", [.enter, .tab], hint: "next step", help: "take it and go on", run: { WizardMoves.next(&$0) }),
        Action(
            "wizard.back", [.backTab], hint: "back", help: "the step before",
            availability: only([.strategy, .preview, .throttle]), run: { WizardMoves.previous(&$0) }),
        Action(
            "wizard.cancel", [], keyText: "Esc", hint: "cancel", help: "cancel: nothing was sent",
            run: { Navigation.escape(&$0) }),
    ]
}
