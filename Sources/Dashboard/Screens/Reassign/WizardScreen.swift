import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The wizard of screen 7.
enum WizardScreen {
    /// A line that can be chosen.
    struct Option {
        var id: String
        var cells: [StyledText]
        var chosen: Bool
        var refusal: String?
    }

    static func tabs(_ model: Model) -> Tabs {
        Tabs(
            ["1 choose", "2 strategy", "3 preview", "4 throttle", "5 confirm"], active: model.wizard?.step.rawValue ?? 0
        )
    }

    /// The plan of the strategy chosen.
    static func plan(_ wizard: Wizard, _ model: Model) -> MovePlan {
        let chosen = wizard.chosen.filter { !wizard.leftOut.contains($0) }
        let planner = ReassignmentPlanner(model.snapshot)
        var plan = planner.plan(chosen, wizard.strategy)
        for index in plan.moves.indices {
            if let list = wizard.byHand[plan.moves[index].partition] { plan.moves[index].after = list }
        }
        return plan
    }

    static func list(_ model: Model) -> ListPage {
        guard let wizard = model.wizard else {
            var page = ListPage(
                title: "Plan a move", columns: [], ids: [], total: 0, sort: TableSort(column: "none"),
                row: { _ in TableRow([:]) })
            page.empty = ["Nothing is planned. Esc goes back."]
            return page
        }
        var page: ListPage
        switch wizard.step {
        case .choose: page = options(choices(wizard, model), "Move which partitions?", widths: [46, 18, 40])
        case .strategy: page = strategies(wizard, model)
        case .preview: page = preview(wizard, model)
        case .throttle: page = throttles(wizard, model)
        }
        page.header = ["", ""] + page.header
        let moves = plan(wizard, model)
        let title =
            switch wizard.step {
            case .choose: "Plan a move"
            default: "Plan a move: \(wizard.step)"
            }
        page.titleLeft = StyledText(title)
        page.titleRight = StyledText(
            wizard.step == .choose || wizard.step == .strategy
                ? "\(wizard.chosen.count) partitions chosen"
                : "\(name(wizard.strategy))   \(moves.replicasMoved) replicas   \(Format.bytes(Int(moves.bytes)))")
        return page
    }

    static func name(_ strategy: MoveStrategy) -> String {
        switch strategy {
        case .spreadEvenly: "spread evenly"
        case .onto(let broker): "onto broker \(broker)"
        case .off(let broker): "move off broker \(broker)"
        case .setReplicationFactor(let factor): "set RF \(factor)"
        case .leadersOnly: "preferred leaders only"
        case .byHand: "by hand"
        }
    }

    private static func options(_ options: [Option], _ heading: String, widths: [Int]) -> ListPage {
        var page = ListPage(
            title: heading,
            columns: widths.enumerated().map { index, width in
                index == 0
                    ? TableColumn("c0", title: heading, width: .rest(min: width), gap: 0)
                    : .words("c\(index)", title: "", width: width)
            }, ids: options.map(\.id), total: options.count, sort: TableSort(column: "none"),
            row: { index in
                let option = options[index]
                var cells: [String: StyledText] = [:]
                for (column, cell) in option.cells.enumerated() {
                    let sign = column == 0 ? StyledText(option.chosen ? "(•) " : "( ) ") : StyledText(spans: [])
                    cells["c\(column)"] =
                        option.refusal == nil ? sign + cell : StyledText((sign + cell).plain, .disabled)
                }
                return TableRow(cells)
            })
        page.sort = TableSort(column: "none")
        return page
    }

    // MARK: choose

    static func choices(_ wizard: Wizard, _ model: Model) -> [Option] {
        let all = allPartitions(model)
        let problems = all.filter { id in
            model.snapshot.topic(id.topic).flatMap { topic in
                model.snapshot.partition(id).flatMap { PartitionProblem.worst($0, minISR: topic.minISR) }
            } != nil
        }
        func option(_ id: String, _ text: String, _ partitions: [TopicPartition]) -> Option {
            let bytes = partitions.compactMap { model.snapshot.partition($0)?.leaderBytes }.reduce(0, +)
            let replicated = partitions.compactMap { model.snapshot.partition($0)?.replicaBytes }.reduce(0, +)
            return Option(
                id: id,
                cells: [
                    StyledText(text), StyledText("\(partitions.count) partitions"),
                    StyledText("\(Format.bytes(Int(bytes)))   \(Format.bytes(Int(replicated))) with replicas", .muted),
                ], chosen: wizard.chosenText == text)
        }
        var options: [Option] = []
        if !["all topics", "partitions with a problem"].contains(wizard.chosenText) {
            options.append(option("given", wizard.chosenText, wizard.chosen))
        }
        options.append(option("all", "all topics", all))
        options.append(
            Option(
                id: "broker", cells: ["all partitions on broker …", "", StyledText("choose a broker", .muted)],
                chosen: false))
        options.append(option("problems", "partitions with a problem", problems))
        return options
    }

