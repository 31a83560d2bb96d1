import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Frames against the drawn screens, row by row: Overview, Brokers, Topics, Partitions, Quorum, states.
@Suite struct GoldenTests {
    static let offlineFlash = "dead-letters/0 has no leader"

    private func check(_ model: Model, _ name: String) throws {
        try Golden.expect(View.view(model), as: name)
    }

    // MARK: 1 Overview

    @Test func overview() throws {
        try check(Story.healthy.model(.overview), "1.1")
        try check(Story.healthy.model(.overview, width: 80, height: 24), "1.3")
    }

    @Test func overviewWithABrokerKilled() throws {
        for (name, width, height) in [
            ("1.2", 120, 34), ("1.4", 80, 24), ("1.2-200x60", 200, 60), ("1.2-40x10", 40, 10),
        ] {
            var model = Story.killed.model(.overview, width: width, height: height)
            model.say(Self.offlineFlash, .error, at: Story.movedAt)
            try check(model, name)
        }
    }

    // MARK: 2 Brokers

    @Test func brokers() throws {
        for (name, width, height) in [
            ("2.1", 120, 34), ("2.2", 80, 24), ("2.1-200x60", 200, 60), ("2.1-40x10", 40, 10),
        ] {
            var model = Story.killedAgain.model(.brokers, width: width, height: height)
            model.list.cursorID = "2"
            model.say("broker 4 paused", .warn, at: Fixture.at(12, 31, 33))
            try check(model, name)
        }
    }

    @Test func brokerPartitions() throws {
        for (name, width, height) in [("2.3", 120, 34), ("2.3-80x24", 80, 24)] {
            var model = Story.killedAgain.model(.broker(3, .partitions), width: width, height: height)
            model.configs[.broker(3)] = Reading(Configs.broker, at: model.now)
            try check(model, name)
        }
    }

    @Test func brokerConfigs() throws {
        var model = Story.moving.model(.broker(3, .configs))
        model.configs[.broker(3)] = Reading(Configs.broker, at: model.now)
        try check(model, "2.4")
    }

    @Test func brokerLog() throws {
        var model = Story.killedAgain.model(.broker(3, .log))
        model.configs[.broker(3)] = Reading(Configs.broker, at: model.now)
        _ = Update.update(&model, .brokerLog(3, Configs.log))
        try check(model, "2.5")
    }

    // MARK: 3 Topics

    /// 3.2 differs from the drawing in the width of URP, which has to hold `12 off` there.
    @Test func topics() throws {
        for (name, width, height) in [
            ("3.1", 120, 34), ("3.2", 80, 24), ("3.1-200x60", 200, 60), ("3.1-40x10", 40, 10),
        ] {
            var model = Story.healthy.model(.topics, width: width, height: height)
            model.list.filter = "lag>0"
            model.list.marks = ["payments", "orders-retry"]
            model.list.sort = TableSort(column: "lag", descending: true)
            model.list.cursorID = "orders"
            model.say("2 topics marked: payments, orders-retry")
            try check(model, name)
        }
    }

    @Test func topicPartitions() throws {
        for (name, width, height) in [("3.3", 120, 34), ("3.3-80x24", 80, 24), ("3.3-200x60", 200, 60)] {
            var model = Story.catchingUp.model(.topic("post-events", .partitions), width: width, height: height)
            model.list.cursorID = "post-events/1"
            model.say("post-events/2 is back to full ISR", .warn, at: model.now)
            try check(model, name)
        }
    }

    @Test func topicMap() throws {
        for (name, width, height) in [("3.4", 120, 34), ("3.4-80x24", 80, 24)] {
            var model = Story.catchingUp.model(.topic("post-events", .map), width: width, height: height)
            model.list.cursorID = "post-events/1"
            try check(model, name)
        }
    }

    @Test func topicGroups() throws {
        var snapshot = Story.healthy.report.snapshot
        for fact in Fixture.groups { snapshot.edit(group: fact.name) { $0.committed = Fixture.committed(fact) } }
        var rates = Fixture.healthyRates
        rates.groupsReadInFull = true
        let story = Story(report: Fixture.report(snapshot, rates), events: Story.morning)
        try check(story.model(.topic("post-events", .groups)), "3.5")
    }

