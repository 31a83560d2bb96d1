import ClusterInsight
import Foundation
import KafkaProtocol
import Properties
import TestSupport
import Testing

@testable import Dashboard

/// Alerts: how they are written, when they are raised, what they do.
@Suite struct AlertTests {
    private func settings(_ text: String) throws -> Settings {
        Settings(try Properties(parsing: text, file: "klamm.properties"))
    }

    // MARK: settings

    @Test func alertsAreReadFromTheSettings() throws {
        let settings = try settings(
            """
            alert.lag.when = lag(billing) > 10k
            alert.lag.do = bell
            alert.lag.run = notify "$KLAMM_TEXT"
            alert.lag.for = 1 min
            alert.lag.every = 300 s
            alert.gone.when = event OFFLINE, min ISR
            alert.full.when = disk > 85 %
            alert.bad.when = check critical
            """)
        #expect(settings.warnings.isEmpty, "\(settings.warnings)")
        #expect(settings.alerts.map(\.name) == ["lag", "gone", "full", "bad"])
        let lag = settings.alerts[0]
        var limits = HealthLimits()
        limits.lagOfGroups["billing"] = 10_000
        #expect(lag.rule == .finding(check: "lag", limits) && lag.text == "lag(billing) > 10k")
        #expect(!lag.flashes && lag.rings && lag.command == #"notify "$KLAMM_TEXT""#)
        #expect(lag.holds == 60_000 && lag.every == 300_000)
        #expect(settings.alerts[1].rule == .events([.offline, .minISR]) && settings.alerts[1].flashes)
        limits = HealthLimits()
        limits.usedPercent = 85
        #expect(settings.alerts[2].rule == .finding(check: "disks", limits))
        #expect(settings.alerts[3].rule == .any(.critical))
    }

    @Test(arguments: [
        ("offline", "is not like offline > 0"), ("offline > 3", "compared with 0"), ("lagg > 3", "none of offline"),
        ("urp(x) > 3", "none of offline"), ("lag() > 3", "none of offline"), ("lag > many", "is not like"),
        ("lag > 1e300", "is not like"), ("event", "wants kinds"), ("event nonsense", "no kind of event `nonsense`"),
        ("check ok", "check warning or check critical"), ("lag > -3", "is not like"),
    ])
    func aRuleThatCannotBeReadSaysWhatCan(_ text: String, _ said: String) throws {
        let settings = try settings("\nalert.x.when = \(text)")
        #expect(settings.alerts.isEmpty)
        #expect(settings.warnings.count == 1 && settings.warnings[0].line == 2)
        #expect(settings.warnings[0].reason.contains(said), "\(settings.warnings[0].reason)")
    }

    @Test func whatIsMissingOrTooMuchIsSaid() throws {
        let warnings = try settings(
            """
            alert.x.do = bell, horn
            alert.y.run = true
            alert.z = offline > 0
            alert.q.when = offline > 0
            alert.q.every = 1 s
            alert.q.until = 1 s
            """
        ).warnings.map(\.reason)
        #expect(warnings.count == 5)
        #expect(warnings[0].contains("`horn` is neither flash nor bell"))
        #expect(warnings[1].contains("`alert.y.when` is missing"))
        #expect(warnings[2].contains("is not like alert.NAME.when"))
        #expect(warnings[3].contains("no time from \(DashboardLimits.alertPause / 1_000) s"))
        #expect(warnings[4].contains("an alert has when, do, run, for and every"))
        let many = (0...DashboardLimits.alerts).map { "alert.a\($0).when = offline > 0" }.joined(separator: "\n")
        let settings = try settings(many)
        #expect(settings.alerts.count == DashboardLimits.alerts)
        #expect(settings.warnings.map(\.reason).contains { $0.contains("more than \(DashboardLimits.alerts) alerts") })
    }

    // MARK: raising

    private func model(_ lines: String) throws -> Model {
        var model = Fixture.model(Fixture.healthy(), .overview)
        model.alerts = AlertWatch(try settings(lines).alerts)
        return model
    }

    private func hooks(_ commands: [Dashboard.Command]) -> [Hook] {
        commands.compactMap { if case .runHook(let hook) = $0 { hook } else { nil } }
    }

