import ClusterInsight
import Foundation
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// How far charts reach back, and what of it outlives a Klamm.
@Suite struct ChartSpanTests {
    private func run(_ command: String, _ model: inout Model) {
        _ = Update.update(&model, .key(.character(":")))
        for character in command { _ = Update.update(&model, .key(.character(character))) }
        _ = Update.update(&model, .key(.enter))
    }

    private func model(_ place: Place, hours: Int = 6) -> Model {
        let minute = Fixture.healthyAt / 60_000
        let means = (0..<hours * 60).map { "\($0 + 1)" }.joined(separator: " ")
        let lines = ["messages\t\t\(minute - 1)\t\(means)", "group\tbilling\t\(minute - 1)\t\(means)"]
        var engine = InsightEngine()
        engine.restore(LongHistory(lines: lines), at: Fixture.healthyAt)
        let snapshot = Fixture.snapshot(at: Fixture.healthyAt)
        var report = Fixture.healthy()
        var figures = report.figures
        figures.long = engine.observe(snapshot).figures.long
        report = ClusterReport(report.snapshot, figures: figures)
        return Fixture.model(report, place)
    }

    @Test func aSpanIsChosenByAKeyAndByACommand() {
        var model = model(.overview)
        #expect(View.view(model).lines.contains { $0.contains("Rates") && $0.contains("last 5 m") })
        var spans: [Int?] = []
        for _ in 0..<5 {
            _ = Update.update(&model, .key(.character("t")))
            spans.append(model.spanMinutes)
        }
        #expect(spans == [60, 180, 360, 720, nil])
        run("span 6h", &model)
        #expect(model.spanMinutes == 360)
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("Rates") && $0.contains("last 6 h") })
        #expect(lines.contains { $0.contains("messages in") && $0.contains("▁") && $0.contains("█") })
        run("span 15m", &model)
        #expect(model.spanMinutes == nil)
        run("span soon", &model)
        #expect(model.flash?.text == "span takes a time from 15m to 12h, such as 6h, not soon")
        #expect(ChartSpan.minutes("\(Limits.courseMinutes / 60)h") == Limits.courseMinutes)
        #expect(ChartSpan.minutes("\(Limits.courseMinutes + 1)m") == nil)
        #expect(ChartSpan.minutes("999999999999999999h") == nil && ChartSpan.minutes("-3h") == nil)
    }

    @Test func aGroupShowsItsLagOverHours() {
        var model = model(.group("billing"))
        run("span 3h", &model)
        let line = View.view(model).lines.first { $0.contains("last 3h") } ?? ""
        #expect(line.contains("█") && line.contains("0 … 359"), "\(line)")
    }

    // MARK: on disk

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("courses-\(Foundation.UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private let history = LongHistory(lines: ["messages\t\t10\t1 2 3"])

    @Test func coursesAreKeptForEachCluster() throws {
        try inFolder { folder in
            let kept = KeptCourses(directory: folder)
            kept.write(history, of: "5L6g3nShT-eMCtK--X86sw")
            kept.write(LongHistory(), of: "nothing")
            #expect(kept.read("5L6g3nShT-eMCtK--X86sw").lines == history.lines)
            #expect(kept.read("another").lines.isEmpty)
            kept.write(history, of: "../../escape")
            let (outside, inside) = try (
                FileManager.default.contentsOfDirectory(atPath: folder),
                FileManager.default.contentsOfDirectory(atPath: folder + "/courses")
            )
            #expect(outside == ["courses"] && inside == ["5L6g3nShT-eMCtK--X86sw"])
        }
    }

    @Test func clustersNotLookedAtForLongAreForgotten() throws {
        try inFolder { folder in
            let kept = KeptCourses(directory: folder)
            for number in 0..<DashboardLimits.keptCourseFiles {
                kept.write(history, of: "c\(number)")
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: Double(1_000 + number))],
                    ofItemAtPath: "\(folder)/courses/c\(number)")
            }
            kept.write(history, of: "new")
            #expect(kept.read("c0").lines.isEmpty && !kept.read("c1").lines.isEmpty && !kept.read("new").lines.isEmpty)
            let line = "messages\t\t10\t" + String(repeating: "1 ", count: DashboardLimits.courseBytes)
            try line.write(toFile: "\(folder)/courses/new", atomically: false, encoding: .utf8)
            #expect(kept.read("new").lines.isEmpty, "of a file that is not Klamm's only the end is read")
        }
    }

    /// Like a theme: until the settings say something else.
    @Test func theIntervalChosenOnTheScreenStandsAtTheNextStart() throws {
        try inFolder { folder in
            let kept = KeptInterval(directory: folder)
            #expect(kept.interval(insteadOf: 1_000) == nil)
            kept.keep(5_000, insteadOf: 1_000)
            #expect(kept.interval(insteadOf: 1_000) == 5_000)
            #expect(kept.interval(insteadOf: 2_000) == nil)
            kept.keep(0, insteadOf: 1_000)
            #expect(kept.interval(insteadOf: 1_000) == 0)
            for wrong in ["1000\t7\n", "1000\n", "", "a\tb\n"] {
                try wrong.write(toFile: folder + "/refresh.interval", atomically: false, encoding: .utf8)
                #expect(kept.interval(insteadOf: 1_000) == nil, "\(wrong)")
            }
        }
    }

    // MARK: last messages

    @Test func theLastMessageOfATopicIsAskedForWhileItIsDescribed() {
        var model = Fixture.model(Fixture.healthy(), .topics, height: 48)
        model.list.cursorID = "orders"
        let all = (0..<12).map { TopicPartition("orders", $0) }
        #expect(Update.update(&model, .key(.character("d"))) == [.fetchLastMessages(all)])
        #expect(View.view(model).lines.contains { $0.contains("last message") && $0.contains("asking") })
        let at = model.now - 2_000
        var told: [TopicPartition: Result<LastMessages.Place?, Failure>] = [:]
        for id in all { told[id] = .success(nil) }
        told[all[3]] = .success(LastMessages.Place(offset: 41, timestamp: at))
        told[all[4]] = .success(LastMessages.Place(offset: 99, timestamp: at - 60_000))
        _ = Update.update(&model, .lastMessages(told))
        #expect(
            View.view(model).lines.contains {
                $0.contains("last message") && $0.contains("12:04:24")
                    && $0.contains("0s  orders/3, ListOffsets by time")
            })
        #expect(!Update.update(&model, .report(Fixture.healthy(), EventLog())).contains(.fetchLastMessages(all)))
        model.now += Described.interval
        #expect(Update.update(&model, .report(Fixture.healthy(), EventLog())).contains(.fetchLastMessages(all)))
        _ = Update.update(&model, .key(.escape))
        model.now += Described.interval
        #expect(!Update.update(&model, .report(Fixture.healthy(), EventLog())).contains(.fetchLastMessages(all)))
    }

    @Test func anEmptyPartitionAndOneThatDoesNotTellAreTwoThings() {
        var model = Fixture.model(Fixture.healthy(), .partitions, height: 48)
        model.list.cursorID = "orders/3"
        let id = TopicPartition("orders", 3)
        #expect(Update.update(&model, .key(.character("d"))) == [.fetchLastMessages([id])])
        _ = Update.update(&model, .lastMessages([id: .success(nil)]))
        #expect(View.view(model).lines.contains { $0.contains("last message") && $0.contains("no message is left") })
        _ = Update.update(&model, .lastMessages([id: .failure(Failure("brokers before Kafka 3.0 do not tell"))]))
        model.lastMessages.told = [:]
        #expect(View.view(model).lines.contains { $0.contains("brokers before Kafka 3.0 do not tell") })
        #expect(Described.topic("clickstream").partitions(model).count == 12)
        #expect(DashboardLimits.lastMessages >= 100)
    }

    @Test func aTopicWithVeryManyPartitionsIsAskedForSomeOfThem() {
        var snapshot = ClusterSnapshot(at: 0)
        let partitions = (0..<Int32(DashboardLimits.lastMessages + 5)).map {
            PartitionSnapshot(id: $0, leader: 1, replicas: [1], isr: [1])
        }
        snapshot.topics = [TopicSnapshot(name: "t", partitions: partitions)]
        let model = Fixture.model(ClusterReport(snapshot, figures: ClusterFigures()), .topics)
        #expect(Described.topic("t").partitions(model).count == DashboardLimits.lastMessages)
    }

    @Test func aTopicIsDescribedWithItsSpread() {
        var model = Fixture.model(Fixture.healthy(), .topics, height: 48)
        model.list.cursorID = "orders-retry"
        _ = Update.update(&model, .key(.character("d")))
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("spread over 3 of 3 brokers   leader skew 0.0 %   replica skew 0.0 %") })
        #expect(lines.contains { $0.contains("cleanup.policy delete") })
        #expect(lines.contains { $0.contains("with replicas") && $0.contains("DescribeLogDirs, all brokers") })
    }
}
