import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// The analysis of a topic: what is drawn, what keys do, what is kept.
@Suite struct AnalysisScreenTests {
    private static let now = Fixture.healthyAt

    /// What payments holds: more each day, a key in three the same, some without a value.
    private static let figures: AnalysisFigures = {
        var analysis = TopicAnalysis(now: now)
        func mark(_ text: String) -> PayloadMark { PayloadMark(Array(text.utf8)) }
        for number in 0..<12_000 {
            let age = Int64(number) * Int64(number) * 9
            let value = #"{"id":\#(number),"note":"\#(String(repeating: "x", count: number * number % 997))"}"#
            analysis.take(
                partition: Int32(number % 6), offset: Offset(14_600 - number / 6), timestamp: now - age,
                key: number % 40 == 3 ? nil : mark("card-\(number % 4_000)"),
                value: number % 100 == 7 ? nil : mark(value))
        }
        analysis.takeDamage(partition: 4)
        return analysis.figures
    }()

    private static func update(
        _ state: AnalysisUpdate.State, reading: Int = 1, share: Double = 1, topic: String = "payments"
    ) -> AnalysisUpdate {
        AnalysisUpdate(
            topic: topic, reading: reading, state: state, figures: figures, share: share, left: 76_010,
            rate: state == .reading ? 9_500 : nil, seconds: 12, silent: share < 1 ? [2] : [], at: now - 14_000)
    }

    private func press(_ keys: String, _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key(.character($0))) }
    }

    /// The analysis of payments, just begun.
    private func begun(width: Int = 120, height: Int = 34) -> Model {
        var model = Fixture.model(Fixture.healthy(), .topics, width: width, height: height)
        model.list.cursorID = "payments"
        #expect(press("x", &model) == [.analyse(topic: "payments", reading: 1, anew: true)])
        #expect(model.place == .analysis("payments"))
        return model
    }

    private func shown(_ update: AnalysisUpdate, width: Int = 120, height: Int = 34) -> Model {
        var model = begun(width: width, height: height)
        _ = Update.update(&model, .analysis(update))
        return model
    }

    // MARK: Drawn

    @Test func whileItIsRead() throws {
        try Golden.hold(shown(Self.update(.reading, share: 0.136)), as: "3.7")
    }

    @Test func allRead() throws {
        try Golden.hold(shown(Self.update(.done)), as: "3.8")
        try Golden.hold(shown(Self.update(.done), width: 80, height: 24), as: "3.8-80x24")
    }

    @Test func onePartition() throws {
        var model = shown(Self.update(.done))
        _ = Update.update(&model, .key(.down))
        _ = Update.update(&model, .key(.enter))
        try Golden.hold(model, as: "3.9")
    }

    @Test func allPartitionsTogether() {
        var model = shown(Self.update(.done), height: 60)
        _ = press("t", &model)
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("All partitions of payments") && text.contains("12,000   1 batch cannot be read"))
    }

    @Test func problemsAreWhatCannotBeRead() {
        var model = shown(Self.update(.done))
        _ = press("!", &model)
        #expect(AnalysisScreen.list("payments", model).ids == ["payments/4"])
    }

    @Test func aTopicWithoutMessagesIsSaid() {
        var update = Self.update(.done)
        update.figures = TopicAnalysis(now: Self.now).figures
        let text = View.view(shown(update)).lines.joined(separator: "\n")
        #expect(text.contains("payments holds no messages.") && text.contains("0 messages"))
    }

    @Test func whyItCannotBeReadIsSaid() {
        let failed = AnalysisUpdate(
            topic: "payments", reading: 1, state: .stopped, problem: "no partition of payments answers", at: Self.now)
        var model = shown(failed)
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("no partition of payments answers") && text.contains("Nothing was read. c reads"))
        #expect(press("c", &model) == [.analyse(topic: "payments", reading: 2, anew: false)])
        #expect(!View.view(model).lines.joined().contains("no partition of payments answers"))
    }

    // MARK: Keys

    @Test func itStopsAndGoesOn() {
        var model = shown(Self.update(.reading, share: 0.136))
        #expect(Update.update(&model, .key(.escape)) == [.stopAnalysis])
        #expect(model.place == .analysis("payments"))
        #expect(View.view(model).lines[2].contains("stopped at 13 %"))
        // What was under way comes later, and does not make it run again.
        _ = Update.update(&model, .analysis(Self.update(.reading, share: 0.2)))
        #expect(model.analyses["payments"]?.state == .stopped && model.analyses["payments"]?.share == 0.2)
        #expect(press("c", &model) == [.analyse(topic: "payments", reading: 2, anew: false)])
        #expect(model.analyses["payments"]?.share == 0.2, "what was found stays")
        // Neither does its end stop the reading that came after it.
        _ = Update.update(&model, .analysis(Self.update(.stopped, share: 0.3)))
        #expect(model.analyses["payments"]?.state == .reading)
        _ = Update.update(&model, .analysis(Self.update(.done, reading: 2)))
        #expect(model.analyses["payments"]?.state == .done && press("c", &model).isEmpty)
        #expect(press("n", &model) == [.analyse(topic: "payments", reading: 3, anew: true)])
        #expect(model.analyses["payments"]?.figures == AnalysisFigures())
    }

    /// It is read beside everything else, and kept for whoever comes back.
    @Test func leavingDoesNotStopIt() {
        var model = shown(Self.update(.reading, share: 0.136))
        #expect(press("1", &model).isEmpty)
        _ = Update.update(&model, .analysis(Self.update(.done)))
        #expect(model.flash?.text == "payments is analysed: 12.0k messages")
        #expect(Navigation.go(.analysis("payments"), &model).isEmpty)
        #expect(model.analyses["payments"]?.state == .done)
        #expect(Update.update(&model, .key(.escape)).isEmpty)
        #expect(model.place == .topic("payments", .partitions))
    }

    @Test func oneTopicIsReadAtATime() {
        var model = shown(Self.update(.reading, share: 0.136))
        #expect(
            Navigation.go(.analysis("orders"), &model) == [.analyse(topic: "orders", reading: 2, anew: true)])
        #expect(model.analyses.reading == "orders" && model.analyses["payments"]?.state == .stopped)
        #expect(model.flash?.text == "payments is not read on meanwhile")
        _ = Update.update(&model, .analysis(Self.update(.stopped, share: 0.4)))
        #expect(model.analyses["payments"]?.share == 0.4)
    }

    @Test func aRowLeadsToItsMessages() {
        var model = shown(Self.update(.done))
        guard case .read(let request)? = press("m", &model).first else {
            Issue.record("nothing is read")
            return
        }
        #expect(request.topics == ["payments"] && request.partitions == [0])
    }

    @Test func thePaletteLeadsToIt() {
        var model = Fixture.model(Fixture.healthy(), .overview)
        guard case .done(let commands) = Palette.run("analyse orders", chosen: 0, &model) else {
            Issue.record("not run")
            return
        }
        #expect(commands == [.analyse(topic: "orders", reading: 1, anew: true)] && model.place == .analysis("orders"))
        _ = Palette.run("analyse nowhere", chosen: 0, &model)
        #expect(model.flash?.text == "analyse wants the name of a topic")
    }
}
