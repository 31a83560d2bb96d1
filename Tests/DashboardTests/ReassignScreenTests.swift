import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Screen 7 as it is drawn: the wizard step by step, its plan, the move.
@Suite struct ReassignScreenTests {
    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    @Test func choose() throws { try Golden.hold(Fixture.wizard(.choose), as: "7.1") }
    @Test func strategy() throws { try Golden.hold(Fixture.wizard(.strategy), as: "7.2") }
    @Test func preview() throws {
        var model = Fixture.wizard(.preview)
        _ = press([.down], &model)
        try Golden.hold(model, as: "7.3")
    }

    @Test func throttleAndPlan() throws {
        var model = Fixture.wizard(.throttle)
        _ = press([.enter], &model)
        try Golden.hold(model, as: "7.4")
        let commands = press([.character("y")], &model)
        guard case .change(.reassign(let plan, let throttle), _)? = commands.first else {
            Issue.record("nothing was sent")
            return
        }
        #expect(plan.count == WizardPlan.of(Wizard(chosen: chosen(model), text: ""), model).changes.count)
        #expect(throttle == 10 << 20)
        #expect(model.place == .reassign && model.sentMove?.text == "spread evenly, 2 topics")
    }

    @Test func noThrottleIsChosenWhileNothingMoves() {
        var model = Fixture.model(Fixture.healthy(), .reassign)
        _ = press([.character("+")], &model)
        #expect(model.chosenThrottle == nil && model.flash?.text == "+ −: no partition is moving")
        #expect(View.view(model).lines.contains { $0.contains("No partition is moving. R plans a move.  ") })
        model.lastMoveEndedAt = model.now - 60_000
        #expect(View.view(model).lines.contains { $0.contains("The last one ended 12:03:26.") })
        model.sentMove = SentMove(at: model.now - 90_000, text: "spread evenly")
        #expect(View.view(model).lines.contains { $0.contains("The last one ended 12:03:26; V takes it back.") })
    }

