import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard
@testable import LocalCluster

/// Taking a broker out, and restarting all of them in turn.
@Suite struct BrokerPlanTests {
    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func brokers(_ edit: (inout ClusterSnapshot) -> Void = { _ in }) -> Model {
        let healthy = Fixture.healthy()
        var snapshot = healthy.snapshot
        edit(&snapshot)
        return Fixture.model(ClusterReport(snapshot, figures: healthy.figures), .brokers)
    }

    private func has(_ text: String, _ model: Model) -> Bool { View.view(model).lines.contains { $0.contains(text) } }

    @Test func allAreRestartedInTurnTheControllerLast() {
        var model = brokers()
        _ = press([.character("B")], &model)
        #expect(has("Stops and starts brokers 2, 3 and 1, one after the other.", model))
        #expect(has("broker 1 comes last, so that it moves once", model) && has("1 partition has one replica", model))
        let sent = press([.character("y")], &model)
        #expect(
            sent == [.change(.rollingRestart([2, 3, 1]), command: "klamm cluster restart 2 3 1 --rolling")])
        var marked = brokers()
        marked.list.marks = ["3", "2"]
        _ = press([.character("B")], &marked)
        #expect(has("Stops and starts brokers 2 and 3,", marked))
    }

    /// Brokers that are down, with nobody left to lead the quorum of three where two are.
    private func down(_ ids: Set<BrokerID>) -> Model {
        brokers { snapshot in
            for index in snapshot.brokers.indices where ids.contains(snapshot.brokers[index].id) {
                snapshot.brokers[index].state = .down(since: snapshot.at - 5_000)
            }
            snapshot.markAbsent()
        }
    }

    /// One voter alone is never ready: without a majority `U` starts all that are down, whichever is under the cursor.
    @Test func withoutAQuorumAllThatAreDownAreStartedTogether() {
        var model = down([1, 2, 3])
        model.list.cursorID = "2"
        #expect(!model.snapshot.hasQuorum)
        let all = press([.character("U"), .character("y")], &model)
        #expect(all == [.change(.startBrokers([1, 2, 3]), command: "klamm cluster restart 1 2 3")])
        // One is enough where another voter is up.
        model = down([2, 3])
        model.list.cursorID = "2"
        _ = press([.character("U")], &model)
        #expect(has("Starts the process of broker 2 with its data.", model) && has("up in about a second", model))
        #expect(has("broker 3 is down too: a starts all of them together", model))
        let sent = press([.character("a"), .character("y")], &model)
        #expect(sent == [.change(.startBrokers([2, 3]), command: "klamm cluster restart 2 3")])
    }

    @Test func whatIsNotEnoughSaysSo() {
        let model = down([1, 2, 3])
        let plan = Plans.start([2], model).lines.map(\.plain)
        #expect(plan.contains { $0.contains("not ready before 1 more voter is up") })
        #expect(Plans.votersMissing(after: [2, 3], model.snapshot) == 0)
        #expect(Plans.votersMissing(after: [2], down([2]).snapshot) == 0, "the others lead")
        var starting = brokers { $0.brokers[1].state = .starting }
        starting.list.cursorID = "2"
        _ = press([.character("U")], &starting)
        #expect(starting.flash?.text == "U: broker 2 is starting")
    }

    /// Tiles stand side by side, and so does the cursor go.
    @Test func leftAndRightGoThroughTiles() {
        var model = brokers()
        model.place = .overview
        _ = press([.right], &model)
        #expect(Screens.cursorID(model) == "2" && model.flash == nil)
        _ = press([.character("l"), .left, .character("h")], &model)
        #expect(Screens.cursorID(model) == "1")
        model.pane = .groups
        _ = press([.right], &model)
        #expect(model.flash?.text.contains("scroll columns") == true)
    }

    @Test func nothingIsRestartedWhileSomethingIsAway() {
        var down = brokers { snapshot in
            for index in snapshot.brokers.indices where snapshot.brokers[index].id == 2 {
                snapshot.brokers[index].state = .fenced
            }
        }
        _ = press([.character("B")], &down)
        #expect(has("Broker 2 is not up: one more away would hurt.", down))
        #expect(press([.enter], &down).isEmpty)
        var lacking = brokers { $0.topics[0].partitions[0].isr.removeLast() }
        _ = press([.character("B")], &lacking)
        #expect(has("1 partition lacks replicas in sync: wait until none does.", lacking))
    }

    @Test func aBrokerIsRemovedWhenItHoldsNothing() {
        var model = brokers { $0.brokers.append(BrokerSnapshot(id: 4, host: "h", port: 4, state: .up)) }
        model.list.cursorID = "3"
        _ = press([.character("D")], &model)
        #expect(has("It holds 121 replicas: W moves them off first.", model))
        _ = press([.escape], &model)
        model.list.cursorID = "4"
        let sent = press([.character("D")] + "remove 4".map { .character($0) } + [.enter], &model)
        #expect(sent == [.change(.removeBroker(4), command: "klamm cluster remove-broker 4")])
    }

    @Test(arguments: "DB") func readOnlyClustersStayAsTheyAre(_ key: Character) {
        var model = brokers()
        model.cluster.readOnlyReason = "a setting"
        #expect(press([.character(key)], &model).isEmpty)
        #expect(has("Not done", model) && has("would send", model))
        #expect(model.flash?.text == "read-only: nothing was sent")
    }

    /// One that was removed has no row any more, though its process is away as if it was down.
    @Test func aBrokerThatWasRemovedIsForgotten() {
        func status(_ ids: [BrokerID]) -> ClusterStatus {
            ClusterStatus(
                directory: "d", clusterID: "c", bootstrapServers: "",
                brokers: ids.map { id in
                    ClusterStatus.Broker(
                        id: id, host: "h", port: 1, isVoter: true, state: .running, pid: 1, uptime: 1, residentBytes: 1,
                        bytesOut: nil, ending: nil, dataDirectory: "", logFile: "", configFile: "")
                })
        }
        func seen(_ ids: [BrokerID]) -> [BrokerMemory.Seen] {
            ids.map { BrokerMemory.Seen(id: $0, host: "h", port: 1, rack: nil, isFenced: false) }
        }
        var memory = BrokerMemory()
        memory.take(status([1, 2]), leaders: [:], now: 0)
        memory.take(seen([1, 2]), leaders: [:], isBundled: true, now: 0)
        memory.take(status([1]), leaders: [:], now: 1)
        #expect(memory.snapshots.map(\.id) == [1, 2], "the cluster still tells of it")
        memory.take(seen([1]), leaders: [:], isBundled: true, now: 2)
        memory.take(status([1]), leaders: [:], now: 2)
        #expect(memory.snapshots.map(\.id) == [1])
    }

    @Test func whoEndedABrokerIsTold() {
        var memory = BrokerMemory()
        func take(_ state: ClusterStatus.State, _ ending: String?, now: Timestamp) {
            let broker = ClusterStatus.Broker(
                id: 1, host: "h", port: 1, isVoter: true, state: state, pid: state == .stopped ? nil : 7, uptime: 1,
                residentBytes: 1, bytesOut: nil, ending: ending, dataDirectory: "", logFile: "", configFile: "")
            memory.take(
                ClusterStatus(directory: "d", clusterID: "c", bootstrapServers: "", brokers: [broker]), leaders: [:],
                now: now)
        }
        take(.running, nil, now: 0)
        take(.stopped, "killed by klamm", now: 1)
        #expect(memory.snapshots.first?.cause == "killed by klamm")
        take(.running, nil, now: 2)
        take(.stopped, nil, now: 3)
        #expect(memory.snapshots.first?.cause == "its process has ended")
        take(.running, nil, now: 4)
        memory.note("exited, signal 9, asked here", about: 1)
        take(.stopped, "killed by klamm", now: 5)
        #expect(memory.snapshots.first?.cause == "exited, signal 9, asked here")
    }
}