    private func report(_ story: Story, after milliseconds: Int64) -> ClusterReport {
        var snapshot = story.report.snapshot
        snapshot.at = Fixture.healthyAt + milliseconds
        return ClusterReport(snapshot, figures: story.report.figures)
    }

    @Test func anAlertIsRaisedOnceAndThenIsOver() throws {
        var model = try model(
            """
            alert.down.when = offline > 0
            alert.down.do = flash, bell
            alert.down.run = page me
            """)
        #expect(hooks(Update.update(&model, .report(Fixture.healthy(), EventLog()))).isEmpty)
        let commands = Update.update(&model, .report(report(Story.killed, after: 1_000), EventLog()))
        let hook = try #require(hooks(commands).first)
        #expect(commands.contains(.bell) && hook.command == "page me" && hook.name == "down")
        let facts = Dictionary(uniqueKeysWithValues: hook.facts.map { ($0.name, $0.value) })
        #expect(facts["KLAMM_TEXT"] == "offline partitions: dead-letters-0")
        #expect(facts["KLAMM_LEVEL"] == "critical" && facts["KLAMM_WHEN"] == "offline > 0")
        #expect(facts["KLAMM_CLUSTER"] == "bundled" && facts["KLAMM_AT_MS"] == "\(Fixture.healthyAt + 1_000)")
        #expect(model.flash?.text == "alert down: offline partitions: dead-letters-0" && model.flash?.weight == .error)
        let again = Update.update(&model, .report(report(Story.killed, after: 2_000), EventLog()))
        #expect(hooks(again).isEmpty && !again.contains(.bell))
        model.flash = nil
        _ = Update.update(&model, .report(report(Story.healthy, after: 3_000), EventLog()))
        #expect(model.flash?.text == "alert down is over")
        let soon = Update.update(&model, .report(report(Story.killed, after: 4_000), EventLog()))
        #expect(hooks(soon).isEmpty, "no more often than once a minute")
        let later = Update.update(&model, .report(report(Story.killed, after: 61_000), EventLog()))
        #expect(hooks(later).count == 1, "it still holds when it may be heard of again")
    }

    @Test func aRuleHasToHoldAsLongAsIsAsked() throws {
        var model = try model(
            """
            alert.down.when = check critical
            alert.down.for = 5 s
            alert.down.run = x
            """)
        for (after, story, raised) in [
            (Int64(1_000), Story.killed, false), (3_000, .healthy, false), (4_000, .killed, false),
            (8_900, .killed, false), (9_000, .killed, true), (10_000, .killed, false),
        ] {
            let commands = Update.update(&model, .report(report(story, after: after), EventLog()))
            #expect(hooks(commands).isEmpty != raised, "\(after)")
        }
    }

    /// What was not asked for yet is missing, which is no news.
    @Test func nothingIsRaisedBeforeAllWasAskedForOnce() throws {
        var model = try model("alert.any.when = check warning\nalert.any.run = x")
        var snapshot = Fixture.snapshot(at: Fixture.healthyAt)
        snapshot.sources = [SourceSnapshot(.metadata, answeredAt: snapshot.at), SourceSnapshot(.groups)]
        let early = ClusterReport(snapshot, figures: ClusterFigures())
        #expect(hooks(Update.update(&model, .report(early, EventLog()))).isEmpty)
        snapshot.sources[1].failure = "no answer from 1 in 2 s"
        let late = ClusterReport(snapshot, figures: ClusterFigures())
        let hook = hooks(Update.update(&model, .report(late, EventLog()))).first
        #expect(hook?.facts.first { $0.name == "KLAMM_TEXT" }?.value == "groups: no answer from 1 in 2 s")
    }

