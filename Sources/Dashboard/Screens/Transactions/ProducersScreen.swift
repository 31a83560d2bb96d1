import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The producers that the partitions of a topic remember, and the transactions that they left open. Read while it is looked
/// at.
enum ProducersScreen {
    static let columns: [TableColumn] = [
        .number("p", title: "P", width: 4, gap: 0),
        .number("id", title: "PRODUCER", width: 10),
        .number("epoch", title: "EPOCH", width: 6, dropOrder: 3),
        .number("sequence", title: "LAST SEQ", width: 10, dropOrder: 4),
        .number("last", title: "WROTE", width: 8, dropOrder: 6),
        .number("start", title: "OPEN FROM", width: 12),
        .number("behind", title: "BEHIND IT", width: 10, dropOrder: 5),
        .number("coordinator", title: "COORD EPOCH", width: 11, dropOrder: 1),
        .words("note", title: "NOTE", width: 26, dropOrder: 2),
    ]

    static func list(_ topic: String, _ model: Model) -> ListPage {
        let now = model.shownNow
        let spec = ListSpec<ProducerSnapshot>(
            title: "Producers of \(topic)", columns: columns, defaultSort: TableSort(column: "p"), id: key,
            text: { "\($0.id)" }, value: { value($0, $1, topic, model) }, isProblem: { $0.hangs(now: now) },
            cells: { cells($0, topic, model) })
        var page = spec.page(known(topic, model), model.list)
        page.nothingWrong = "No transaction hangs in \(topic)."
        page.empty = empty(topic, model)
        page.footer = footer(topic, model)
        return page
    }

    /// What a producer is kept under: `3/4012`.
    static func key(_ producer: ProducerSnapshot) -> String { "\(producer.partition)/\(producer.id)" }

    private static func picture(_ topic: String, _ model: Model) -> ProducersSnapshot? {
        model.producers.flatMap { $0.value.topic == topic ? $0.value : nil }
    }

    static func known(_ topic: String, _ model: Model) -> [ProducerSnapshot] { picture(topic, model)?.producers ?? [] }

    /// Messages from the beginning of an open transaction on, which read_committed readers do not see yet.
    static func behind(_ producer: ProducerSnapshot, _ topic: String, _ model: Model) -> Int64? {
        guard let start = producer.transactionStart,
            let offsets = model.snapshot.partition(TopicPartition(topic, producer.partition))?.offsets
        else { return nil }
        return max(0, offsets.value.latest - start)
    }

    private static func value(
        _ producer: ProducerSnapshot, _ column: String, _ topic: String, _ model: Model
    ) -> SortValue {
        switch column {
        case "p": .int(Int(producer.partition))
        case "id": .number(producer.id)
        case "epoch": .int(Int(producer.epoch))
        case "sequence": .number(producer.lastSequence.map(Int64.init))
        case "last": .number(producer.lastAt)
        case "start": .number(producer.transactionStart)
        case "behind": .number(behind(producer, topic, model))
        case "coordinator": .number(producer.coordinatorEpoch.map(Int64.init))
        default: .unknown
        }
    }

    private static func cells(_ producer: ProducerSnapshot, _ topic: String, _ model: Model) -> [String: StyledText] {
        let hangs = producer.hangs(now: model.shownNow)
        let ago = producer.lastAt.map { Format.age(Double(max(0, model.shownNow - $0)) / 1_000) }
        return [
            "p": StyledText("\(producer.partition)", .number),
            "id": StyledText("\(producer.id)", .number),
            "epoch": StyledText("\(producer.epoch)", .number),
            "sequence": producer.lastSequence.map { Figure.count(Int64($0), width: 10) } ?? Figure.none,
            "last": ago.map { StyledText("\($0) ago", .number) } ?? Figure.none,
            "start": producer.transactionStart.map {
                Figure.count($0, role: hangs ? .healthBad : .number, width: 12)
            } ?? Figure.none,
            "behind": behind(producer, topic, model).map { Figure.count($0, width: 10) } ?? Figure.none,
            "coordinator": producer.coordinatorEpoch.map { StyledText("\($0)", .number) } ?? Figure.none,
            "note": hangs
                ? StyledText("hangs: nobody ends it", .healthBad)
                : StyledText(producer.transactionStart == nil ? "" : "transaction open", .muted),
        ]
    }

    private static func empty(_ topic: String, _ model: Model) -> [StyledText] {
        if let failure = model.writersFailure { return [StyledText(failure, .healthDegraded)] }
        guard model.snapshot.topic(topic) != nil else {
            return [StyledText("There is no topic \(topic) any more. Esc goes back.")]
        }
        guard picture(topic, model) != nil else { return [StyledText("reading", .muted)] }
        return [
            "No partition of \(StyledText(topic).plain) remembers a producer: only idempotent and transactional ones are."
        ].map { StyledText($0) }
    }

    private static func footer(_ topic: String, _ model: Model) -> [StyledText] {
        let failures = picture(topic, model)?.failures ?? [:]
        let silent = failures.keys.sorted().prefix(3).map { "\($0): \(failures[$0] ?? "")" }
        let text =
            silent.isEmpty
            ? [] : [StyledText("partitions that do not tell   " + silent.joined(separator: "; "), .stale)]
        return text + WritersAge.lines(model, at: model.producers?.at)
    }
}
