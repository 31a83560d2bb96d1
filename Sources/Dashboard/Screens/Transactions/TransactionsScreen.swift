import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Transactional ids: who writes in transactions, and what is open for how long. Read while it is looked at.
enum TransactionsScreen {
    static let columns: [TableColumn] = [
        .name("id", title: "TRANSACTIONAL ID"),
        .words("state", title: "STATE", width: 14, dropOrder: 6),
        .number("coordinator", title: "COORD", width: 5, dropOrder: 3),
        .number("producer", title: "PRODUCER", width: 9, dropOrder: 4),
        .number("epoch", title: "EPOCH", width: 5, dropOrder: 1),
        .number("timeout", title: "TIMEOUT", width: 7, dropOrder: 2),
        .number("open", title: "OPEN FOR", width: 8),
        .words("partitions", title: "PARTITIONS", width: 24, dropOrder: 5),
    ]

    static func list(_ model: Model) -> ListPage {
        let now = model.shownNow
        let transactions = model.transactions?.value.transactions ?? []
        let spec = ListSpec<TransactionSnapshot>(
            title: "Transactional ids", columns: columns, defaultSort: TableSort(column: "open", descending: true),
            id: \.id, text: { "\($0.id) \($0.partitions.map(\.topic).joined(separator: " "))" },
            value: { value($0, $1, now) }, isProblem: { $0.isOverdue(now: now) }, cells: { cells($0, model) })
        var page = spec.page(transactions, model.list)
        page.nothingWrong = "No transaction is open for longer than it may be."
        page.empty = empty(model)
        page.footer = sentences(transactions, model)
        return page
    }

    private static func value(_ transaction: TransactionSnapshot, _ column: String, _ now: Timestamp) -> SortValue {
        switch column {
        case "id": .text(transaction.id)
        case "state": .text(transaction.state)
        case "coordinator": .int(Int(transaction.coordinator))
        case "producer": .number(transaction.producerID)
        case "epoch": .number(transaction.epoch.map(Int64.init))
        case "timeout": .number(transaction.timeout)
        case "open": .number(transaction.age(now: now))
        case "partitions": .int(transaction.partitions.count)
        default: .unknown
        }
    }

    private static func cells(_ transaction: TransactionSnapshot, _ model: Model) -> [String: StyledText] {
        let isOverdue = transaction.isOverdue(now: model.shownNow)
        let age = transaction.age(now: model.shownNow)
        let names = PartitionNames.list(transaction.partitions)
        return [
            "id": StyledText(transaction.id),
            "state": StyledText(transaction.state, transaction.isOpen ? .text : .muted),
            "coordinator": StyledText("\(transaction.coordinator)", .number),
            "producer": StyledText("\(transaction.producerID)", .number),
            "epoch": transaction.epoch.map { StyledText("\($0)", .number) } ?? Figure.none,
            "timeout": transaction.timeout.map { StyledText(Format.duration(Double($0) / 1_000), .number) }
                ?? Figure.none,
            "open": age.map { StyledText(Format.duration(Double($0) / 1_000), isOverdue ? .healthBad : .number) }
                ?? Figure.none,
            "partitions": names.isEmpty ? Figure.none : StyledText(names, .muted),
        ]
    }

    private static func empty(_ model: Model) -> [StyledText] {
        if let failure = model.writersFailure { return [StyledText(failure, .healthDegraded)] }
        guard model.transactions != nil else { return [StyledText("reading", .muted)] }
        return ["No transactional ids. One appears when a producer with transactional.id starts."]
    }

    /// Lines of sentences at most: more do not fit below a list.
    private static let sentencesShown = 4

    /// Transactions that their coordinators should have ended, and coordinators that do not tell.
    private static func sentences(_ transactions: [TransactionSnapshot], _ model: Model) -> [StyledText] {
        let overdue = transactions.filter { $0.isOverdue(now: model.shownNow) }.prefix(sentencesShown)
        let lines = overdue.map { transaction in
            StyledText(Cut.middle.cut(transaction.id, to: 19).padded(to: 20))
                + StyledText(
                    "is open for longer than its timeout of "
                        + "\(Format.duration(Double(transaction.timeout ?? 0) / 1_000)): read_committed readers wait for it."
                )
        }
        let silent = model.transactions?.value.silent ?? []
        return lines + WritersAge.lines(model, at: model.transactions?.at)
            + (silent.isEmpty
                ? []
                : [
                    StyledText(
                        "coordinators that do not tell: \(silent.map(String.init).joined(separator: ", "))", .stale)
                ])
    }

    /// Everything that is known of one, to be read at rest.
    static func details(_ id: String, _ model: Model) -> TextPopup? {
        guard let transaction = model.transactions?.value.transactions.first(where: { $0.id == id }) else { return nil }
        func line(_ name: String, _ text: String) -> StyledText {
            StyledText(name.padded(to: 14), .muted) + StyledText(text)
        }
        var lines = [
            line("state", transaction.state), line("coordinator", "broker \(transaction.coordinator)"),
            line("producer", "\(transaction.producerID)\(transaction.epoch.map { ", epoch \($0)" } ?? "")"),
        ]
        if let timeout = transaction.timeout { lines.append(line("timeout", Format.duration(Double(timeout) / 1_000))) }
        if let start = transaction.start, transaction.isOpen {
            let age = Format.duration(Double(max(0, model.shownNow - start)) / 1_000)
            lines.append(line("open since", "\(Format.time(start, zone: model.zone)) (\(age))"))
        }
        for (index, partition) in transaction.partitions.sorted().enumerated() {
            lines.append(line(index == 0 ? "partitions" : "", "\(partition.topic)/\(partition.partition)"))
        }
        return TextPopup(title: id, lines: lines, copy: id)
    }
}

/// How old pictures are that are read only while somebody looks at them.
enum WritersAge {
    static func lines(_ model: Model, at: Timestamp?) -> [StyledText] {
        guard let at, Staleness.isStale(at: at, now: model.shownNow, interval: .milliseconds(WriterActions.interval))
        else {
            return []
        }
        let age = Format.age(Double(model.shownNow - at) / 1_000)
        return [StyledText("as of \(age) ago" + (model.writersFailure.map { ": \($0)" } ?? ""), .stale)]
    }
}