    /// An empty partition is in place before anybody looks; it was moved as much as the others were.
    @Test func whatWasDoneAtOnceIsListedToo() throws {
        var model = Fixture.moving()
        let id = TopicPartition("dead-letters", 0)
        let before = try #require(model.snapshot.partition(id)?.replicas)
        let at = try #require(model.sentMove?.at)
        #expect(View.view(model).lines.contains { $0.contains("done 6 of 13 replicas") })
        model.sentMove = SentMove(at: at, text: "by hand", partitions: [id: .init(before: [3], after: before)])
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("done 7 of 14 replicas") })
        let row = try #require(lines.first { $0.contains("dead-letters") })
        #expect(row.contains("3 → ") && row.contains("done") && row.contains("100 %"))
        // Who has something else by now was moved by somebody else since, and a later move is another one.
        model.sentMove?.partitions[id]?.after = [3, 1]
        #expect(View.view(model).lines.contains { $0.contains("done 6 of 13 replicas") })
        model.sentMove = SentMove(at: at - 60_000, text: "", partitions: [id: .init(before: [3], after: before)])
        #expect(View.view(model).lines.contains { $0.contains("done 6 of 13 replicas") })
    }

    @Test func aMoveThatCopiedNothingIsSaidToBeInPlace() throws {
        var model = Fixture.model(Fixture.healthy(), .reassign)
        let id = TopicPartition("dead-letters", 0)
        let replicas = try #require(model.snapshot.partition(id)?.replicas)
        model.sentMove = SentMove(
            at: model.now - 4_000, text: "by hand, 1 topic", partitions: [id: .init(before: [3, 1], after: replicas)])
        let said = "The one sent 12:04:22 is in place; V takes it back."
        #expect(View.view(model).lines.contains { $0.contains(said) })
        model.sentMove?.partitions[id]?.after = [3]
        #expect(!View.view(model).lines.contains { $0.contains("is in place") })
    }

    @Test func aThrottleThatCannotBeChosenIsSaid() {
        var model = Fixture.moving()
        model.chosenThrottle = 1 << 20
        _ = press([.character("-")], &model)
        #expect(
            model.flash?.text
                == "1.0 MiB/s is the lowest that can be chosen here; klamm reassign throttle takes any")
        model = Fixture.model(Fixture.healthy(), .reassign)
        _ = press([.character("-")], &model)
        #expect(model.flash?.text == "-: no partition is moving")
    }

    @Test func whatCannotBeDoneSaysWhyInFull() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.cursorID = "orders"
        _ = press([.character("R"), .enter], &model)
        #expect(
            View.view(model).lines.contains {
                $0.contains("Not possible: move off broker: 3 brokers needed, 2 left.")
            })
    }

    @Test func brokersThatGetNoThrottleAreNamed() {
        func loseBroker3(_ model: inout Model) {
            guard let report = model.latest else { return }
            var snapshot = report.snapshot
            for index in snapshot.brokers.indices where snapshot.brokers[index].id == 3 {
                snapshot.brokers[index].state = .fenced
            }
            model.latest = ClusterReport(snapshot, figures: report.figures)
        }
        let why = "on broker 3: it takes no part now; T sets it once back"
        var wizard = Fixture.wizard(.throttle)
        #expect(!View.view(wizard).lines.contains { $0.contains(why) })
        loseBroker3(&wizard)
        #expect(View.view(wizard).lines.contains { $0.contains(why) })
        _ = press([.enter], &wizard)
        #expect(View.view(wizard).lines.contains { $0.contains("not throttled    \(why)") })
        var moving = Fixture.moving()
        loseBroker3(&moving)
        _ = press([.character("T")], &moving)
        #expect(View.view(moving).lines.contains { $0.contains("not set        \(why)") })
    }

    private func chosen(_ model: Model) -> [TopicPartition] {
        ["orders", "post-events"].flatMap { name in
            (model.snapshot.topic(name)?.partitions ?? []).map { TopicPartition(name, $0.id) }
        }
    }

    @Test func progress() throws { try Golden.hold(Fixture.moving(), as: "7.5") }

    private func sent(_ keys: String, _ model: inout Model) -> Change? {
        let commands = keys.flatMap { Update.update(&model, .key(.character($0))) }
        guard case .change(let change, _)? = commands.last else { return nil }
        return change
    }

    @Test func theMoveUnderTheCursorIsCancelled() {
        var model = Fixture.moving()
        model.list.cursorID = "orders/8"
        let running = ReassignActions.moving(model)
        #expect(running.count > 2)
        #expect(sent("Xy", &model) == .cancelReassignment([TopicPartition("orders", 8)]))
        var marked = Fixture.moving()
        marked.list.marks = ["orders/9", "orders/10"]
        #expect(
            sent("Xy", &marked) == .cancelReassignment([TopicPartition("orders", 9), TopicPartition("orders", 10)]))
        var all = Fixture.moving()
        all.list.cursorID = "orders/8"
        #expect(sent("X", &all) == nil)
        #expect(View.view(all).lines.contains { $0.contains("\(running.count - 1) more move: a cancels all of them") })
        #expect(sent("ay", &all) == .cancelReassignment(running))
    }

    @Test func whatHasMovedIsNotCancelled() {
        var model = Fixture.moving()
        model.list.cursorID = "orders/0"
        #expect(sent("Xy", &model) == nil)
        #expect(View.view(model).lines.contains { $0.contains("The move has ended.") })
    }

    /// The burst that brokers let through at first says nothing of when a throttled move ends.
    @Test func aBurstIsNotReckonedWith() {
        var model = Fixture.moving()
        var figures = model.figures
        for index in figures.moves.moves.indices where !figures.moves.moves[index].isDone {
            figures.moves.moves[index].speed = 100 * 1_048_576
        }
        model.latest = ClusterReport(model.snapshot, figures: figures)
        let left = Double(figures.moves.total - figures.moves.copied) / (10 * 1_048_576)
        #expect(View.view(model).lines.contains { $0.contains("700 MiB/s   left \(Format.duration(left))") })
        var snapshot = model.snapshot
        snapshot.throttles = ThrottleSnapshot()
        model.latest = ClusterReport(snapshot, figures: figures)
        let slowest = figures.moves.running.compactMap(\.secondsLeft).max() ?? 0
        let words = "700 MiB/s   left \(Format.duration(max(left / 70, slowest)))"
        #expect(View.view(model).lines.contains { $0.contains(words) })
    }

    /// It is over when the last one is: those that are faster take their speed with them.
    @Test func theSlowestSaysWhenAllIsOver() {
        var model = Fixture.moving()
        var figures = model.figures
        for index in figures.moves.moves.indices where !figures.moves.moves[index].isOver {
            figures.moves.moves[index].speed = 1_000 * 1_048_576
        }
        guard let slow = figures.moves.moves.firstIndex(where: { !$0.isOver }) else {
            Issue.record("nothing moves")
            return
        }
        figures.moves.moves[slow].speed = Double(figures.moves.moves[slow].left) / 7_200
        model.latest = ClusterReport(model.snapshot, figures: figures)
        #expect(View.view(model).lines.contains { $0.contains("/s   left 2h00m") }, "\(View.view(model).lines)")
    }

    /// Brokers that have something else are not new, though nothing chosen is on them.
    @Test func ontoBrokersThatHoldOtherReplicas() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.cursorID = "dead-letters"
        _ = press([.character("R"), .enter], &model)
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("onto broker 1") }, "\(lines)")
        #expect(!lines.contains { $0.contains("onto new") }, "\(lines)")
    }

    @Test func whatWasCancelledSaysSo() {
        var model = Fixture.moving()
        var figures = model.figures
        figures.moves.moves[6].state = .cancelled(model.now)
        figures.moves.moves[6].speed = nil
        model.latest = ClusterReport(model.snapshot, figures: figures)
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains(" 50 % ") && $0.contains(" cancelled ") && !$0.contains("100 %") })
        #expect(lines.contains { $0.contains("done 6 of 12 replicas") && $0.contains("cancelled 1") })
        #expect(lines.contains { $0.contains("Moves 6 running") })
    }

    /// A screen that is opened while moves run says that it does not know who began them, and when.
    @Test func movesThatRanBeforeAreNotSaidToBegin() {
        var model = Fixture.moving()
        model.sentMove = nil
        #expect(View.view(model).lines.contains { $0.contains("running  since before 12:42:") })
        var figures = model.figures
        figures.moves.startedAt = model.startedAt + 60_000
        model.latest = ClusterReport(model.snapshot, figures: figures)
        #expect(View.view(model).lines.contains { $0.contains("by another client") })
        // A bundled cluster may first have had to be started.
        var late = Fixture.moving()
        late.sentMove = nil
        var snapshot = late.snapshot
        snapshot.at = late.startedAt + 60_000
        late.show(ClusterReport(snapshot, figures: figures), rows: nil)
        #expect(View.view(late).lines.contains { $0.contains("running  since before ") })
    }

    /// No figure of any size is cut, and what was not read yet is not said.
    @Test func bytesHaveRoomAndAThrottleIsReadFirst() {
        var model = Fixture.moving()
        let widest = "\(Format.bytes(1_023 << 10)) of \(Format.bytes(1_023 << 20))"
        let column = ReassignScreen.columns.first { $0.id == "bytes" }
        #expect(column?.width == .fixed(widest.count))
        let (figures, began) = (model.figures, model.figures.moves.startedAt ?? 0)
        for (readAt, words) in [(began - 1, "throttle ?"), (began + 1, "throttle none")] {
            var snapshot = model.snapshot
            snapshot.throttles = ThrottleSnapshot()
            snapshot.sources = [SourceSnapshot(.configs, answeredAt: readAt)]
            model.latest = ClusterReport(snapshot, figures: figures)
            #expect(View.view(model).lines.contains { $0.contains(words) }, "\(words)")
        }
    }

    @Test func whatAMoveHasLeftStandsOnOverview() {
        for (width, height, words) in [(120, 34, "throttled still: 7, X"), (80, 24, "throttled: 7, X")] {
            var model = Fixture.model(Fixture.healthy(), .overview, width: width, height: height)
            #expect(!View.view(model).lines.contains { $0.contains(words) })
            var snapshot = model.snapshot
            snapshot.throttles = ThrottleSnapshot(brokers: [1: 5 << 20], topics: ["orders"])
            model.latest = ClusterReport(snapshot, figures: model.figures)
            #expect(View.view(model).lines.contains { $0.contains(words) }, "\(View.view(model).lines)")
        }
    }

    @Test func handsOnChangesShowAtOnce() {
        var model = Fixture.wizard(.preview)
        let id = Screens.list(model)?.cursorID(model.list) ?? ""
        _ = press([.character("x")], &model)
        #expect(View.view(model).lines.contains { $0.contains("left out") })
        _ = press([.character("e")] + "4 2 1".map { .character($0) } + [.enter], &model)
        let wizard = model.wizard
        #expect(wizard?.leftOut.isEmpty == true)
        #expect(
            wizard.map { WizardPlan.of($0, model).assignment[Objects.partition(id) ?? .init("", 0)] } == [4, 2, 1])
        _ = press([.character("e")] + "9".map { .character($0) } + [.enter], &model)
        #expect(model.flash?.text == "not a list of different brokers: 9")
    }

    @Test func plansGoThroughFiles() throws {
        var model = Fixture.wizard(.preview)
        guard let wizard = model.wizard else { return }
        let plan = WizardPlan.of(wizard, model)
        let commands = press([.control("s")] + "plan.json".map { .character($0) } + [.enter], &model)
        guard case .savePlan("plan.json", let contents, let rollback)? = commands.last else {
            Issue.record("nothing is saved")
            return
        }
        let read = try PlanFile.read(contents, name: "plan.json")
        #expect(read == plan.assignment)
        let back = plan.changes.map { ($0.partition, $0.before) }
        #expect(try PlanFile.read(rollback, name: "r") == Dictionary(back, uniquingKeysWith: { a, _ in a }))
        var other = Fixture.wizard(.choose)
        let load = press([.character("G"), .enter] + "plan.json".map { .character($0) } + [.enter], &other)
        #expect(load == [.loadPlan(path: "plan.json")])
        _ = Update.update(&other, .planLoaded("plan.json", .success(read)))
        #expect(other.wizard?.step == .preview)
        #expect(other.wizard.map { WizardPlan.of($0, other).assignment } == read)
        let unknown = [TopicPartition("nowhere", 0): [BrokerID(1)]]
        _ = Update.update(&other, .planLoaded("p", .success(unknown)))
        #expect(other.flash?.text == "p: there is no nowhere/0")
    }

    @Test func thePathOfTheWayBackKeepsTheEnding() {
        for (path, back) in [
            ("plan.json", "plan-rollback.json"), ("a.b/plan", "a.b/plan-rollback"), (".plan", ".plan-rollback"),
        ] {
            #expect(PlanFile.rollbackPath(path) == back)
        }
    }

    /// The plan that is to be confirmed is saved as it stands, wherever it was made.
    @Test func thePlanPopupSavesWhatItSends() throws {
        var model = Fixture.wizard(.throttle)
        _ = press([.enter], &model)
        guard case .plan(let plan)? = model.popup, case .reassign(let targets, _) = plan.change else {
            Issue.record("no plan")
            return
        }
        model.place = .journal
        let commands = press([.control("s")] + "p".map { .character($0) } + [.enter], &model)
        guard case .savePlan("p", let contents, _)? = commands.last else {
            Issue.record("nothing is saved")
            return
        }
        #expect(try PlanFile.read(contents, name: "p") == targets)
    }

    @Test func severalBrokersAreTyped() {
        var model = Fixture.wizard(.strategy)
        model.list.cursorID = "off …"
        _ = press([.enter] + "1, 2".map { .character($0) } + [.enter], &model)
        #expect(model.flash?.text.contains("move off brokers 1, 2: 3 brokers needed, 2 left") == true)
        _ = press([.enter] + "1 9".map { .character($0) } + [.enter], &model)
        #expect(model.flash?.text == "there is no broker 9")
        var wizard = model.wizard
        wizard?.strategy = .onto([4])
        #expect(wizard.map { WizardScreen.name($0.strategy) } == "onto new broker 4")
        #expect(WizardScreen.name(.onto([5, 4])) == "onto new brokers 4, 5")
    }

    @Test func whatAPlanLeavesExposedIsListed() {
        var model = Fixture.wizard(.preview)
        #expect(!View.view(model).lines.contains { $0.contains("exposed") && $0.contains("o lists") })
        let id = TopicPartition("orders", 3)
        model.wizard?.byHand[id] = [2]
        #expect(View.view(model).lines.contains { $0.contains("exposed 1 to one broker: o lists them") })
        _ = press([.character("o")], &model)
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("Without broker 2 1 partition would be offline:") && text.contains("orders  3"))
    }

    @Test(arguments: [
        ("{}", "p is not a reassignment file"), ("{\"version\":2,\"partitions\":[]}", "p has version 2, not 1"),
        ("{\"version\":1,\"partitions\":[]}", "p names no partitions"),
        (
            "{\"version\":1,\"partitions\":[{\"topic\":\"t\",\"partition\":0,\"replicas\":[1,1]}]}",
            "must be different brokers"
        ),
    ])
    func brokenFilesAreRefused(_ text: String, _ problem: String) {
        do throws(Failure) {
            _ = try PlanFile.read(Array(text.utf8), name: "p")
            Issue.record("\(text) was read")
        } catch {
            #expect(error.text.contains(problem))
        }
    }

    @Test func filesOfTheJavaToolAreRead() throws {
        let text =
            #"{"version":1,"partitions":[{"topic":"t","partition":3,"replicas":[1,2],"log_dirs":["any","any"]}]}"#
        #expect(try PlanFile.read(Array(text.utf8), name: "p") == [TopicPartition("t", 3): [1, 2]])
    }

    @Test func narrowScreensShowTheSameBelow() {
        for step in Wizard.Step.allCases {
            let lines = View.view(Fixture.wizard(step, width: 80, height: 24)).lines
            #expect(lines.allSatisfy { TextWidth.of($0) == 80 })
        }
        #expect(View.view(Fixture.moving(width: 80, height: 24)).lines.allSatisfy { TextWidth.of($0) == 80 })
    }
}
