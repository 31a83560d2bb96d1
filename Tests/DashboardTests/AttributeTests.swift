import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// What is red and amber in the incident of screen 1.2, cell by cell: exactly this, nothing else.
@Suite struct AttributeTests {
    private func words(_ role: Role, in buffer: CellBuffer) -> [String] {
        var words: [String] = []
        for y in 0..<buffer.size.height {
            var word = ""
            for x in 0..<buffer.size.width {
                let cell = buffer[x, y]
                if cell.style.role == role {
                    word.append(cell.character)
                } else if !word.isEmpty {
                    words.append(word)
                    word = ""
                }
            }
            if !word.isEmpty { words.append(word) }
        }
        return words.flatMap { $0.split(separator: "  ") }
            .map { String($0.drop { $0 == " " }).trimmedEnd }.filter { !$0.isEmpty }
    }

    @Test func onlyWhatFailsIsRed() {
        var model = Story.killed.model(.overview)
        model.pane = .groups
        #expect(
            words(.healthBad, in: View.view(model)) == [
                "brokers 2/3", "offline 1", "DOWN since 12:04:29", "2 problems", "1", "dead-letters/0", "OFFLINE", "2",
                "orders-retry/0 /1", "OFFLINE",
            ])
    }

    @Test func warningsAreAmber() {
        let model = Story.killed.model(.overview)
        #expect(
            Set(words(.healthDegraded, in: View.view(model)))
                == ["URP 121", "URP 60", "URP 61", "5 warnings", "108", "121", "41", "2/3", "1", "WARN"])
    }

    @Test func aHealthyScreenHasNoRedAndNoGreenField() {
        let buffer = View.view(Story.healthy.model(.overview))
        #expect(words(.healthBad, in: buffer).isEmpty)
        #expect(Set(words(.healthDegraded, in: buffer)) == ["1 warning", "1", "WARN"])
        #expect(words(.healthOk, in: buffer) == ["●"])
    }

    @Test func aLeaderlessPartitionIsOneRedRow() {
        var model = Story.killed.model(.partitions)
        model.list.problemsOnly = true
        model.list.cursorID = "orders-retry/0"
        let buffer = View.view(model)
        let row = buffer.lines.firstIndex { $0.contains("dead-letters") } ?? 0
        let roles = Set((2..<118).filter { buffer[$0, row].character != " " }.map { buffer[$0, row].style.role })
        #expect(roles == [.healthBad, .border] || roles == [.healthBad])
    }

    @Test func withoutColoursBadIsBold() {
        let look = Theme.klammDark.appearance(of: Style(.healthBad), depth: .mono)
        #expect(look.attributes == [.bold])
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
