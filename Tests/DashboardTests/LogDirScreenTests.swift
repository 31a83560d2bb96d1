import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// A broker's log dirs, and moving replicas between them. The frames are not drawn in the design: they are held as they
/// were found right.
@Suite struct LogDirScreenTests {
    private static let mib = Int64(1_048_576)

    /// Three dirs, the last of which has failed; one replica moves and has `copied` MiB of 64.
    private static func picture(copied: Int64? = 16, _ edit: (inout LogDirsPicture) -> Void = { _ in })
        -> LogDirsPicture
    {
        let (a, b) = ("/disk-1/kafka", "/disk-2/kafka")
        var replicas = (0..<4).map {
            LogDirsPicture.Replica(TopicPartition("orders", $0), dir: $0 < 2 ? a : b, bytes: 64 * mib)
        }
        replicas.append(LogDirsPicture.Replica(TopicPartition("payments", 0), dir: b, bytes: 9 * mib))
        replicas[1].copy = copied.map { LogDirsPicture.Copy(dir: b, bytes: $0 * mib) }
        var dirs = [a, b].map { LogDirSnapshot(path: $0, bytes: 0, logs: 0, free: 20 << 30, total: 100 << 30) }
        for index in dirs.indices {
            let here = replicas.filter { $0.dir == dirs[index].path }
            dirs[index].logs = here.count
            dirs[index].bytes = here.reduce(0) { $0 + $1.bytes }
        }
        dirs.append(LogDirSnapshot(path: "/disk-3/kafka", bytes: 0, logs: 0, error: "KAFKA_STORAGE_ERROR"))
        var picture = LogDirsPicture(broker: 1, dirs: dirs, replicas: replicas)
        edit(&picture)
        return picture
    }

    private func model(_ picture: LogDirsPicture = picture(), width: Int = 120, height: Int = 34) -> Model {
        var model = Fixture.model(Fixture.healthy(), .broker(1, .configs), width: width, height: height)
        _ = Update.update(&model, .key(.tab))
        tell(picture, &model)
        return model
    }

    private func tell(_ picture: LogDirsPicture, _ model: inout Model) {
        _ = Update.update(&model, .logDirs(picture.broker, .success(picture)))
    }

    private func press(_ key: Key, _ model: inout Model) -> [Command] { Update.update(&model, .key(key)) }

    private func text(_ model: Model) -> String { View.view(model).lines.joined(separator: "\n") }

    private func plan(_ model: Model) throws -> PlanPopup {
        guard case .plan(let plan)? = model.popup else { throw Failure("no plan: \(text(model))") }
        return plan
    }

    @Test func replicasAndTheirMoves() throws {
        for (name, width, height) in [("2.7", 120, 34), ("2.7-80x24", 80, 24)] {
            var model = model(Self.picture(copied: 0), width: width, height: height)
            model.now += 4_000
            tell(Self.picture(copied: 16), &model)
            model.list.cursorID = "orders/1"
            try Golden.hold(model, as: name)
        }
    }

    @Test func theyAreReadWhileSomebodyLooks() {
        var model = Fixture.model(Fixture.healthy(), .broker(1, .configs))
        #expect(press(.tab, &model) == [.fetchLogDirs(1)])
        #expect(text(model).contains("reading"))
        let report = Fixture.healthy()
        #expect(Update.update(&model, .report(report, model.latestEvents)).isEmpty)
        model.now += LogDirActions.interval
        #expect(Update.update(&model, .report(report, model.latestEvents)) == [.fetchLogDirs(1)])
        tell(Self.picture { $0.broker = 2 }, &model)
        #expect(model.logDirs == nil, "an answer about another broker comes late")
        _ = Update.update(&model, .logDirs(1, .failure(Failure("DescribeLogDirs: connection refused"))))
        #expect(text(model).contains("DescribeLogDirs: connection refused"))
        tell(Self.picture(), &model)
        #expect(text(model).contains("orders"))
        model.now += 10_000
        _ = Update.update(&model, .logDirs(1, .failure(Failure("DescribeLogDirs: connection refused"))))
        #expect(text(model).contains("as of 10s ago: DescribeLogDirs: connection refused"))
        _ = press(.tab, &model)
        model.now += LogDirActions.interval
        #expect(Update.update(&model, .report(report, model.latestEvents)).isEmpty)
    }

