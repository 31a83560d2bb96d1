import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// A change on its way: what is answered of it is seen at once, not with its end.
@Suite struct SendingTests {
    private let partitions = (0..<6).map { TopicPartition("payments", $0) }
    private var change: Change {
        .purge(Dictionary(partitions.map { ($0, 10) }, uniquingKeysWith: { a, _ in a }))
    }

    private func model(_ change: Change, width: Int = 120, height: Int = 34) -> Model {
        var model = Fixture.model(Fixture.healthy(), .topics, width: width, height: height)
        let details = ["payments/0": "0 → 10", "payments/5": "4 → 10"]
        _ = Update.update(&model, .sending(Sending(7, change, since: model.now)))
        _ = Update.update(&model, .sending(Sending(7, change, since: model.now, details: details)))
        return model
    }

    private func wait(_ milliseconds: Int64, _ model: inout Model) {
        _ = Update.update(&model, .tick(model.now + milliseconds))
    }

    private func text(_ model: Model) -> String { View.view(model).lines.joined(separator: "\n") }

    private func row(_ name: String, _ model: Model) -> String {
        View.view(model).lines.first { $0.contains(name + " ") } ?? ""
    }

    @Test func eachItemTurnsAsItsAnswerComes() {
        for (width, height) in [(120, 34), (80, 24)] {
            var model = model(change, width: width, height: height)
            wait(Sending.patience - 1, &model)
            #expect(model.popup == nil, "most changes are over by then")
            wait(1, &model)
            #expect(text(model).contains("sending 0 of 6. 0.5 s."))
            #expect(row("payments/5", model).contains("4 → 10   …"))
            _ = Update.update(&model, .answered(7, [ChangeItem("payments/0", detail: "0 → 10")]))
            let failure = ChangeItem("payments/3", failure: "NOT_LEADER_OR_FOLLOWER: it moved")
            _ = Update.update(&model, .answered(7, [failure]))
            #expect(text(model).contains("sending 2 of 6, 1 failed."))
            #expect(row("payments/0", model).contains("0 → 10   ok"))
            #expect(row("payments/3", model).contains("FAILED   NOT_LEADER_OR_FOLLOWER: it moved"))
            #expect(row("payments/4", model).contains("…"))
            // The order is that of the objects, not that of the answers.
            let lines = View.view(model).lines
            let order = (0..<6).compactMap { number in lines.firstIndex { $0.contains("payments/\(number) ") } }
            #expect(order.count == 6 && order == order.sorted())
        }
    }

    @Test func whatNobodyAnswersIsUnknownAndBeingChecked() {
        var model = model(change)
        wait(5_000, &model)
        _ = Update.update(&model, .answered(7, [ChangeItem("payments/1", failure: "timed out", isUnanswered: true)]))
        #expect(row("payments/1", model).contains("unknown   timed out; checking"))
        _ = Update.update(&model, .answered(7, [ChangeItem("payments/1", isUnanswered: true)]))
        #expect(row("payments/1", model).contains("done (nobody answered; found so)"))
        #expect(text(model).contains("sending 1 of 6."))
    }

    @Test func theResultTakesThePlaceOfThePopup() {
        var model = model(change)
        wait(1_000, &model)
        #expect(model.popup == .sending(SendingPopup(id: 7)))
        _ = Update.update(&model, .sent(7))
        #expect(model.popup == nil && model.sending.isEmpty)
        _ = Update.update(&model, .changed(change, [ChangeItem("payments/0")], took: 1_000, journal: 1))
        #expect(model.flash?.weight == .ok && model.popup == nil)
    }

    /// Who does not want to wait goes on; the last line tells of it, and the popup does not come back.
    @Test func escLetsItGoOn() {
        var model = model(change)
        wait(1_000, &model)
        _ = Update.update(&model, .key(.escape))
        wait(10_000, &model)
        #expect(model.popup == nil && model.place == .topics)
        _ = Update.update(&model, .answered(7, [ChangeItem("payments/0")]))
        #expect(View.view(model).lines.last?.contains("sending 1 of 6: purge 6 partitions") == true)
    }

    @Test func itDoesNotTakeTheFocusFromWhatIsOpen() {
        var model = model(change)
        _ = Update.update(&model, .key(.character("/")))
        wait(1_000, &model)
        #expect(model.popup == nil && model.prompt != nil)
        _ = Update.update(&model, .key(.escape))
        wait(1, &model)
        #expect(model.popup == .sending(SendingPopup(id: 7)))
    }

    /// Messages have names only when they have offsets, and many may go into one partition.
    @Test func messagesAreCounted() {
        var model = model(.produce(NewRecord(topic: "orders", key: nil, value: nil, times: 3)))
        wait(1_000, &model)
        #expect(text(model).contains("sending 0 of 3."))
        for offset in 4...5 {
            _ = Update.update(&model, .answered(7, [ChangeItem("orders/1", detail: "offset \(offset)")]))
        }
        #expect(text(model).contains("sending 2 of 3."))
        #expect(text(model).contains("offset 4   ok") && text(model).contains("offset 5   ok"))
    }

    @Test func aChangeOfManyObjectsIsSplitIntoAFewRequests() async {
        for count in [1, 6, DashboardLimits.sendingLots, 1_001] {
            let progress = ChangeProgress(change, at: 0) { _ in }
            let all = (0..<count).map { "\($0)" }
            let items = await progress.inLots(all) { lot in
                [ChangeItem(lot[0], detail: "\(lot.count)")] + lot.dropFirst().map { ChangeItem($0) }
            }
            #expect(items.map(\.name).sorted() == all.sorted())
            let requests = items.count { !$0.detail.isEmpty }
            #expect(requests == min(count, requests) && requests <= DashboardLimits.sendingLots)
            #expect(requests == count || count > DashboardLimits.sendingLots)
        }
    }
}