    @Test func eventsRaiseAnAlertAndThoseTooSoonAreCounted() throws {
        var model = try model("alert.e.when = event OFFLINE, unclean\nalert.e.run = x\nalert.e.every = 10 s")
        var events = EventLog()
        func add(_ kind: ClusterEvent.Kind, _ text: String, weight: ClusterEvent.Weight = .normal) {
            events.append(ClusterEvent(at: model.now, kind: kind, text: text, weight: weight))
        }
        func texts(after milliseconds: Int64) -> [String] {
            hooks(Update.update(&model, .report(report(Story.healthy, after: milliseconds), events)))
                .flatMap { $0.facts.filter { $0.name == "KLAMM_TEXT" }.map(\.value) }
        }
        add(.group, "billing empty")
        #expect(texts(after: 1_000) == [])
        add(.offline, "a-0", weight: .bad)
        add(.unclean, "b-1")
        #expect(texts(after: 2_000) == ["unclean: b-1 and 1 more"])
        add(.offline, "c-0")
        #expect(texts(after: 3_000) == [])
        #expect(texts(after: 13_000) == [], "an event is told of once")
        add(.offline, "d-0")
        #expect(texts(after: 14_000) == ["OFFLINE: d-0; 1 more since the last time"])
    }

    @Test func aCommandThatFailsIsSaidOnce() throws {
        var model = try model("")
        _ = Update.update(&model, .hookFailed(alert: "x", "its command ended with 3"))
        #expect(model.flash?.text == "alert x: its command ended with 3")
        model.flash = nil
        _ = Update.update(&model, .hookFailed(alert: "x", "its command ended with 3"))
        #expect(model.flash == nil)
    }

    // MARK: commands

    private func inFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hooks-\(Foundation.UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test func aCommandHasTheFactsInItsEnvironmentAndNothingOfThemIsRun() async throws {
        try await inFolder { folder in
            let nasty = #"it's "$(touch \#(folder)/evil)" `x` \ ; ü"#
            let hook = Hook(
                name: "a", command: #"printf '%s|%s|%s' "$KLAMM_TEXT" "$KLAMM_ALERT" "$#" > \#(folder)/out"#,
                facts: [Hook.Fact("KLAMM_ALERT", "a"), Hook.Fact("KLAMM_TEXT", nasty)])
            #expect(await HookRunner().run(hook) == nil)
            let written = try String(contentsOfFile: folder + "/out", encoding: .utf8)
            #expect(written == "\(nasty)|a|0")
            #expect(!FileManager.default.fileExists(atPath: folder + "/evil"))
        }
    }

    @Test func whatFailsOrHangsIsToldAndWaitedForByNobody() async throws {
        let runner = HookRunner(limit: .seconds(1))
        #expect(await runner.run(Hook(name: "a", command: "exit 3", facts: [])) == "its command ended with 3")
        #expect(
            await runner.run(Hook(name: "a", command: "kill -9 $$", facts: [])) == "its command ended by signal 9")
        #expect(await runner.run(Hook(name: "a", command: "no-such-command", facts: []))?.contains("127") == true)
        try await inFolder { folder in
            let hangs = Hook(name: "h", command: "sleep 600 & echo $! > \(folder)/pid; wait", facts: [])
            #expect(await runner.run(hangs) == "its command did not end in 1 s and was killed")
            let pid = try String(contentsOfFile: folder + "/pid", encoding: .utf8).filter(\.isNumber)
            try await poll("what it started is gone too") {
                FileManager.default.fileExists(atPath: "/proc/\(pid)/stat") ? nil : true
            }
        }
    }

    @Test func onlySoManyCommandsRunAtATime() async throws {
        try await inFolder { folder in
            let runner = HookRunner()
            func hook(_ name: String) -> Hook {
                Hook(
                    name: name, command: "touch \(folder)/\(name); while [ ! -e \(folder)/go ]; do sleep 0.05; done",
                    facts: [])
            }
            let started = (0..<DashboardLimits.hooks).map { number in Task { await runner.run(hook("h\(number)")) } }
            try await poll("all of them run") {
                let there = (0..<DashboardLimits.hooks).allSatisfy {
                    FileManager.default.fileExists(atPath: "\(folder)/h\($0)")
                }
                return there ? true : nil
            }
            #expect(await runner.run(hook("h0")) == "its command of before still runs")
            #expect(await runner.run(hook("more")) == "\(DashboardLimits.hooks) other commands still run")
            try "".write(toFile: folder + "/go", atomically: false, encoding: .utf8)
            for task in started { #expect(await task.value == nil) }
        }
    }
}