    @Test func topicConfig() throws {
        var model = Story.healthy.model(.topic("user-profiles", .config))
        model.configs[.topic("user-profiles")] = Reading(Configs.topic, at: model.now)
        model.journal = Configs.journal
        model.list.cursorID = "segment.ms"
        try check(model, "3.6")
    }

    // MARK: 4 Partitions, 9 Quorum

    @Test func partitionsWithAProblem() throws {
        for (name, width, height) in [
            ("4.1", 120, 34), ("4.1-80x24", 80, 24), ("4.1-200x60", 200, 60), ("4.1-40x10", 40, 10),
        ] {
            var model = Story.killed.model(.partitions, width: width, height: height)
            model.list.problemsOnly = true
            model.say(Self.offlineFlash, .error, at: Story.movedAt)
            try check(model, name)
        }
    }

    @Test func quorum() throws {
        try check(Story.moving.model(.quorum), "9.1")
        try check(Story.moving.model(.quorum, width: 80, height: 24), "9.1-80x24")
        try check(Story.moving.model(.quorum, width: 40, height: 10), "9.1-40x10")
    }

    // MARK: 13 States

    @Test func tooSmall() throws { try check(Story.healthy.model(.topics, width: 36, height: 8), "13.1") }

    @Test func firstStart() throws {
        var model = Story.healthy.model(.overview)
        model.latest = nil
        let since = model.now - 1_300
        model.connection = .starting(
            StartProgress(
                since: since,
                brokers: [
                    StartProgress.Broker(
                        id: 1, address: "127.0.0.1:9092", pid: 4_241, state: "up", step: "ready for clients",
                        milliseconds: 900),
                    StartProgress.Broker(
                        id: 2, address: "127.0.0.1:9093", pid: 4_242, state: "starting",
                        step: "waiting for the controller to unfence it", milliseconds: 1_100),
                    StartProgress.Broker(
                        id: 3, address: "127.0.0.1:9094", pid: 4_243, state: "starting",
                        step: "reading 42 logs: 31 done", milliseconds: 1_200),
                ], quorum: "leader 1, epoch 1, 2 of 3 voters",
                done: [
                    "cluster directory ~/.local/share/klamm/bundled", "ports 9092 9093 9094 free",
                    "quorum leader elected in 0.4 s",
                ],
                now: "brokers register", next: "create 11 topics and demo data"))
        try check(model, "13.2")
    }

    @Test func nobodyAnswers() throws {
        var model = Story.healthy.model(.overview)
        model.latest = nil
        model.now = Fixture.at(12, 10, 54)
        model.cluster = ClusterInfo(name: "staging", isBundled: false, origin: "kafka-1.staging:9092,…")
        model.connection = .unreachable(
            [
                BootstrapTry(
                    address: "kafka-1.staging:9092", tries: 6, error: "connection refused",
                    nextTryAt: model.now + 4_000),
                BootstrapTry(
                    address: "kafka-2.staging:9092", tries: 6, error: "name not found: kafka-2.staging",
                    nextTryAt: model.now + 4_000),
                BootstrapTry(
                    address: "kafka-3.staging:9092", tries: 5,
                    error: "port speaks TLS, security.protocol is PLAINTEXT", nextTryAt: model.now + 6_000),
            ], since: Fixture.at(12, 10, 31))
        model.say("kafka-3.staging:9092: TLS expected", .warn, at: Fixture.at(12, 10, 53))
        try check(model, "13.3")
    }

    @Test func emptyCluster() throws { try check(Story.empty.model(.topics), "13.4") }

    @Test func staleData() throws {
        for (name, width, height) in [("13.5", 120, 34), ("13.5-80x24", 80, 24)] {
            var model = Story.stale.model(.topics, width: width, height: height)
            model.list.cursorID = "notifications"
            model.say("offsets are old: no answer from brokers 1, 2, 3")
            try check(model, name)
        }
    }
}
