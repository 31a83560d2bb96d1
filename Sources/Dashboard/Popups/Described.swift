import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What `d` describes with every figure, how old each is and who told it.
package enum Described: Sendable, Equatable {
    case topic(String)
    case partition(TopicPartition)
    case broker(BrokerID)
    /// A partition as a group reads it.
    case reading(group: String, TopicPartition)

    /// What a row of the present list is about; nil where its cells are all there is to tell.
    init?(_ row: String, _ model: Model) {
        switch model.place {
        case .partitions, .partitionMap, .topic(_, .partitions), .topic(_, .map), .broker(_, .partitions), .reassign:
            guard let id = Objects.partition(row) else { return nil }
            self = .partition(id)
        case .group(let group) where !model.showsMembers:
            guard let id = Objects.partition(row) else { return nil }
            self = .reading(group: group, id)
        case .topics: self = .topic(row)
        case .brokers, .quorum:
            guard let id = BrokerID(row) else { return nil }
            self = .broker(id)
        default: return nil
        }
    }

    /// The popup that tells of it as long as it is open.
    var popup: TextPopup {
        let name =
            switch self {
            case .topic(let name): name
            case .partition(let id): "\(id.topic)/\(id.partition)"
            case .broker(let id): "broker \(id)"
            case .reading(let group, let id): "\(group) on \(id.topic)/\(id.partition)"
            }
        var popup = TextPopup(title: name, lines: [], width: Self.width, copy: name)
        popup.about = self
        return popup
    }

    private static let width = 100

    /// Cells of a line.
    static func room(_ model: Model) -> Int {
        Popups.area(width: width, lines: 1, in: Frame.body(model.size)).width - 4
    }

    /// The partitions whose last messages it tells of; none of a broker.
    func partitions(_ model: Model) -> [TopicPartition] {
        switch self {
        case .topic(let name):
            let ids = model.snapshot.topic(name)?.partitions.map { TopicPartition(name, $0.id) } ?? []
            return Array(ids.prefix(DashboardLimits.lastMessages))
        case .partition(let id): return [id]
        case .broker, .reading: return []
        }
    }

    /// What there is to tell now.
    func lines(_ model: Model) -> [StyledText] {
        switch self {
        case .topic(let name): TopicDetails.lines(name, model)
        case .partition(let id): PartitionDetails.lines(id, model)
        case .broker(let id): BrokerDetails.lines(id, model)
        case .reading(let group, let id): ReadingDetails.lines(group, id, model)
        }
    }
}

extension TextPopup {
    /// The lines it shows now.
    func shown(_ model: Model) -> [StyledText] { about?.lines(model) ?? lines }
}

extension Described {
    /// What no picture holds is asked for so often while it is looked at, milliseconds.
    static let interval: Int64 = 5_000

    /// Asks for what no picture holds, when it is opened (`now`) or has grown old.
    static func ask(_ model: inout Model, now: Bool = false) -> [Command] {
        guard case .text(let popup)? = model.popup, let about = popup.about, model.frozen == nil,
            now || model.now - model.describedAskedAt >= interval
        else { return [] }
        model.describedAskedAt = model.now
        if now {
            model.lastMessages = LastMessages()
            model.nextMessage = NextMessage(about)
        }
        if case .reading(let group, let partition) = about { return [.fetchNextMessage(group: group, partition)] }
        let partitions = about.partitions(model)
        return partitions.isEmpty ? [] : [.fetchLastMessages(partitions)]
    }
}

/// Lines of a description: a name and a sentence, or a figure with its age and who told it.
enum DetailLine {
    /// Cells of the name before a sentence or figure.
    static let name = 15

    static let header = StyledText(
        "FIGURE".padded(to: name) + "VALUE".leftPadded(to: 18) + "AGE".leftPadded(to: 6) + "  TOLD BY", .column)

    /// A name, and what is said of it.
    static func said(_ title: String, _ text: StyledText) -> StyledText {
        StyledText(title.padded(to: name), .muted) + text
    }

    /// Sentences under one name.
    static func said(_ title: String, _ texts: [StyledText]) -> [StyledText] {
        texts.enumerated().map { said($0.offset == 0 ? title : "", $0.element) }
    }

    /// A figure, when it was read, and who told it.
    static func figure(_ title: String, _ value: StyledText, at: Timestamp?, by: String, _ model: Model) -> StyledText {
        let blanks = String(repeating: " ", count: max(0, 18 - value.width(glyphs: model.glyphs)))
        return StyledText(title.padded(to: name), .muted) + StyledText(blanks) + value
            + StyledText(age(at, model).leftPadded(to: 6)) + StyledText("  ") + StyledText(by, .muted)
    }

    /// How old something is; `—` when it was never read.
    static func age(_ at: Timestamp?, _ model: Model) -> String {
        at.map { Format.age(Double(max(0, model.shownNow - $0)) / 1_000) } ?? "—"
    }

    /// When a source answered last.
    static func at(_ source: SourceSnapshot.Name, _ model: Model) -> Timestamp? {
        model.snapshot.sources.first { $0.name == source }?.answeredAt
    }
}
