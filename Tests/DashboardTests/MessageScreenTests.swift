import TerminalUI
import Testing

@testable import Dashboard

/// Screen 6 as it is drawn: following, scanning, one message in full, seeking, producing.
@Suite struct MessageScreenTests {
    private func press(_ keys: [Key], _ model: inout Model) {
        for key in keys { _ = Update.update(&model, .key(key)) }
    }

    @Test func following() throws { try Golden.hold(Fixture.following(), as: "6.1") }

    @Test func scanning() throws { try Golden.hold(Fixture.scanning(), as: "6.2") }

    @Test func detail() throws {
        var model = Fixture.stopped()
        press([.enter], &model)
        try Golden.hold(model, as: "6.3")
        let lines = View.view(model).lines
        press([.tab, .tab], &model)
        #expect(View.view(model).lines.contains { $0.contains("0000  7b 22 74 79 70 65 22 3a") })
        press([.tab, .character("]"), .character("[")], &model)
        #expect(View.view(model).lines == lines)
        press([.escape], &model)
        #expect(model.popup == nil && model.list.cursorID == Fixture.followed(4).id)
    }

    @Test func whatCannotBeReadStandsInItsPlace() {
        var model = Fixture.stopped()
        guard let first = model.messages.kept.first, var update = model.messages.last else { return }
        var broken = ReadMessage(
            topic: first.topic, partition: 1, offset: 9_000_000, timestamp: first.timestamp, key: nil, value: nil)
        broken.damage = "offsets 9000000 to 9000004 cannot be read: crcMismatch"
        update.messages = [broken]
        _ = Update.update(&model, .messages(update))
        model.list.cursorID = broken.id
        #expect(View.view(model).lines.contains { $0.contains("9,000,000 —") && $0.contains("cannot be read") })
        press([.enter], &model)
        #expect(View.view(model).lines.contains { $0.contains("offsets 9000000 to 9000004 cannot be read") })
    }

    @Test func oneMessageIsSavedByTheEnding() {
        func saved(_ name: String) -> String? {
            var model = Fixture.stopped()
            press([.enter, .control("s")] + name.map { .character($0) }, &model)
            guard case .save(_, let contents)? = Update.update(&model, .key(.enter)).first else { return nil }
            return String(decoding: contents, as: UTF8.self)
        }
        #expect(saved("m")?.hasPrefix("{\"ty") == true)
        #expect(saved("m.ndjson")?.hasPrefix("{\"topic\":\"post-events\",\"partition\":") == true)
        #expect(saved("m.csv")?.hasPrefix("topic,partition,offset,time,key,value,headers\r\npost-events,") == true)
    }

    @Test func seeking() throws {
        var model = Fixture.stopped()
        press([.character("o")] + "15m ago".map { .character($0) }, &model)
        let at = model.now - 900_000
        _ = Update.update(&model, .resolved(ReadSpan(.offset(15)), "offset 15 in 6 partitions"))
        _ = Update.update(&model, .resolved(ReadSpan(.time(at)), "offsets 918,204 … 925,377 in 6 partitions"))
        try Golden.hold(model, as: "6.4")
    }

    @Test func producing() throws {
        var model = Fixture.stopped()
        press([.enter, .character("P")], &model)
        try Golden.hold(model, as: "6.5")
    }

    @Test func narrow() {
        for model in [Fixture.following(width: 80, height: 24), Fixture.scanning(width: 80, height: 24)] {
            let lines = View.view(model).lines
            #expect(lines.allSatisfy { TextWidth.of($0) == 80 })
            #expect(lines[0].contains("▸ post-events"))
        }
    }
}
