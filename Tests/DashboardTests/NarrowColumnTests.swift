import ClusterInsight
import KafkaProtocol
import Testing

@testable import Dashboard
@testable import TerminalUI

/// What is left of lists and popups on a terminal as small as one may be: the columns that matter, whole.
@Suite struct NarrowColumnTests {
    private func places() -> [Place] {
        [
            .brokers, .broker(2, .partitions), .broker(2, .dirs), .topics, .topic("payments", .partitions),
            .topic("payments", .groups), .partitions, .groups, .group("billing"), .messages, .reassign, .events,
            .journal, .quorum, .transactions, .producers("payments"), .analysis("payments"),
        ]
    }

    /// Titles of the columns that have all the cells they need.
    private func whole(_ place: Place, width: Int) throws -> (placed: [TableLayout.Placed], cut: [String]) {
        let model = Fixture.groups(place, width: width, height: 24)
        let page = try #require(Screens.list(model), "\(place)")
        let placed = TableLayout.place(page.columns, x: page.lead, width: width - 3 - 2 * page.lead)
        return (placed, placed.filter { $0.width < $0.column.minimum }.map(\.column.title))
    }

    @Test(arguments: [40, 50, 60, 70, 80, 120]) func noColumnIsCut(_ width: Int) throws {
        // States of brokers and counts of topics are rarely as long as they may be.
        for place in places() where width > 40 || ![.brokers, .topics, .messages].contains(place) {
            #expect(try whole(place, width: width).cut == [], "\(place) at \(width)")
        }
    }

    @Test func whatMattersStays() throws {
        let expected: [(Place, [String])] = [
            (.groups, ["GROUP", "LAG", "STATUS"]), (.partitions, ["TOPIC", "P", "PROBLEM"]),
            (.group("billing"), ["TOPIC", "P", "LAG", "STATUS"]), (.topics, ["NAME", "PART", "RF", "URP"]),
            (.reassign, ["TOPIC", "P", "LEFT"]), (.topic("payments", .partitions), ["P", "REPLICAS", "PROBLEM"]),
        ]
        for (place, titles) in expected {
            let shown = try whole(place, width: 40).placed.map(\.column.title)
            #expect(titles.allSatisfy(shown.contains), "\(place): \(shown)")
        }
    }

    /// A plan that cannot be read must not be confirmed: each of its lines comes into view by scrolling.
    @Test func allOfAPlanCanBeReadInTenLines() {
        var model = Fixture.groups(.brokers, width: 40, height: 10)
        _ = Update.update(&model, .key(.character("K")))
        guard case .plan(let plan)? = model.popup else {
            Issue.record("no plan")
            return
        }
        var seen = ""
        for _ in 0..<60 {
            let lines = View.view(model).lines
            #expect(lines.contains { $0.contains("Yes [ No ]") })
            seen += lines.joined(separator: "\n")
            _ = Update.update(&model, .key(.down))
        }
        let words = plan.lines.map(\.plain).joined(separator: " ").split(separator: " ").map(String.init)
        for word in words + ["klamm", "kill"] {
            #expect(seen.contains(word), "\(word) never came into view")
        }
    }

    @Test func aFormShowsItsFieldAndItsButtons() {
        var model = Fixture.groups(.topics, width: 40, height: 10)
        _ = Update.update(&model, .key(.character("N")))
        for field in ["name", "partitions", "replication", "min ISR", "cleanup"] {
            let text = View.view(model).lines.joined(separator: "\n")
            #expect(text.contains("│ \(field) "), "\(field) in\n\(text)")
            #expect(text.contains("[ Preview ]     Cancel") && !text.contains("Ca…"))
            _ = Update.update(&model, .key(.tab))
        }
    }

    /// A reset says what it would do, and draws nothing beyond its box.
    @Test func aResetFitsIntoTenLines() {
        var model = Fixture.groups(.groups, width: 40, height: 10)
        model.list.cursorID = "billing"
        _ = Update.update(&model, .key(.character("O")))
        var seen = ""
        for _ in 0..<4 {
            let lines = View.view(model).lines
            seen += lines.joined()
            #expect(lines[2].contains("┌ Reset offsets") && lines[7].hasPrefix("  └"), "\(lines)")
            #expect(lines[3].contains("to  beginning") && lines[6].contains("Type the group name"))
            #expect(lines[9].allSatisfy { $0 == " " }, "\(lines[9])")
            _ = Update.update(&model, .key(.tab))
        }
        #expect(seen.contains("billing will read") && seen.contains("PARTITION"))
    }

    @Test func theStepsOfAPlanHaveALineOfTheirOwn() {
        let lines = View.view(Fixture.wizard(.choose, width: 40, height: 10)).lines
        #expect(lines[3].contains("[ 1 choose ]") && lines.contains { $0.contains("( ) all topics") })
        #expect(!lines.contains { $0.contains("[ 1 choose ]") && $0.contains("( )") })
    }

    @Test func keysAreListedInTenLines() {
        var model = Fixture.groups(.topics, width: 40, height: 10)
        _ = Update.update(&model, .key(.character("?")))
        let lines = View.view(model).lines
        for action in KeysView.actions(KeysPopup(), model).prefix(2) {
            #expect(lines.contains { $0.contains("  \(action.keyText) ") && $0.contains(action.help.prefix(12)) })
        }
    }
}