    static func allPartitions(_ model: Model) -> [TopicPartition] {
        model.snapshot.topics.filter { !$0.isInternal }.flatMap { topic in
            topic.partitions.filter { !$0.isMoving }.map { TopicPartition(topic.name, $0.id) }
        }
    }

    // MARK: strategy

    /// The strategies offered, each computed at once.
    static func offered(_ wizard: Wizard, _ model: Model) -> [MoveStrategy] {
        var strategies: [MoveStrategy] = [.spreadEvenly]
        let loads = MovePlan(moves: ReassignmentPlanner(model.snapshot).plan(wizard.chosen, .leadersOnly).moves)
            .replicas(after: false)
        for broker in model.snapshot.brokers where broker.state == .up && (loads[broker.id] ?? 0) == 0 {
            strategies.append(.onto(broker.id))
        }
        if case .off(let broker) = wizard.strategy { strategies.append(.off(broker)) }
        if case .setReplicationFactor(let factor) = wizard.strategy { strategies.append(.setReplicationFactor(factor)) }
        strategies.append(.leadersOnly)
        return strategies
    }

    private static func strategies(_ wizard: Wizard, _ model: Model) -> ListPage {
        let planner = ReassignmentPlanner(model.snapshot)
        let brokers = model.snapshot.brokers.map(\.id)
        func counts(_ counts: [BrokerID: Int]) -> String {
            brokers.map { String(counts[$0] ?? 0).leftPadded(to: 3) }.joined()
        }
        var options = offered(wizard, model).map { strategy -> Option in
            let plan = planner.plan(wizard.chosen, strategy)
            let cells = [
                StyledText(name(strategy)),
                StyledText(plan.refusal ?? "\(plan.replicasMoved)"),
                StyledText(plan.refusal == nil ? Format.bytes(Int(plan.bytes)) : ""),
                StyledText(plan.refusal == nil ? counts(plan.replicas(after: true)) : ""),
                StyledText(plan.refusal == nil ? counts(plan.leaders(after: true)) : ""),
            ]
            return Option(id: name(strategy), cells: cells, chosen: strategy == wizard.strategy, refusal: plan.refusal)
        }
        for (id, text) in [("off", "move off broker …"), ("rf", "set RF …"), ("onto", "onto broker …")] {
            options.append(Option(id: id, cells: [StyledText(text), "—"], chosen: false))
        }
        var page = Self.options(options, "STRATEGY", widths: [30, 22, 10, 18, 18])
        page.columns = [
            TableColumn("c0", title: "STRATEGY", width: .rest(min: 28), gap: 0),
            .words("c1", title: "REPLICAS MOVED", width: 22), .words("c2", title: "BYTES", width: 10),
            .words("c3", title: "REPLICAS AFTER", width: 18), .words("c4", title: "LEADERS AFTER", width: 18),
        ]
        let now = planner.plan(wizard.chosen, .leadersOnly)
        page.footer = [
            StyledText(
                "Now          replicas \(counts(now.replicas(after: false)))   leaders \(counts(now.leaders(after: false)))"
            ),
            "", StyledText("Brokers down or paused are never targets.", .muted),
            StyledText("Among plans with equal balance the one that moves the fewest bytes is taken.", .muted),
        ]
        return page
    }

    // MARK: preview

    private static func preview(_ wizard: Wizard, _ model: Model) -> ListPage {
        let plan = plan(wizard, model)
        let left = wizard.chosen.filter { wizard.leftOut.contains($0) }
        let moves =
            plan.moves
            + left.map { id in
                let partition = model.snapshot.partition(id)
                let replicas = partition?.replicas ?? []
                return PartitionMove(
                    partition: id, before: replicas, after: replicas, leader: partition?.leader, bytes: nil)
            }
        let spec = ListSpec<PartitionMove>(
            title: "Preview",
            columns: [
                .name("topic", title: "TOPIC"), .number("p", title: "P", width: 4),
                .words("before", title: "BEFORE", width: 12), .words("after", title: "AFTER", width: 14),
                .words("leader", title: "LEADER", width: 8, dropOrder: 2),
                .number("bytes", title: "BYTES", width: 9, dropOrder: 1),
                TableColumn("space", title: "", width: .fixed(max(0, sideWidth(model.size.width)))),
            ], defaultSort: TableSort(column: "none"), id: { "\($0.partition.topic)/\($0.partition.partition)" },
            text: { $0.partition.topic },
            value: { move, column in column == "bytes" ? .number(move.bytesToCopy) : .text(move.partition.topic) },
            isProblem: \.isChange,
            cells: { move in
                let out = wizard.leftOut.contains(move.partition)
                func list(_ ids: [BrokerID], _ others: [BrokerID], _ role: Role) -> StyledText {
                    StyledText(
                        spans: ids.enumerated().flatMap { index, id in
                            [
                                StyledText.Span(index == 0 ? "" : " ", .text),
                                StyledText.Span("\(id)", Style(others.contains(id) ? .text : role)),
                            ]
                        })
                }
                let leader = move.leader.flatMap { now in
                    move.after.first.flatMap { $0 == now ? nil : "\(now) \(model.glyphs.arrow) \($0)" }
                }
                return [
                    "topic": StyledText(move.partition.topic, out ? .muted : .text),
                    "p": StyledText("\(move.partition.partition)", .number),
                    "before": list(move.before, move.after, .replicaRemoving),
                    "after": out
                        ? StyledText("left out", .muted)
                        : move.isChange
                            ? StyledText("\(model.glyphs.arrow) ") + list(move.after, move.before, .replicaAdding)
                            : StyledText("no move", .muted),
                    "leader": StyledText(leader ?? ""),
                    "bytes": move.added.isEmpty ? "" : Figure.bytes(move.bytesToCopy),
                ]
            })
        return spec.page(moves, model.list)
    }

