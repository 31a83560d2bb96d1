import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What keys do in the wizard.
enum WizardMoves {
    /// Opens the wizard on some partitions; at its second step where the strategy is known.
    static func open(
        _ partitions: [TopicPartition], text: String, by strategy: MoveStrategy? = nil, _ model: inout Model
    ) -> [Command] {
        let free = partitions.filter { !(model.snapshot.partition($0)?.isMoving ?? true) }
        var wizard = Wizard(chosen: free, text: text)
        if let strategy {
            wizard.strategy = strategy
            wizard.step = .strategy
        }
        return Navigation.go(.plan, &model) + go(wizard, &model)
    }

    /// Enter: takes the option under the cursor and goes on.
    static func next(_ model: inout Model) -> [Command] {
        guard var wizard = model.wizard, let page = Screens.list(model) else { return [] }
        let id = page.cursorID(model.list) ?? ""
        switch wizard.step {
        case .choose:
            if let prompt = choose(id, &wizard, model) { return Prompts.open(.wizard(prompt), &model) }
            guard !wizard.chosen.isEmpty else { return refuse("no partition is chosen", &model) }
            wizard.step = .strategy
        case .strategy:
            if let prompt = StrategyStep.prompts[id] { return Prompts.open(.wizard(prompt), &model) }
            if let strategy = StrategyStep.offered(wizard, model).first(where: { StrategyStep.id($0) == id }) {
                wizard.strategy = strategy
            }
            if let refusal = WizardPlan.of(wizard, model).refusal {
                return refuse("\(WizardScreen.name(wizard.strategy)): \(refusal)", &model)
            }
            wizard.step = .preview
        case .preview:
            guard WizardPlan.of(wizard, model).isChange else {
                return refuse("this plan moves nothing", &model)
            }
            wizard.step = .throttle
        case .throttle:
            wizard.throttle = Int64(id)
            model.wizard = wizard
            return Plans.show(.move(wizard.settled(on: WizardPlan.of(wizard, model))), &model)
        }
        return go(wizard, &model)
    }

    private static func refuse(_ text: String, _ model: inout Model) -> [Command] {
        model.say(text, .warn)
        return []
    }

    /// Shows a step with the cursor on what is chosen, so that Enter keeps it.
    private static func go(_ wizard: Wizard, _ model: inout Model) -> [Command] {
        model.wizard = wizard
        model.list = ListState()
        switch wizard.step {
        case .choose: model.list.cursorID = ChooseStep.id(wizard.choice)
        case .strategy: model.list.cursorID = StrategyStep.id(wizard.strategy)
        case .throttle: model.list.cursorID = wizard.throttle.map { "\($0)" } ?? "none"
        case .preview: break
        }
        return []
    }

    /// Takes an option of the first step; answers what has to be asked for it.
    private static func choose(_ id: String, _ wizard: inout Wizard, _ model: Model) -> WizardPrompt? {
        switch id {
        case "given":
            wizard.chosen = wizard.given
            wizard.choice = .given(wizard.givenText)
        case "all":
            wizard.chosen = WizardScreen.allPartitions(model)
            wizard.choice = .all
        case "problems":
            wizard.chosen = ChooseStep.problems(model)
            wizard.choice = .problems
        case "broker": return .chooseBroker
        case "file": return .file
        default: break
        }
        return nil
    }

    static func previous(_ model: inout Model) -> [Command] {
        guard var wizard = model.wizard, let before = Wizard.Step(rawValue: wizard.step.rawValue - 1) else { return [] }
        wizard.step = before
        return go(wizard, &model)
    }

