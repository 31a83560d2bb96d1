import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Choosing what a list is sorted by.
@Suite struct SortChoiceTests {
    private func press(_ keys: Key..., to model: inout Model) {
        for key in keys { _ = Update.update(&model, .key(key)) }
    }

    private func command(_ text: String, _ model: inout Model) {
        _ = Update.update(&model, .key(.character(":")))
        for character in text { _ = Update.update(&model, .key(.character(character))) }
        _ = Update.update(&model, .key(.enter))
    }

    @Test func aLetterChoosesAColumn() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        press(.character("s"), to: &model)
        let lines = View.view(model).lines.joined(separator: "\n")
        #expect(lines.contains("Sort topics by") && lines.contains("NAME ▲   again: the other way"))
        let letters = Screens.list(model).map(SortChoice.letters) ?? []
        #expect(Set(letters).count == letters.count && !letters.contains("j") && !letters.contains("k"))
        press(.character("m"), to: &model)
        #expect(model.popup == nil && model.list.sort == TableSort(column: "messages", descending: true))
        #expect(Screens.list(model)?.ids.first == "clickstream")
    }

    @Test func aLetterStandsForTheSameColumnWhateverIsKnown() throws {
        func letters(_ model: Model) throws -> [String: Character?] {
            let page = try #require(Screens.list(model))
            return Dictionary(zip(page.sortable.map(\.id), SortChoice.letters(page)), uniquingKeysWith: { a, _ in a })
        }
        let known = Fixture.healthy()
        var figures = known.figures
        figures.topics = [:]
        let all = try letters(Fixture.model(known, .topics))
        let some = try letters(Fixture.model(ClusterReport(known.snapshot, figures: figures), .topics))
        #expect(all["in"] == "i" && some["in"] == nil && all["lag"] == "l")
        for (column, letter) in some { #expect(all[column] == letter) }
    }

    @Test func choosingTheOneThatSortsReverses() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        press(.character("s"), .enter, to: &model)
        #expect(model.list.sort == TableSort(column: "name", descending: true))
        press(.character("s"), .down, .enter, to: &model)
        #expect(model.list.sort == TableSort(column: "partitions", descending: true))
        press(.character("s"), .down, .escape, to: &model)
        #expect(model.popup == nil && model.list.sort == TableSort(column: "partitions", descending: true))
        press(.character("<"), to: &model)
        #expect(model.list.sort?.column == "name")
        press(.character(">"), .character(">"), to: &model)
        #expect(model.list.sort?.column == "rf")
    }

    @Test func theCommandTakesTitlesAndNames() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        command("sort lag", &model)
        #expect(model.list.sort == TableSort(column: "lag", descending: true))
        command("sort LAG", &model)
        #expect(model.list.sort == TableSort(column: "lag", descending: false))
        command("sort ×rf", &model)
        #expect(model.list.sort?.column == "replicated")
        command("sort cheese", &model)
        #expect(model.flash?.text.hasPrefix("no column cheese: name, part, rf, ") == true)
        _ = Update.update(&model, .key(.character(":")))
        for character in "sort mess" { _ = Update.update(&model, .key(.character(character))) }
        #expect(model.prompt?.prompt.ghost == "ages")
    }

    @Test func listsWithoutColumnsSaySo() {
        var model = Fixture.model(Fixture.healthy(), .events)
        press(.character("s"), to: &model)
        #expect(model.popup == nil && model.flash?.text == "nothing here can be sorted otherwise")
    }

    @Test func whatCannotBeSortedIsNotOffered() {
        var model = Fixture.model(Fixture.healthy(), .partitions)
        #expect(Screens.list(model)?.sortable.contains { $0.id == "for" } == false)
        model = Story.killed.model(.partitions)
        #expect(Screens.list(model)?.sortable.contains { $0.id == "for" } == true)
    }

    @Test func timesToZeroAreSorted() throws {
        let report = Fixture.healthy()
        var figures = report.figures
        func set(_ name: String, lag: Int64, change: Double) throws {
            var own = try #require(figures.groups[name]?.value)
            own.lag = lag
            own.lagPerSecond = change
            figures.groups[name] = Shared(own)
        }
        try set("billing", lag: 1_000, change: -10)
        try set("fraud-check", lag: 1_000, change: -100)
        try set("notification-push", lag: 1_000, change: 5)
        var model = Fixture.model(ClusterReport(report.snapshot, figures: figures), .groups)
        command("sort eta 0", &model)
        #expect(Screens.list(model).map { Array($0.ids.prefix(3)) } == ["notification-push", "billing", "fraud-check"])
        command("sort eta", &model)
        #expect(Screens.list(model)?.ids.first == "fraud-check")
    }

    @Test func agesOfProblemsAreSorted() {
        var model = Story.killed.model(.partitions)
        model.list.problemsOnly = true
        command("sort for", &model)
        let page = Screens.list(model)
        #expect(page?.sort == TableSort(column: "for", descending: true))
        #expect(page.map { $0.ids.count > 100 && $0.row(0).cells["for"]?.plain == "1s" } == true)
    }
}