    private static func sideWidth(_ width: Int) -> Int { width >= 110 ? 48 : 0 }

    /// The right side of the preview: the whole cluster per broker, before → after.
    static func drawSide(_ model: Model, on buffer: inout CellBuffer, in inside: Rect) {
        guard let wizard = model.wizard, wizard.step == .preview, sideWidth(model.size.width) > 0 else { return }
        let plan = plan(wizard, model)
        let x = inside.maxX - 47
        var y = inside.y + 2
        buffer.text("BROKER  LEADERS    REPLICAS    DISK", x: x, y: y, width: 46, style: Style(.column))
        for broker in model.snapshot.brokers {
            y += 1
            let figures = model.figures.brokers[broker.id] ?? BrokerFigures()
            let leads = (plan.leaders(after: true)[broker.id] ?? 0) - (plan.leaders(after: false)[broker.id] ?? 0)
            let holds = (plan.replicas(after: true)[broker.id] ?? 0) - (plan.replicas(after: false)[broker.id] ?? 0)
            let bytes = plan.moves.reduce(Int64(0)) { sum, move in
                sum + (move.added.contains(broker.id) ? move.bytes ?? 0 : 0)
                    - (move.removed.contains(broker.id) ? move.bytes ?? 0 : 0)
            }
            let disk = broker.disk?.value ?? 0
            let line =
                "\(String(broker.id).padded(to: 7)) \("\(figures.leaders) → \(figures.leaders + leads)".padded(to: 10)) "
                + "\("\(figures.replicas) → \(figures.replicas + holds)".padded(to: 11)) "
                + "\(Format.bytes(Int(disk))) → \(Format.bytes(Int(max(0, disk + bytes))))"
            buffer.text(line, x: x, y: y, width: 46)
        }
        y += 2
        let receivers = Set(plan.moves.flatMap(\.added)).sorted().map(String.init).joined(separator: ", ")
        let lines = [
            "move    \(plan.replicasMoved) replicas, \(Format.bytes(Int(plan.bytes)))",
            receivers.isEmpty ? "to      nobody" : "to      broker \(receivers)",
            "leaders \(plan.moves.filter { $0.leader != nil && $0.after.first != $0.leader }.count) differ from preferred then",
            "min ISR kept: the old replicas stay until it is done",
        ]
        for line in lines where y < inside.maxY {
            buffer.text(line, x: x, y: y, width: 46, style: .muted)
            y += 1
        }
    }

    // MARK: throttle

    /// Throttles offered, bytes per second; nil is none.
    static let rates: [Int64?] = [nil, 100 << 20, 50 << 20, 20 << 20, 10 << 20, 5 << 20, 2 << 20, 1 << 20]

    private static func throttles(_ wizard: Wizard, _ model: Model) -> ListPage {
        let plan = plan(wizard, model)
        let options = rates.map { rate -> Option in
            guard let rate else {
                return Option(
                    id: "none", cells: ["no limit", StyledText("as fast as disks and network allow", .muted)],
                    chosen: wizard.throttle == nil)
            }
            let time = plan.seconds(throttle: rate).map { "about \(Format.duration($0))" } ?? ""
            return Option(
                id: "\(rate)", cells: [StyledText("\(Format.bytes(Int(rate)))/s"), StyledText(time)],
                chosen: wizard.throttle == rate)
        }
        var page = Self.options(options, "", widths: [20, 60])
        page.columns = [
            TableColumn("c0", title: "THROTTLE", width: .fixed(24), gap: 0), .name("c1", title: "", gap: 1),
        ]
        page.footer = [
            StyledText(
                "Estimate = \(Format.bytes(Int(plan.bytes))) ÷ (the fewer of senders and receivers × limit).", .muted),
            StyledText(
                "Removed when the move ends or is cancelled; left-over throttles are offered on screen 7.", .muted),
        ]
        return page
    }
}