    /// A value that was asked for.
    static func value(_ text: String, _ what: WizardPrompt, _ model: inout Model) -> [Command] {
        guard var wizard = model.wizard else { return [] }
        switch what {
        case .file: return text.isEmpty ? [] : [.loadPlan(path: text)]
        case .topic: return toggle(text, &model)
        default: break
        }
        let numbers = text.split(whereSeparator: { $0 == " " || $0 == "," }).map { Int32($0) }
        let known = numbers.compactMap { $0 }
        guard let number = known.first, known.count == numbers.count else {
            return refuse("not a number: \(text)", &model)
        }
        switch what {
        case .chooseBroker:
            guard model.snapshot.broker(number) != nil else { return refuse("there is no broker \(number)", &model) }
            wizard.chosen = WizardScreen.allPartitions(model, withInternal: true).filter {
                model.snapshot.partition($0)?.replicas.contains(number) ?? false
            }
            wizard.choice = .broker(number)
            wizard.strategy = .off([number])
            wizard.step = .strategy
            return go(wizard, &model)
        case .offBrokers, .ontoBrokers:
            if let unknown = known.first(where: { model.snapshot.broker($0) == nil }) {
                return refuse("there is no broker \(unknown)", &model)
            }
            wizard.strategy = what == .offBrokers ? .off(Set(known)) : .onto(Set(known))
        case .replicationFactor: wizard.strategy = .setReplicationFactor(Int(number))
        case .replicas(let id): return edit(id, known, &model)
        case .file, .topic: return []
        }
        if let refusal = WizardPlan.of(wizard, model).refusal {
            return refuse("\(WizardScreen.name(wizard.strategy)): \(refusal)", &model)
        }
        wizard.step = .preview
        return go(wizard, &model)
    }

    /// Adds a topic's partitions to the choice, or takes them out of it.
    private static func toggle(_ name: String, _ model: inout Model) -> [Command] {
        guard let topic = model.snapshot.topic(name), var wizard = model.wizard else {
            return refuse("there is no topic \(name)", &model)
        }
        let own = topic.partitions.filter { !$0.isMoving }.map { TopicPartition(name, $0.id) }
        let rest = wizard.chosen.filter { $0.topic != name }
        wizard.chosen = rest.count < wizard.chosen.count ? rest : wizard.chosen + own
        let count = Set(wizard.chosen.map(\.topic)).count
        wizard.choice = .given("\(count) topic\(count == 1 ? "" : "s")")
        model.wizard = wizard
        return []
    }

    private static func edit(_ id: TopicPartition, _ list: [BrokerID], _ model: inout Model) -> [Command] {
        let known = Set(model.snapshot.brokers.map(\.id))
        guard Set(list).count == list.count, known.isSuperset(of: list) else {
            return refuse("not a list of different brokers: \(list.map(String.init).joined(separator: " "))", &model)
        }
        if let down = list.first(where: { !(model.snapshot.broker($0)?.state.isLive ?? false) }) {
            return refuse("broker \(down) is not up", &model)
        }
        model.wizard?.byHand[id] = list
        model.wizard?.leftOut.remove(id)
        return []
    }

    /// A plan file was read: its lists become a plan by hand, to be seen and sent like any other.
    static func loaded(_ path: String, _ lists: [TopicPartition: [BrokerID]], _ model: inout Model) -> [Command] {
        guard var wizard = model.wizard else { return [] }
        let unknown = lists.keys.filter { model.snapshot.partition($0) == nil }.sorted()
        if let first = unknown.first { return refuse("\(path): there is no \(first.topic)/\(first.partition)", &model) }
        let moving = lists.keys.filter { model.snapshot.partition($0)?.isMoving ?? false }.sorted()
        if let first = moving.first {
            return refuse("\(path): \(first.topic)/\(first.partition) is moving already", &model)
        }
        wizard.chosen = lists.keys.sorted()
        wizard.choice = .file(path)
        wizard.strategy = .byHand(lists)
        wizard.byHand = [:]
        wizard.leftOut = []
        if let refusal = WizardPlan.of(wizard, model).refusal { return refuse("\(path): \(refusal)", &model) }
        wizard.step = .preview
        return go(wizard, &model)
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

    /// `+` and `−` in the throttle step.
    static func step(_ direction: Int, _ model: inout Model) -> [Command] {
        guard var wizard = model.wizard, wizard.step == .throttle else { return [] }
        let now = Screens.cursorID(model).flatMap { Int64($0) } ?? wizard.throttle ?? 10 << 20
        guard
            let next = direction > 0 ? Wizard.rates.first(where: { $0 > now }) : Wizard.rates.last(where: { $0 < now })
        else { return [] }
        wizard.throttle = next
        return go(wizard, &model)
    }

    private static func underCursor(_ model: Model) -> TopicPartition? {
        Screens.cursorID(model).flatMap(Objects.partition)
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
        Screens.chosen(model).flatMap { id -> [TopicPartition] in
            if let partition = partition(id) { return [partition] }
            return model.snapshot.topic(id)?.partitions.map { TopicPartition(id, $0.id) } ?? []
        }
    }
}
