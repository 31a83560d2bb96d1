import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// What the logs of bundled brokers tell, and what the first screen makes of it.
@Suite struct BrokerLogTests {
    private let start = [
        "[2026-11-27 23:59:59,263] INFO [broker 3] listening on 127.0.0.1:9094, advertised as 127.0.0.1:9094",
        "[2026-11-27 23:59:59,264] INFO [broker 3] quorum: epoch 0, leader none",
        "[2026-11-27 23:59:59,292] INFO [broker 3] quorum: epoch 1, leader none",
        "[2026-11-28 00:00:00,122] INFO [broker 3] quorum: epoch 1, leader 3",
        "[2026-11-28 00:00:00,161] INFO [broker 3] registered with epoch 8",
        "[2026-11-28 00:00:00,198] INFO [broker 3] unfenced: running",
    ]

    @Test func theStepIsTheLastOneTheLogTells() {
        let steps: [BrokerLog.Step] = [
            .begins, .listens, .listens, .listens, .followsQuorum(leader: 3, epoch: 1), .registered, .ready,
        ]
        for (count, step) in steps.enumerated() { #expect(BrokerLog.step(start.prefix(count)) == step, "\(count)") }
        #expect(BrokerLog.leader(in: start.prefix(3)) == nil)
        #expect(BrokerLog.leader(in: start).map { [Int($0.leader), Int($0.epoch)] } == [3, 1])
    }

    @Test func anElectionLastsFromNoLeaderToTheNextOne() {
        let later = [
            "[2026-11-28 00:10:10,100] INFO [broker 3] quorum: epoch 2, leader none",
            "[2026-11-28 00:10:10,700] INFO [broker 3] quorum: epoch 3, leader none",
            "[2026-11-28 00:10:10,720] INFO [broker 3] quorum: epoch 3, leader 3",
        ]
        let log = (start + later).joined(separator: "\n")
        #expect(BrokerLog.election(in: log, epoch: 1) == 858)
        #expect(BrokerLog.election(in: log, epoch: 3) == 620)
        #expect(BrokerLog.election(in: log, epoch: 4) == nil)
        #expect(BrokerLog.election(in: start[3], epoch: 1) == nil)
    }

    private func screen(_ brokers: [StartProgress.Broker], width: Int) -> [String] {
        var model = Fixture.model(Fixture.healthy(), .overview, width: width, height: 24)
        model.latest = nil
        model.connection = .starting(
            StartProgress(
                since: model.now - 7_300, brokers: brokers, quorum: "no leader yet, 1 of 3 voters are there",
                done: ["cluster directory /tmp/klamm"], now: "brokers read their logs", next: "the dashboard opens"))
        return View.view(model).lines
    }

    @Test func aLongStepShowsTheLastLineOfTheLogAndFitsANarrowScreen() {
        let lines = screen(
            [
                StartProgress.Broker(
                    id: 1, address: "127.0.0.1:19092", pid: 2_104_241, state: "starting", step: "waits to be unfenced",
                    milliseconds: 7_100, inStep: 6_000, lastLine: "recovering orders-11 from offset 1,204,551"),
                StartProgress.Broker(
                    id: 2, address: "127.0.0.1:19093", state: "ended", step: "its process has ended",
                    milliseconds: 900, failed: true, lastLine: "Address already in use"),
                StartProgress.Broker(
                    id: 3, address: "127.0.0.1:19094", pid: 2_104_243, state: "up", step: "ready for clients",
                    milliseconds: 900),
            ], width: 80)
        let text = lines.joined(separator: "\n")
        #expect(text.contains("STEP") && text.contains("TIME"))
        #expect(lines.contains { $0.contains("waits to be unfenced") && $0.contains("7.1 s") })
        #expect(text.contains("recovering orders-11 from offset 1,204,551"))
        #expect(text.contains("Address already in use"))
        #expect(text.contains("U start again"))
        #expect(text.contains("looking around now."))
    }

    @Test func whatCannotBeStartedIsStartedAgainByU() {
        var model = Fixture.model(Fixture.healthy(), .overview)
        model.latest = nil
        model.connection = .unreachable(
            [BootstrapTry(address: "bundled", tries: 1, error: "port 9093 is taken", nextTryAt: model.now)],
            since: model.now)
        #expect(Update.update(&model, .key(.character("U"))) == [.startAgain])
        model.cluster.isBundled = false
        #expect(Update.update(&model, .key(.character("U"))) == [])
    }
}
