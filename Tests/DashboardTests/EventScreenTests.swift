import ClusterInsight
import Foundation
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Screen 8 and the journal as they are drawn.
@Suite struct EventScreenTests {
    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    @Test func events() throws {
        var model = Fixture.events()
        model.list.cursorID = "incident 1.0"
        try Golden.hold(model, as: "8.1")
        _ = press([.character(" ")], &model)
        let lines = View.view(model).lines
        #expect(lines[4].contains("▌ ┌ incident 1   broker 2 killed here"))
        #expect(lines[5].contains("12:04:27.300"))
        _ = press([.character(" ")], &model)
        try Golden.hold(model, as: "8.1")
    }

    @Test func aFilterIsSaidAndExported() {
        var model = Fixture.events()
        _ = press([.character("/")] + "kind:OFFLINE".map { .character($0) } + [.enter], &model)
        #expect(View.view(model).lines[2].contains("/kind:OFFLINE, 1 found"))
        let saved = String(decoding: Export.contents(model, to: "e.ndjson"), as: UTF8.self)
        #expect(
            saved
                == #"{"at":1795435470651,"kind":"OFFLINE","weight":"bad","incident":1,"text":"dead-letters/0: no in-sync replica left","began":1795435469031}"#
                + "\n")
        let csv = String(decoding: Export.contents(model, to: "e.csv"), as: UTF8.self)
        #expect(csv.hasSuffix("2026-11-23 12:04:30.651 +00:00,OFFLINE,dead-letters/0: no in-sync replica left,1\r\n"))
    }

    /// Enter in the Events pane of Overview, on the newest event of a kind.
    private func opened(_ kind: ClusterEvent.Kind, _ change: (inout EventLog) -> Void = { _ in }) -> Model {
        var log = Story.killed.events
        change(&log)
        var model = Fixture.model(Story.killed.report, .overview, events: log)
        let number = log.newest(100).first { $0.event.kind == kind }?.number ?? 0
        for _ in 0..<10 where OverviewScreen.focus(model) != .events { _ = press([.tab], &model) }
        model.list.cursorID = "\(number)"
        _ = press([.enter], &model)
        return model
    }

    @Test func anEventOnOverviewOpensItsObject() {
        #expect(opened(.broker).place == .broker(2, .partitions))
        #expect(opened(.group).place == .group("search-indexer"))
        #expect(opened(.offline).place == .topic("dead-letters", .partitions))
        #expect(opened(.controller).place == .quorum)
        guard case .text(let popup)? = opened(.isrShrank).popup else {
            Issue.record("its partitions are not listed")
            return
        }
        #expect(popup.lines.count == 121)
        let closed = opened(.incident) { $0.append(ClusterEvent(at: 1, kind: .incident, text: "1 closed")) }
        #expect(closed.place == .events && closed.list.cursorID == "\(closed.events.total)")
    }

    @Test func journal() throws {
        var model = Fixture.journal()
        try Golden.hold(model, as: "10.3")
        #expect(press([.character("V")], &model).isEmpty)
        #expect(View.view(model).lines.contains { $0.contains("Undo 8: reset offsets of billing on payments") })
        guard
            case .change(.resetOffsets(_, let offsets), _)? = press(
                "billing".map { .character($0) } + [.enter], &model
            ).first
        else {
            Issue.record("nothing is sent")
            return
        }
        #expect(offsets[TopicPartition("payments", 0)] == 16_964)
    }

    /// Two entries of one number, as two Klamms of an earlier version left them, are two rows.
    @Test func entriesOfOneNumberAreToldApart() {
        var model = Fixture.journal()
        model.journal[2].number = 8
        model.list.cursorID = model.journal[1].id
        _ = press([.character("j")], &model)
        #expect(Screens.list(model)?.cursorID(model.list) == model.journal[2].id)
        _ = press([.character("j")], &model)
        #expect(Screens.list(model)?.cursorID(model.list) == model.journal[3].id)
        _ = press([.character("k"), .enter], &model)
        #expect(View.view(model).lines.contains { $0.contains("8  elect preferred leaders") })
    }

    @Test func theJournalIsSavedWhole() {
        let model = Fixture.journal()
        let csv = String(decoding: Export.contents(model, to: "j.csv"), as: UTF8.self)
        let command = model.journal[1].command
        #expect(csv.hasPrefix("number,time,cluster,change,object,detail,result,undo,command\r\n"))
        #expect(
            csv.contains(
                "8,2026-11-23 12:16:44.310 +00:00,bundled,reset offsets of billing on payments,payments/0,"
                    + "\"16,964 → 15,764\",ok,yes: 6 previous offsets,\(command)\r\n"))
        #expect(csv.contains("FAILED   NOT_COORDINATOR"))
        let json = String(decoding: Export.contents(model, to: "j.ndjson"), as: UTF8.self)
        #expect(json.split(separator: "\n").count == 9 && json.contains(#""command":"\#(command)""#))
        #expect(json.contains(#"{"name":"payments/0","detail":"16,964 → 15,764"}"#))
        var filtered = model
        filtered.list.filter = "orders-retry"
        #expect(Export.contents(filtered, to: "j.ndjson").split(separator: 10).count == 1)
    }

    /// Nobody answered in time: that is no failure yet, and what is found is told as found.
    @Test func whatNobodyAnsweredIsUnknown() throws {
        let late = ChangeItem("a", failure: "timed out: DeleteTopics at h:1", isUnanswered: true)
        #expect(late.found(nil) == late && late.verdict == "unknown   timed out: DeleteTopics at h:1")
        #expect(late.found(true).failure == nil && late.found(true).verdict == "done (nobody answered; found so)")
        #expect(late.found(false).verdict == "unknown   timed out: DeleteTopics at h:1; not done when looked at")
        #expect(ChangeItem("a", failure: "NO").found(true) == ChangeItem("a", failure: "NO"))
        var model = Fixture.journal()
        let items = [late, late.found(true), late.found(false), ChangeItem("b"), ChangeItem("c", failure: "NO")]
        _ = Update.update(&model, .changed(.deleteTopics(["a", "b"]), items, took: 5_000, journal: nil))
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("2 of 5 changed, 1 failed, 2 unknown. 5.0 s.") })
        #expect(lines.contains { $0.contains("unknown   timed out") })
        #expect(model.flash?.text == "delete 2 topics: 2 ok, 1 failed, 2 unknown")
        let entry = JournalEntry(number: 1, at: 2, cluster: "c", change: "d", result: "r", items: items)
        let read = try JSONDecoder().decode(JournalLine.self, from: try JSONEncoder().encode(JournalLine(entry)))
        #expect(read.entry.items == items)
    }

    @Test func changesOfOtherClustersAreNotUndoneHere() {
        var model = Fixture.journal()
        model.journal[1].cluster = "prod"
        #expect(press([.character("V")], &model).isEmpty)
        #expect(model.popup == nil)
        #expect(model.flash?.text == "V: it was made on prod, this is bundled")
    }

    @Test func narrow() {
        for model in [Fixture.events(width: 80, height: 24), Fixture.journal(width: 80, height: 24)] {
            let lines = View.view(model).lines
            #expect(lines.allSatisfy { TextWidth.of($0) == 80 })
            // What the label says is left out, with what joined it to the rest.
            #expect(!lines.contains { $0.contains("  , ") })
        }
    }

    @Test func aLabelIsNotSaidTwice() {
        var model = Fixture.events(width: 80, height: 24)
        let event = ClusterEvent(at: model.now, kind: .isrFull, text: "2 of 2", short: "ISR full, none left")
        model.latestEvents.append(event)
        let line = View.view(model).lines.first { $0.contains("none left") } ?? ""
        #expect(line.contains("ISR full     none left"), "\(line)")
    }
}
