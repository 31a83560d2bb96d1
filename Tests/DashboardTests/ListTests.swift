import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// How lists behave: filter, cursor, changes that show for a moment, mouse.
@Suite struct ListTests {
    private func press(_ key: Key, _ model: inout Model) { _ = Update.update(&model, .key(key)) }

    private func click(_ x: Int, _ y: Int, _ model: inout Model) -> [Command] {
        let event = MouseEvent(action: .press, button: .left, position: Point(x: x, y: y))
        return Update.update(&model, .key(.mouse(event)))
    }

    /// Where a text stands first, below a line that has another one.
    private func place(of text: String, in model: Model, after title: String = "") -> (x: Int, y: Int)? {
        let lines = View.view(model).lines
        let below = title.isEmpty ? 0 : lines.firstIndex { $0.contains(title) } ?? lines.count
        for (y, line) in lines.enumerated().dropFirst(below) {
            guard let range = line.firstRange(of: text) else { continue }
            return (line.distance(from: line.startIndex, to: range.lowerBound), y)
        }
        return nil
    }

    private func topics(_ filter: String) -> [String] {
        var model = Story.healthy.model(.topics)
        model.list.filter = filter
        return Array(TopicsScreen.list(model).ids)
    }

    @Test func filtersByWordsColumnsAndNumbers() {
        #expect(topics("orders") == ["orders", "orders-retry"])
        #expect(topics("orders !retry") == ["orders"])
        #expect(topics("~ordry") == ["orders-retry"])
        #expect(topics("re:^pay.*s$") == ["payments"])
        #expect(topics("cleanup:compact") == ["sessions", "user-profiles"])
        #expect(topics("lag>1000") == ["notifications"])
        #expect(topics("messages>=1.8M messages<4M") == ["notifications", "post-events"])
        #expect(topics("rf=2") == ["orders-retry"])
    }

    @Test func theCursorStaysOnItsObject() {
        var model = Story.healthy.model(.topics)
        for _ in 0..<5 { press(.down, &model) }
        #expect(TopicsScreen.list(model).cursorID(model.list) == "orders")
        model.list.sort = TableSort(column: "lag", descending: true)
        #expect(TopicsScreen.list(model).cursorID(model.list) == "orders")
        model.list.filter = "o"
        #expect(TopicsScreen.list(model).cursorID(model.list) == "orders")
        _ = Update.update(&model, .report(Story.killed.report, Story.killed.events))
        #expect(TopicsScreen.list(model).cursorID(model.list) == "orders")
    }

    @Test func changesShowForThreeSeconds() {
        var model = Story.healthy.model(.partitions)
        _ = Update.update(&model, .report(Story.killed.report, Story.killed.events))
        let id = TopicPartition("audit-log", 2)
        let moved = TopicPartition("audit-log", 1)
        #expect(model.recent.surfaces(.partition(id)) == ["isr": .rowChanged, "b2": .rowChanged])
        #expect(model.recent.surfaces(.partition(moved))["leader"] == .rowChanged)
        #expect(model.recent.surfaces(.broker(2)) == ["state": .rowChanged])
        #expect(model.recent.surfaces(.topic("orders-retry")) == ["urp": .rowChanged, "min": .rowChanged])
        let row = View.view(model).lines.firstIndex { $0.contains("audit-log") && $0.contains("✕2 L3") } ?? 0
        let buffer = View.view(model)
        let changed = (0..<120).filter { buffer[$0, row].style.surface == .rowChanged }.map {
            buffer[$0, row].character
        }
        #expect(String(changed).split(separator: " ") == ["31,3"], "\(row): \(View.view(model).lines[row])")
        _ = Update.update(&model, .tick(model.now + 3_100))
        #expect(model.recent == RecentChanges())
    }

    @Test func deletedTopicsStayAMoment() {
        var model = Story.healthy.model(.topics)
        var snapshot = Story.healthy.report.snapshot
        snapshot.topics.removeAll { $0.name == "inventory" }
        snapshot.topics.append(TopicSnapshot(name: "zebra", minISR: 1))
        let report = Fixture.report(snapshot, Fixture.healthyRates)
        _ = Update.update(&model, .report(report, Story.healthy.events))
        let page = TopicsScreen.list(model)
        #expect(page.ids.contains("inventory"))
        #expect(page.total == 12)
        #expect(page.ids.firstIndex(of: "inventory").map { page.row($0).surface } == .rowGone)
        #expect(page.ids.firstIndex(of: "zebra").map { page.row($0).surface } == .rowNew)
        _ = Update.update(&model, .tick(model.now + 3_100))
        #expect(!TopicsScreen.list(model).ids.contains("inventory"))
    }

    @Test func healedPartitionsLeaveTheListAfterAMoment() {
        var model = Story.killed.model(.partitions)
        model.list.problemsOnly = true
        _ = Update.update(&model, .report(Story.healthy.report, Story.killed.events))
        #expect(PartitionsScreen.list(model).ids.count == 122)
        #expect(PartitionsScreen.list(model).row(0).surface == .rowGone)
        _ = Update.update(&model, .tick(model.now + 3_100))
        #expect(PartitionsScreen.list(model).ids.isEmpty)
        #expect(View.view(model).lines.contains { $0.contains("No partition has a problem.") })
    }

