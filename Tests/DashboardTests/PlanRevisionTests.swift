import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// An open plan follows the cluster, so that nobody confirms what is no longer so.
@Suite struct PlanRevisionTests {
    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func type(_ text: String, _ model: inout Model) -> [Command] {
        press(text.map { .character($0) }, &model)
    }

    private func has(_ text: String, _ model: Model) -> Bool { View.view(model).lines.contains { $0.contains(text) } }

    private func plan(_ model: Model) throws -> PlanPopup {
        guard case .plan(let plan)? = model.popup else { throw Failure("no plan") }
        return plan
    }

    /// A later picture: the present one, changed.
    private func report(
        _ model: inout Model, after milliseconds: Int64 = 1_000, _ edit: (inout ClusterSnapshot) -> Void
    ) {
        var snapshot = model.latest?.snapshot ?? ClusterSnapshot(at: model.now)
        edit(&snapshot)
        model.now += milliseconds
        _ = Update.update(&model, .report(Fixture.report(snapshot, Fixture.healthyRates), EventLog()))
    }

    /// The plan to kill broker 1, which hurts nobody while the others are there.
    private func killing() -> Model {
        var model = Fixture.model(Fixture.healthy(), .brokers)
        model.list.cursorID = "1"
        _ = press([.character("K")], &model)
        return model
    }

    private func killThird(_ snapshot: inout ClusterSnapshot) {
        snapshot.kill(3, cause: "exited, signal 9", ledBefore: 40)
        snapshot.lose(3)
    }

    @Test func aHarmlessKillBecomesOneThatNeedsItsWords() throws {
        var model = killing()
        guard case .asked = try plan(model).question else { throw Failure("nothing is hurt yet") }
        report(&model, killThird)
        #expect(try plan(model).isDanger)
        #expect(has("Type \"kill 1\" to go on:", model) && has("of 3 voters left", model))
        #expect(press([.character("y"), .enter], &model).isEmpty, "a plain yes is no longer enough")
        _ = press([.backspace], &model)
        #expect(type("kill 1", &model).isEmpty)
        #expect(press([.enter], &model).isEmpty, "not within a second after the change")
        #expect(model.flash?.text.contains("the cluster has just changed") == true)
        model.now += PlanRevision.hold
        #expect(press([.enter], &model) == [.change(.killBroker(1), command: "klamm cluster kill 1")])
    }

    @Test func yesWaitsUntilTheNewNumbersCouldBeRead() throws {
        var model = killing()
        report(&model) { snapshot in
            for index in snapshot.topics.indices where snapshot.topics[index].name == "orders" {
                snapshot.topics[index].partitions.removeLast()
            }
        }
        #expect(press([.character("y")], &model).isEmpty)
        #expect(model.popup != nil)
        model.now += PlanRevision.hold
        #expect(press([.character("y")], &model).count == 1)
    }

    @Test func whatChangedIsMarkedAndFades() throws {
        var model = killing()
        func marked(_ model: Model) throws -> [String] {
            try plan(model).lines(at: model.now).filter { $0.spans.contains { $0.style.surface == .rowChanged } }
                .map(\.plain)
        }
        #expect(try marked(model).isEmpty)
        report(&model) { snapshot in
            snapshot.edit(group: "billing") { $0.coordinator = 1 }
        }
        #expect(try marked(model).count == 1 && marked(model)[0].hasPrefix("groups"))
        report(&model, after: 1_000) { _ in }
        #expect(try marked(model).count == 1)
        report(&model, after: RecentChanges.duration) { _ in }
        #expect(try marked(model).isEmpty)
        #expect(press([.character("y")], &model).count == 1, "a picture that says the same holds nobody up")
    }

    @Test func figuresThatFlowHoldNobodyUpAndWhatWasTypedStays() throws {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.cursorID = "orders"
        _ = press([.character("D")], &model) + type("orde", &model)
        report(&model) { snapshot in
            for index in snapshot.topics.indices where snapshot.topics[index].name == "orders" {
                for partition in snapshot.topics[index].partitions.indices {
                    snapshot.topics[index].partitions[partition].offsets?.value.latest += 1_000_000
                }
            }
        }
        #expect(has("13.2M messages", model), "the numbers follow")
        #expect(try plan(model).revision == nil)
        #expect(type("rs", &model).isEmpty && press([.enter], &model).count == 1)
    }

    @Test func whatIsGoneIsRefused() throws {
        func refusal(_ place: Place, _ cursor: String, _ key: Character, _ edit: (inout ClusterSnapshot) -> Void) throws
            -> String?
        {
            var model = Fixture.model(Fixture.healthy(), place)
            model.list.cursorID = cursor
            _ = press([.character(key)], &model)
            report(&model, edit)
            guard case .refused(let why) = try plan(model).question else { return nil }
            #expect(press([.character("n")], &model).isEmpty)
            return why
        }
        #expect(
            try refusal(.topics, "orders", "D") { $0.topics.removeAll { $0.name == "orders" } }
                == "The topic is gone already.")
        #expect(try refusal(.brokers, "1", "S") { $0.kill(1, cause: "", ledBefore: 0) } == "Broker 1 is down already.")
        #expect(
            try refusal(.groups, "billing", "D") { $0.groups.removeAll { $0.name == "billing" } } == "Gone already.")
        #expect(
            try refusal(.groups, "billing", "D") { snapshot in
                snapshot.edit(group: "billing") { group in
                    group.state = "stable"
                    group.members = [MemberSnapshot(id: "a", clientID: "a", host: "h", partitions: [])]
                }
            } == "Not possible: billing is stable with 1 members. Stop them first.")
    }

    /// A frozen screen shows what was; what is about to be sent meets what is.
    @Test func aFrozenScreenDoesNotFreezePlans() throws {
        var model = Fixture.model(Fixture.healthy(), .brokers)
        model.list.cursorID = "1"
        _ = press([.character("z")], &model)
        report(&model, killThird)
        _ = press([.character("K")], &model)
        #expect(try plan(model).isDanger)
    }

    /// The lists that were agreed to are sent, not what the strategy would come to by now.
    @Test func aMoveKeepsTheListsThatWereSeen() throws {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.cursorID = "orders"
        _ = press([.character("R"), .enter], &model)
        model.wizard?.strategy = .setReplicationFactor(2)
        model.wizard?.step = .throttle
        _ = press([.enter], &model)
        let before = try plan(model)
        report(&model, killThird)
        #expect(try plan(model).change == before.change)
        #expect(try plan(model).revision != nil, "who leads them is not who led them")
    }

    @Test func whoLeadsAlreadyIsNotElected() throws {
        var model = Fixture.model(Fixture.healthy(), .partitions)
        model.list.cursorID = "orders/1"
        report(&model) { snapshot in
            for index in snapshot.topics.indices where snapshot.topics[index].name == "orders" {
                snapshot.topics[index].partitions[1].leader = snapshot.topics[index].partitions[1].replicas[1]
            }
        }
        _ = press([.character("L")], &model)
        guard case .asked = try plan(model).question else { throw Failure("another leads") }
        report(&model) { snapshot in
            for index in snapshot.topics.indices where snapshot.topics[index].name == "orders" {
                snapshot.topics[index].partitions[1].leader = snapshot.topics[index].partitions[1].replicas[0]
            }
        }
        #expect(try plan(model).question == .refused("There is nothing left to be sent."))
    }
}
