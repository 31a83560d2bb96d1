import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What works on transactional ids and on the producers of a topic.
enum WriterActions {
    /// They are asked for so often while somebody looks, milliseconds.
    static let interval: Int64 = 2_000

    /// Asks for what is in view when it has grown old.
    static func askAgain(_ model: inout Model) -> [Command] {
        guard model.frozen == nil, model.now - model.writersAskedAt >= interval else { return [] }
        return ask(&model)
    }

    /// Asks for what is in view.
    static func ask(_ model: inout Model) -> [Command] {
        model.writersAskedAt = model.now
        return switch model.place {
        case .transactions: [.fetchTransactions]
        case .producers(let topic): [.fetchProducers(topic: topic)]
        default: []
        }
    }

    /// Asks for the place that is gone to; what was shown of another topic is forgotten.
    static func enter(_ model: inout Model) -> [Command] {
        model.writersFailure = nil
        if case .producers(let topic) = model.place, model.producers?.value.topic != topic { model.producers = nil }
        return ask(&model)
    }

    /// Leads to all transactional ids.
    static let open = Action(
        "transactions", [.char("T")], help: "transactional ids", run: { Navigation.go(.transactions, &$0) })

    /// Leads to the producers of the topic under the cursor, or the one that is shown.
    static let producers = Action(
        "topic.producers", [.char("p")], help: "producers of the topic",
        availability: { topic($0) == nil ? .hidden : .yes },
        run: { model in topic(model).map { Navigation.go(.producers($0), &model) } ?? [] })

    private static func topic(_ model: Model) -> String? {
        switch model.place {
        case .topic(let name, _): name
        case .topics: Screens.cursorID(model)
        case .partitions, .partitionMap: Screens.cursorID(model).flatMap(Objects.partition)?.topic
        case .transactions: transaction(model)?.partitions.min()?.topic
        default: nil
        }
    }

    private static func transaction(_ model: Model) -> TransactionSnapshot? {
        let id = Screens.cursorID(model)
        return model.transactions?.value.transactions.first { $0.id == id }
    }

    private static func producer(_ model: Model) -> (topic: String, producer: ProducerSnapshot)? {
        guard case .producers(let topic) = model.place, let id = Screens.cursorID(model) else { return nil }
        return ProducersScreen.known(topic, model).first { ProducersScreen.key($0) == id }.map { (topic, $0) }
    }

    static let transactions: [Action] = [
        Action(
            "transaction.open", [.enter], hint: "all of it", help: "all that is known of the transactional id",
            availability: { transaction($0) == nil ? .hidden : .yes },
            run: { model in
                guard let id = Screens.cursorID(model), let popup = TransactionsScreen.details(id, model) else {
                    return []
                }
                model.popup = .text(popup)
                return []
            }),
        producers.hinted("producers"),
        Action(
            "transaction.fence", [.char("A")], hint: "abort", help: "abort the open transaction, fence its producer",
            group: .change, availability: { Screens.chosen($0).isEmpty ? .hidden : .yes },
            run: { Plans.show(.fence(Screens.chosen($0)), &$0) }),
        Actions.everywhere("problems").hinted("overdue", keys: "!"),
        Actions.everywhere("copy").hinted("copy"), Actions.everywhere("sort").hinted("sort", keys: "s"),
    ]

    static let topicProducers: [Action] = [
        Action(
            "producer.abort", [.char("A")], hint: "abort", help: "abort the transaction in this partition",
            group: .change,
            availability: { model in
                guard let found = producer(model) else { return .hidden }
                return found.producer.transactionStart == nil ? .no("no transaction of it is open here") : .yes
            },
            run: { model in
                Plans.show(producer(model).map { .abort($0.producer, topic: $0.topic) }, &model)
            }),
        open.hinted("transactional ids"),
        Actions.everywhere("problems").hinted("hanging", keys: "!"),
        Actions.everywhere("sort").hinted("sort", keys: "s"),
    ]
}