    @Test func nothingFlashesWhileFrozen() {
        var model = Story.healthy.model(.partitions)
        press(.character("z"), &model)
        _ = Update.update(&model, .report(Story.killed.report, Story.killed.events))
        #expect(model.recent == RecentChanges())
        #expect(View.view(model).lines[0].contains("= frozen"))
        #expect(View.view(model).lines[0].contains("brokers 3/3"))
    }

    @Test func aHealthRowOpensItsPartitions() {
        var model = Story.killed.model(.overview)
        press(.tab, &model)
        press(.down, &model)
        press(.enter, &model)
        #expect(model.place == .partitions)
        #expect(model.list.filter == "problem:below-min")
        #expect(PartitionsScreen.list(model).ids == ["orders-retry/0", "orders-retry/1"])
    }

    @Test func atRiskTakesTheFocusWhileItIsThere() {
        var model = Story.killed.model(.overview, width: 80, height: 24)
        press(.tab, &model)
        press(.tab, &model)
        #expect(model.pane == .risk)
        press(.enter, &model)
        #expect(View.view(model).lines.contains { $0.contains("61 or 63 partitions offline") })
        press(.escape, &model)
        model.latest = Story.healthy.report
        #expect(OverviewScreen.focus(model) == .health)
    }

    @Test func theMouseSelectsOpensAndSorts() throws {
        var model = Story.healthy.model(.topics)
        let orders = try #require(place(of: "orders ", in: model))
        #expect(click(orders.x, orders.y, &model).isEmpty)
        #expect(model.list.cursorID == "orders")
        let lag = try #require(place(of: "LAG", in: model))
        _ = click(lag.x, lag.y, &model)
        #expect(TopicsScreen.list(model).ids.first == "notifications")
        let again = try #require(place(of: "orders ", in: model))
        _ = click(again.x, again.y, &model)
        #expect(model.place == .topic("orders", .partitions))
        let map = try #require(place(of: "Map", in: model))
        _ = click(map.x, map.y, &model)
        #expect(model.place == .topic("orders", .map))
        let screen = try #require(place(of: "1 Overview", in: model))
        _ = click(screen.x, screen.y, &model)
        #expect(model.place == .overview)
    }

    @Test func hintsAndCrumbsAreClicked() throws {
        var model = Story.healthy.model(.topics)
        func click(_ text: String, row: Int) throws {
            let line = View.view(model).lines[row]
            let at = try #require(line.firstRange(of: text))
            let x = TextWidth.of(String(line[..<at.lowerBound]))
            _ = self.click(x, row, &model)
        }
        let hints = model.size.height - 2
        try click("N new", row: hints)
        guard case .form? = model.popup else {
            Issue.record("no form")
            return
        }
        try click("Esc cancel", row: hints)
        #expect(model.popup == nil)
        try click("/ filter", row: hints)
        #expect(model.prompt != nil)
        try click("Esc close", row: hints)
        try click("Enter open", row: hints)
        #expect(model.place != .topics)
        try click("topics", row: 0)
        #expect(model.place == .topics)
        try click("bundled", row: 0)
        #expect(model.place == .clusters)
    }

    @Test func linesOfChoicesAreClicked() throws {
        var model = Story.healthy.model(.topics)
        press(.character("s"), &model)
        let size = try #require(place(of: " SIZE", in: model, after: "Sort topics by"))
        _ = click(size.x + 1, size.y, &model)
        #expect(model.popup == nil && TopicsScreen.list(model).sort.column == "size")
        press(.character("y"), &model)
        let row = try #require(place(of: "row ", in: model, after: "┌ Copy"))
        guard case .copy? = click(row.x, row.y, &model).first else {
            Issue.record("nothing is copied")
            return
        }
        press(.character("?"), &model)
        let line = try #require(place(of: "new topic", in: model, after: "Keys of Topics"))
        _ = click(line.x, line.y, &model)
        guard case .form? = model.popup else {
            Issue.record("no form")
            return
        }
        press(.escape, &model)
        press(.character("?"), &model)
        #expect(click(1, 4, &model).isEmpty && model.popup != nil, "outside is nothing to be chosen")
    }

    @Test func whatTheCommandLineOffersIsClicked() throws {
        var model = Story.healthy.model(.topics)
        for key in ":group bill" { press(.character(key), &model) }
        let line = try #require(place(of: "group billing", in: model, after: "┌ Commands"))
        _ = click(line.x, line.y, &model)
        #expect(model.place == .group("billing") && model.prompt == nil)
        press(.character(":"), &model)
        #expect(click(3, 4, &model).isEmpty && model.prompt != nil)
    }

    @Test func theMouseWorksOnOverviewAndPopups() throws {
        var model = Story.healthy.model(.overview)
        let third = try #require(place(of: "127.0.0.1:9094", in: model))
        _ = click(third.x, third.y, &model)
        #expect(OverviewScreen.list(model).cursorID(model.list) == "3")
        _ = click(third.x, third.y, &model)
        #expect(model.place == .broker(3, .partitions))
        model.place = .overview
        let group = try #require(place(of: "fraud-check", in: model))
        _ = click(group.x, group.y, &model)
        #expect(model.pane == .groups)
        #expect(model.list.cursorID == "fraud-check")
        model.place = .brokers
        model.list.cursorID = "3"
        press(.character("K"), &model)
        #expect(model.popup != nil)
        let no = try #require(place(of: "[ No ]", in: model))
        _ = click(no.x + 2, no.y, &model)
        #expect(model.popup == nil)
    }
}
