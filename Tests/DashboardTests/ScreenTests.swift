import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Frames against the drawn screens.
@Suite struct ScreenTests {
    @Test func everyPlaceFillsItsFrameAtEverySize() {
        let report = Fixture.broker2Killed()
        let places: [Place] = [
            .overview, .brokers, .broker(3, .partitions), .broker(3, .configs), .broker(3, .dirs), .broker(3, .log),
            .topics, .topic("orders", .partitions), .topic("orders", .groups), .topic("orders", .config),
            .topic("orders", .map), .topic("gone", .partitions), .partitions, .partitionMap, .groups,
            .group("billing"), .group("gone"), .transactions, .producers("orders"), .producers("gone"),
            .analysis("orders"), .analysis("gone"), .messages,
            .reassign, .plan, .events, .journal, .quorum,
        ]
        for place in places {
            for (width, height) in [(200, 60), (120, 34), (80, 24), (60, 15), (40, 10), (39, 10), (5, 2), (1, 1)] {
                let buffer = View.view(Fixture.model(report, place, width: width, height: height))
                #expect(buffer.lines.count == height, "\(place) \(width)×\(height)")
                #expect(buffer.lines.allSatisfy { TextWidth.of($0) == width }, "\(place) \(width)×\(height)")
            }
        }
    }

    @Test func aDeadBrokerKeepsItsRowAndTheHealthIsTold() {
        let lines = View.view(Fixture.model(Fixture.broker2Killed(), .overview)).lines
        let text = lines.joined(separator: "\n")
        #expect(lines[0].contains("brokers 2/3  ctrl 1·e4  URP 121  offline 1"))
        #expect(text.contains("2 DOWN since 12:04:29"))
        #expect(text.contains("leaders 0 (was 42)"))
        #expect(text.contains("2 problems"))
        #expect(text.contains("dead-letters/0"))
        #expect(text.contains("At risk"))
        #expect(text.contains("61 or 63 partitions offline"))
    }

    @Test func killingBroker2ShowsItsImpactFirst() {
        var model = Fixture.model(Fixture.healthy(), .brokers)
        _ = Update.update(&model, .key(.down))
        #expect(Update.update(&model, .key(.character("K"))).isEmpty)
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("Kill broker 2 (pid 4242, SIGKILL)"))
        #expect(text.contains("42 partitions: 41 move (19 to 1, 22 to 3), 1 goes offline"))
        #expect(text.contains("below min ISR   2   orders-retry/0 /1"))
        #expect(text.contains("at min ISR    107"))
        #expect(text.contains("under-repl.   121"))
        for character in "kill 2" { #expect(Update.update(&model, .key(.character(character))).isEmpty) }
        let commands = Update.update(&model, .key(.enter))
        #expect(commands == [.change(.killBroker(2), command: "klamm cluster kill 2")])
        #expect(model.popup == nil)
    }

    /// On a small terminal the sentences of a plan go on in the next line: at the worst moment nothing of them is missing.
    @Test func aPlanIsReadInFullOnASmallTerminal() {
        var model = Fixture.model(Fixture.healthy(), .brokers, width: 80, height: 24)
        _ = Update.update(&model, .key(.down))
        _ = Update.update(&model, .key(.character("K")))
        func text() -> String {
            let lines = View.view(model).lines.filter { $0.contains("│  │") || $0.contains("▌ │") }
            #expect(!lines.contains { $0.contains("…") }, "\(lines)")
            return lines.map { $0.filter { !"│▌".contains($0) } }.joined(separator: " ").split(separator: " ")
                .joined(separator: " ")
        }
        #expect(text().contains("others find out by timeout."))
        #expect(View.view(model).lines.contains { $0.contains(#/1–\d+ of \d+ [─┘]/#) }, "how much there is to read")
        for _ in 0..<10 { _ = Update.update(&model, .key(.down)) }
        #expect(text().contains("expected noticed in about 2 s; writes to 41 partitions wait that long"))
        #expect(text().contains("Type \"kill 2\" to go on:"))
    }

    @Test func problemsOnlyListsTheWorstFirst() {
        var model = Fixture.model(Fixture.broker2Killed(), .partitions)
        _ = Update.update(&model, .key(.character("!")))
        let lines = View.view(model).lines
        #expect(lines[2].contains("Partitions 122 of 123 ── problems only"))
        #expect(lines[4].contains("dead-letters"))
        #expect(lines[4].contains("OFFLINE"))
        #expect(lines[5].contains("orders-retry"))
        #expect(lines[5].contains("below min ISR (1 of 2)"))
    }
}