    @Test func aReplicaIsMovedToTheOtherDir() throws {
        var model = model()
        model.list.cursorID = "orders/0"
        #expect(press(.character("M"), &model).isEmpty)
        let plan = try plan(model)
        let command = "klamm logdirs move orders/0 --broker 1 --to /disk-2/kafka"
        let shown = text(model)
        #expect(shown.contains("/disk-1/kafka → /disk-2/kafka   64 MiB") && shown.contains(command))
        #expect(shown.contains("20 GiB"))
        let change = Change.moveReplicas([TopicPartition("orders", 0): "/disk-2/kafka"], on: 1)
        #expect(plan.change == change && change.summary == "move orders/0 on broker 1 to /disk-2/kafka")
        #expect(press(.character("y"), &model) == [.change(change, command: command)])
        #expect(
            Update.update(&model, .changed(change, [ChangeItem("orders/0")], took: 1, journal: 1))
                == [.refresh, .fetchLogDirs(1)])
    }

    /// With replicas of both dirs there are two ways to go; those that are there already are left out.
    @Test func markedReplicasAskWhereTo() throws {
        var model = model(Self.picture(copied: nil))
        model.list.marks = ["orders/0", "orders/3"]
        _ = press(.character("M"), &model)
        guard case .form? = model.popup else { throw Failure("no form: \(text(model))") }
        #expect(text(model).contains("(•) /disk-1/kafka"), "the one with the fewest bytes")
        _ = press(.down, &model)
        _ = press(.enter, &model)
        #expect(
            try plan(model).change == .moveReplicas([TopicPartition("orders", 0): "/disk-2/kafka"], on: 1))
    }

    @Test func aMoveIsGivenUpByGoingBack() throws {
        var model = model()
        model.list.cursorID = "orders/1"
        _ = press(.character("M"), &model)
        #expect(try plan(model).change == .moveReplicas([TopicPartition("orders", 1): "/disk-1/kafka"], on: 1))
        #expect(text(model).contains("gives up the move to /disk-2/kafka"))
    }

    @Test func whatDoesNotFitIsRefused() throws {
        var model = model(Self.picture { $0.dirs[1].free = 63 * Self.mib })
        model.list.cursorID = "orders/0"
        _ = press(.character("M"), &model)
        #expect(
            try plan(model).question == .refused("Not possible: there is no room for 64 MiB in /disk-2/kafka."))
    }

    @Test func oneDirIsNoChoice() {
        var model = model(
            Self.picture(copied: nil) {
                $0.dirs = [$0.dirs[0], $0.dirs[2]]
                $0.replicas = Array($0.replicas.prefix(2))
            })
        _ = press(.character("M"), &model)
        #expect(model.popup == nil && model.flash?.text == "M: broker 1 has no other log dir")
    }

    @Test func theEndOfAMoveIsSaid() {
        var model = model()
        tell(
            Self.picture(copied: nil) { $0.replicas[1].dir = "/disk-2/kafka" }, &model)
        #expect(model.flash?.text == "moved to /disk-2/kafka: orders/1")
        var other = self.model()
        tell(Self.picture(copied: nil), &other)
        #expect(other.flash?.text == "the move was given up: orders/1")
    }

    @Test func onlyMovingReplicasAreShown() {
        var model = model()
        _ = press(.character("!"), &model)
        #expect(LogDirsScreen.list(1, model).ids == ["orders/1"])
    }

    /// What has been moved since is left out of what `V` sends, as far as the broker tells now.
    @Test func undoReadsTheLogDirsFirst() throws {
        var model = Fixture.model(Fixture.healthy(), .journal)
        let (mine, theirs) = (TopicPartition("orders", 2), TopicPartition("orders", 0))
        var entry = JournalEntry(
            number: 4, at: model.now, cluster: "bundled", change: "a move", result: "ok", undo: "yes: back",
            items: [
                ChangeItem("orders/2", detail: "/disk-1/kafka → /disk-2/kafka"),
                ChangeItem("orders/0", detail: "/disk-1/kafka → /disk-2/kafka"),
            ])
        entry.undoChange = .moveReplicas([mine: "/disk-1/kafka", theirs: "/disk-1/kafka"], on: 1)
        model.journal = [entry]
        #expect(press(.character("V"), &model) == [.fetchLogDirs(1)])
        tell(Self.picture(), &model)
        #expect(try plan(model).change == .moveReplicas([mine: "/disk-1/kafka"], on: 1))
        #expect(text(model).contains("is so already: left out"))
        model.popup = nil
        _ = press(.character("V"), &model)
        _ = Update.update(&model, .logDirs(1, .failure(Failure("DescribeLogDirs: connection refused"))))
        #expect(model.popup == nil && model.flash?.text == "DescribeLogDirs: connection refused")
        tell(Self.picture(), &model)
        #expect(model.popup == nil, "nothing waits any more")
    }
}
