import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Transactional ids and the producers of a topic: what is open, for how long, and how it is ended.
@Suite struct TransactionScreenTests {
    private static let now = Fixture.healthyAt

    private static func transaction(
        _ id: String, _ state: String, openFor: Int64? = nil, timeout: Int64 = 60_000
    ) -> TransactionSnapshot {
        var transaction = TransactionSnapshot(id: id, state: state, coordinator: 1, producerID: 4_012)
        guard let openFor else { return transaction }
        transaction.epoch = 3
        transaction.timeout = timeout
        transaction.start = now - openFor
        transaction.partitions = [TopicPartition("orders", 0), TopicPartition("orders", 2)]
        return transaction
    }

    private func model(_ place: Place, width: Int = 120) -> Model {
        Fixture.model(Fixture.healthy(), place, width: width, height: 24)
    }

    private func listed(_ width: Int = 120) -> Model {
        var model = model(.transactions, width: width)
        let transactions = [
            Self.transaction("billing-1", "Empty"), Self.transaction("pay-1", "Ongoing", openFor: 5_000),
            Self.transaction("pay-2", "Ongoing", openFor: 180_000),
        ]
        _ = Update.update(&model, .transactions(.success(TransactionsSnapshot(transactions))))
        return model
    }

    private func rows(_ model: Model) -> [String] { View.view(model).lines }

    @Test func theLongestOpenComesFirstAndOverdueIsSaid() throws {
        let lines = rows(listed())
        let first = try #require(lines.firstIndex { $0.contains("pay-2") })
        #expect(lines[first].contains("Ongoing") && lines[first].contains("3m"))
        #expect(lines[first + 1].contains("pay-1") && lines[first + 2].contains("billing-1"))
        #expect(
            lines.contains { $0.contains("is open for longer than its timeout of 1m00s: read_committed readers wait") })
        for width in [80, 60, 40] { #expect(rows(listed(width)).contains { $0.contains("pay-2") }) }
    }

    @Test func problemsAreTheOverdueOnes() {
        var model = listed()
        _ = Update.update(&model, .key(.character("!")))
        #expect(TransactionsScreen.list(model).ids == ["pay-2"])
    }

    @Test func abortingShowsWhatItEndsAndAsksForTheName() {
        var model = listed()
        _ = Update.update(&model, .key(.character("A")))
        let text = rows(model).joined(separator: "\n")
        #expect(text.contains("Abort and fence pay-2"))
        #expect(text.contains("2 partitions: orders/0 /2"))
        #expect(text.contains("klamm transactions fence pay-2"))
        for character in "pay-2" { #expect(Update.update(&model, .key(.character(character))).isEmpty) }
        #expect(
            Update.update(&model, .key(.enter))
                == [.change(.fenceProducers(["pay-2"]), command: "klamm transactions fence pay-2")])
    }

    @Test func enterTellsAllOfIt() {
        var model = listed()
        _ = Update.update(&model, .key(.enter))
        let text = rows(model).joined(separator: "\n")
        #expect(text.contains("open since") && text.contains("orders/2") && text.contains("broker 1"))
    }

    @Test func theyAreReadWhileSomebodyLooks() {
        var model = model(.groups)
        #expect(Update.update(&model, .key(.character("T"))) == [.fetchTransactions])
        #expect(model.place == .transactions)
        let report = Fixture.healthy()
        #expect(Update.update(&model, .report(report, model.latestEvents)).isEmpty)
        model.now += 2_500
        #expect(Update.update(&model, .report(report, model.latestEvents)) == [.fetchTransactions])
        _ = Update.update(&model, .key(.character("1")))
        model.now += 2_500
        #expect(Update.update(&model, .report(report, model.latestEvents)).isEmpty)
    }

    @Test func aClusterThatDoesNotTellSaysSo() {
        var model = model(.transactions)
        _ = Update.update(&model, .transactions(.failure(Failure("ListTransactions is not offered by this broker"))))
        #expect(rows(model).contains { $0.contains("ListTransactions is not offered by this broker") })
    }

    @Test func producersOfATopicShowWhatTheyLeftOpen() throws {
        var model = model(.topics)
        model.list.cursorID = "orders"
        #expect(Update.update(&model, .key(.character("p"))) == [.fetchProducers(topic: "orders")])
        let end = try #require(model.snapshot.partition(TopicPartition("orders", 1))?.offsets?.value.latest)
        let picture = ProducersSnapshot(
            topic: "orders",
            [
                ProducerSnapshot(partition: 0, id: 7, epoch: 0, lastSequence: 88_102, lastAt: Self.now - 4_000),
                ProducerSnapshot(
                    partition: 1, id: 9, epoch: 2, lastSequence: 3, lastAt: Self.now - 1_200_000,
                    transactionStart: end - 40, coordinatorEpoch: 5),
            ])
        _ = Update.update(&model, .producers(topic: "orders", .success(picture)))
        #expect(rows(model).contains { $0.contains("88,102") && $0.contains("4s ago") })
        #expect(rows(model).contains { $0.contains("hangs: nobody ends it") && $0.contains("40") })
        _ = Update.update(&model, .key(.character("!")))
        #expect(ProducersScreen.list("orders", model).ids == ["1/9"])
        _ = Update.update(&model, .key(.character("A")))
        #expect(rows(model).joined().contains("up to 40 messages that read_committed readers wait for"))
        for character in "orders" { _ = Update.update(&model, .key(.character(character))) }
        #expect(
            Update.update(&model, .key(.enter)) == [
                .change(
                    .abortTransaction(TopicPartition("orders", 1), start: end - 40),
                    command: "klamm transactions abort orders --partition 1 --start-offset \(end - 40)")
            ])
    }

    @Test func aProducerWithoutATransactionCannotBeAborted() {
        var model = model(.producers("orders"))
        let picture = ProducersSnapshot(topic: "orders", [ProducerSnapshot(partition: 0, id: 7, epoch: 0)])
        _ = Update.update(&model, .producers(topic: "orders", .success(picture)))
        _ = Update.update(&model, .key(.character("A")))
        #expect(model.popup == nil)
        #expect(rows(model).last?.contains("no transaction of it is open here") == true)
    }

    /// An answer about a topic that is not shown any more is not taken for that of another.
    @Test func lateAnswersAreDropped() {
        var model = model(.producers("orders"))
        let picture = ProducersSnapshot(topic: "payments", [ProducerSnapshot(partition: 0, id: 7, epoch: 0)])
        _ = Update.update(&model, .producers(topic: "payments", .success(picture)))
        #expect(model.producers == nil)
    }

    @Test func thePaletteLeadsToBoth() {
        var model = model(.overview)
        guard case .done(let commands) = Palette.run("producers orders", chosen: 0, &model) else {
            Issue.record("not run")
            return
        }
        #expect(commands == [.fetchProducers(topic: "orders")] && model.place == .producers("orders"))
        guard case .done(let more) = Palette.run("transactions", chosen: 0, &model) else {
            Issue.record("not run")
            return
        }
        #expect(more == [.fetchTransactions] && model.place == .transactions)
    }
}
