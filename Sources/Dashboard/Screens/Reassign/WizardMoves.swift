import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What keys do in the wizard.
enum WizardMoves {
    /// Opens the wizard on some partitions.
    static func open(_ partitions: [TopicPartition], text: String, _ model: inout Model) -> [Command] {
        let free = partitions.filter { !(model.snapshot.partition($0)?.isMoving ?? true) }
        model.wizard = Wizard(chosen: free, text: text)
        return Navigation.go(.plan, &model)
    }

    /// Enter: takes the option under the cursor and goes on.
    static func next(_ model: inout Model) -> [Command] {
        guard var wizard = model.wizard, let page = Screens.list(model) else { return [] }
        let id = page.cursorID(model.list) ?? ""
        switch wizard.step {
        case .choose:
            guard choose(id, &wizard, &model) else { return [] }
            guard !wizard.chosen.isEmpty else {
                model.say("no partition is chosen", .warn)
                return []
            }
            wizard.step = .strategy
        case .strategy:
            if let prompt = [
                "off": WizardPrompt.offBroker, "rf": .replicationFactor, "onto": .ontoBroker,
            ][id] {
                return Prompts.open(.wizard(prompt), &model)
            }
            if let strategy = WizardScreen.offered(wizard, model).first(where: { WizardScreen.name($0) == id }) {
                wizard.strategy = strategy
            }
            if let refusal = WizardScreen.plan(wizard, model).refusal {
                model.say("\(WizardScreen.name(wizard.strategy)): \(refusal)", .warn)
                return []
            }
            wizard.step = .preview
        case .preview:
            guard !WizardScreen.plan(wizard, model).changes.isEmpty else {
                model.say("this plan moves nothing", .warn)
                return []
            }
            wizard.step = .throttle
        case .throttle:
            wizard.throttle = Int64(id)
            model.wizard = wizard
            return Plans.show(Plans.move(wizard, model), &model)
        }
        model.wizard = wizard
        model.list = ListState()
        startOnChoice(&model)
        return []
    }

    /// The cursor begins on what is chosen, so that Enter keeps it.
    private static func startOnChoice(_ model: inout Model) {
        guard let wizard = model.wizard else { return }
        switch wizard.step {
        case .strategy: model.list.cursorID = WizardScreen.name(wizard.strategy)
        case .throttle: model.list.cursorID = wizard.throttle.map { "\($0)" } ?? "none"
        case .choose, .preview: break
        }
    }

    private static func choose(_ id: String, _ wizard: inout Wizard, _ model: inout Model) -> Bool {
        switch id {
        case "all":
            wizard.chosen = WizardScreen.allPartitions(model)
            wizard.chosenText = "all topics"
        case "problems":
            wizard.chosen = WizardScreen.allPartitions(model).filter { id in
                let minISR = model.snapshot.topic(id.topic)?.minISR
                return model.snapshot.partition(id).flatMap { PartitionProblem.worst($0, minISR: minISR) } != nil
            }
            wizard.chosenText = "partitions with a problem"
        case "broker":
            _ = Prompts.open(.wizard(.chooseBroker), &model)
            return false
        default: break
        }
        return true
    }

    static func previous(_ model: inout Model) -> [Command] {
        guard let step = model.wizard?.step, let before = Wizard.Step(rawValue: step.rawValue - 1) else { return [] }
        model.wizard?.step = before
        model.list = ListState()
        return []
    }

    /// A value that was asked for.
    static func value(_ text: String, _ what: WizardPrompt, _ model: inout Model) -> [Command] {
        guard var wizard = model.wizard else { return [] }
        let numbers = text.split(whereSeparator: { $0 == " " || $0 == "," }).compactMap { Int32($0) }
        guard let number = numbers.first else {
            model.say("not a number: \(text)", .warn)
            return []
        }
        switch what {
        case .chooseBroker:
            wizard.chosen = WizardScreen.allPartitions(model).filter {
                model.snapshot.partition($0)?.replicas.contains(number) ?? false
            }
            wizard.chosenText = "all partitions on broker \(number)"
            wizard.strategy = .off(number)
            wizard.step = .strategy
        case .offBroker: wizard.strategy = .off(number)
        case .ontoBroker: wizard.strategy = .onto(number)
        case .replicationFactor: wizard.strategy = .setReplicationFactor(Int(number))
        case .replicas(let id): return edit(id, numbers, wizard, &model)
        case .file: return []
        }
        if what != .chooseBroker {
            if let refusal = WizardScreen.plan(wizard, model).refusal {
                model.say("\(WizardScreen.name(wizard.strategy)): \(refusal)", .warn)
                return []
            }
            wizard.step = .preview
        }
        model.wizard = wizard
        model.list = ListState()
        return []
    }

    private static func edit(
        _ id: TopicPartition, _ list: [BrokerID], _ wizard: Wizard, _ model: inout Model
    ) -> [Command] {
        let known = Set(model.snapshot.brokers.map(\.id))
        guard Set(list).count == list.count, known.isSuperset(of: list) else {
            model.say("not a list of different brokers", .warn)
            return []
        }
        model.wizard?.byHand[id] = list
        return []
    }

    /// `e` in the preview: the replica list of the partition under the cursor.
    static func editReplicas(_ model: inout Model) -> [Command] {
        guard model.wizard?.step == .preview, let id = underCursor(model) else { return [] }
        return Prompts.open(.wizard(.replicas(id)), &model)
    }

    /// `x` in the preview: leaves the partition under the cursor out, or takes it in again.
    static func leaveOut(_ model: inout Model) -> [Command] {
        guard model.wizard?.step == .preview, let id = underCursor(model) else { return [] }
        if model.wizard?.leftOut.remove(id) == nil { model.wizard?.leftOut.insert(id) }
        return []
    }

    private static func underCursor(_ model: Model) -> TopicPartition? {
        Screens.list(model)?.cursorID(model.list).flatMap(Objects.partition)
    }
}

/// Objects by the names lists keep them under.
enum Objects {
    /// `orders/3` as a partition.
    static func partition(_ id: String) -> TopicPartition? {
        guard let slash = id.lastIndex(of: "/"), let number = Int32(id[id.index(after: slash)...]) else { return nil }
        return TopicPartition(String(id[..<slash]), number)
    }

    /// The partitions chosen in the present list: rows that are partitions, or all of the chosen topics.
    static func chosenPartitions(_ model: Model) -> [TopicPartition] {
        guard let page = Screens.list(model) else { return [] }
        return page.chosen(model.list).flatMap { id -> [TopicPartition] in
            if let topic = model.snapshot.topic(id) { return topic.partitions.map { TopicPartition(id, $0.id) } }
            return partition(id).map { [$0] } ?? []
        }
    }
}
