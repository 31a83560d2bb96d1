import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Where the committed offsets of a group go, or the start offsets of a share group (the choices of KIP-122, and another
/// group's offsets).
package enum ResetMode: String, Sendable, CaseIterable {
    case beginning, end, current, offset
    case shift = "shift by"
    case time, duration, file
    case group = "another group"

    /// What is still to be typed, in a sentence.
    var wants: String {
        switch self {
        case .shift: "by how many messages to shift"
        case .duration: "how long ago"
        case .group: "the name of the other group"
        default: "the \(rawValue)"
        }
    }

    /// What is asked for; nil when nothing is.
    package var asks: String? {
        switch self {
        case .beginning, .end, .current: nil
        case .offset: "offset: "
        case .shift: "shift by (−100, 50): "
        case .time: "time (12:09:00, 2026-11-22 09:15): "
        case .duration: "how long ago (15m, 2h, 1d): "
        case .file: "file (topic,partition,offset): "
        case .group: "group: "
        }
    }
}

/// One partition of a reset, before → after.
struct ResetRow {
    var id: TopicPartition
    /// Where the group is; nil when it has not begun.
    var before: Offset?
    /// Where it goes; nil when this partition cannot be set.
    var after: Offset?
    /// Messages that wait after it.
    var lag: Int64?
    /// That it was moved into the log, or why it cannot be set.
    var note = ""

    /// Messages read again (negative) or skipped.
    var change: Int64? {
        guard let before, let after else { return nil }
        return after - before
    }
}

/// Works out where a reset leads.
enum ResetOffsets {
    /// The partitions of the group's topics, of those that were added, and of those that a file names.
    static func partitions(_ popup: ResetPopup, _ model: Model) -> [TopicPartition] {
        let own = model.snapshot.group(popup.group)?.topics ?? []
        let named = popup.added.union(popup.mode == .file ? popup.found.keys.map(\.topic) : [])
        return (own + named.subtracting(own).sorted()).flatMap { name in
            (model.snapshot.topic(name)?.partitions ?? []).map { TopicPartition(name, $0.id) }
        }
    }

    static func rows(_ popup: ResetPopup, _ model: Model) -> [ResetRow] {
        let group = model.snapshot.group(popup.group)
        return partitions(popup, model).map { id in
            var row = ResetRow(id: id, before: group?.position(in: id))
            guard let ends = model.snapshot.partition(id)?.offsets?.value else {
                row.note = "no offsets known"
                return row
            }
            guard let wanted = wanted(id, row.before, ends, popup, model) else {
                row.note = popup.asked != nil ? "asking" : "not changed"
                row.lag = row.before.map { max(0, ends.latest - $0) }
                return row
            }
            let after = min(max(wanted, ends.earliest), ends.latest)
            if after > wanted { row.note = "clamped to earliest" }
            if after < wanted { row.note = "clamped to latest" }
            row.after = after
            row.lag = ends.latest - after
            return row
        }
    }

    private static func wanted(
        _ id: TopicPartition, _ before: Offset?, _ ends: PartitionOffsets, _ popup: ResetPopup, _ model: Model
    ) -> Offset? {
        switch popup.mode {
        case .beginning: ends.earliest
        case .end: ends.latest
        case .current: before
        case .offset: Int64(popup.value)
        case .shift:
            before.flatMap { before in
                number(popup.value).map { before.addingReportingOverflow($0).partialValue }
            }
        case .time, .duration, .file: popup.found[id]
        case .group: model.snapshot.group(popup.value)?.position(in: id)
        }
    }

    /// A number with `-` or `−`.
    static func number(_ text: String) -> Int64? {
        Int64(String(text.filter { $0 != " " }.map { $0 == "−" ? "-" : $0 }))
    }

    /// The moment that time and duration mean.
    static func moment(_ popup: ResetPopup, _ model: Model) -> Timestamp? {
        switch popup.mode {
        case .time: SeekText.clock(popup.value.lowercased(), now: model.now, zone: model.zone)
        case .duration: SeekText.ago(popup.value).map { model.now - $0 }
        default: nil
        }
    }

    /// What is sent: every partition that can be set and was not left out.
    static func targets(_ popup: ResetPopup, _ model: Model) -> [TopicPartition: Offset] {
        rows(popup, model).reduce(into: [:]) { targets, row in
            if !popup.leftOut.contains(row.id), let after = row.after { targets[row.id] = after }
        }
    }

    /// The same on the command line, in the words of the choice where they say it shorter than every offset would.
    static func command(_ popup: ResetPopup, _ model: Model) -> String {
        let targets = targets(popup, model)
        let common = model.cluster.commandOptions
        guard let to = option(popup, model) else {
            return Change.resetOffsets(group: popup.group, targets).equivalent.text(common)
        }
        let selections = Dictionary(grouping: targets.keys, by: \.topic).sorted { $0.key < $1.key }.map {
            topic, partitions -> (String, String?) in
            let isWhole = partitions.count == model.snapshot.topic(topic)?.partitions.count
            let numbers = partitions.map(\.partition).sorted().map(String.init).joined(separator: ",")
            return ("topic", isWhole ? topic : "\(topic):\(numbers)")
        }
        return EquivalentCommand(["groups", "reset-offsets"], [popup.group], selections + [to]).text(common)
    }

    private static func option(_ popup: ResetPopup, _ model: Model) -> (String, String?)? {
        switch popup.mode {
        case .beginning: ("to-earliest", nil)
        case .end: ("to-latest", nil)
        case .current: ("to-current", nil)
        case .offset: ("to-offset", popup.value)
        case .shift: number(popup.value).map { ("shift-by", "\($0)") }
        case .time: moment(popup, model).map { ("to-datetime", Self.iso($0)) }
        case .duration: SeekText.ago(popup.value).map { ("by-duration", "PT\($0 / 1_000)S") }
        case .file, .group: nil
        }
    }

    /// `2026-11-23T12:09:00.000`, in UTC.
    private static func iso(_ at: Timestamp) -> String {
        String(Format.fullTime(at, zone: .utc).dropLast(7)).split(separator: " ").joined(separator: "T")
    }

    /// The offsets of a reset as an `OffsetsFile`.
    static func csv(_ popup: ResetPopup, _ model: Model) -> String {
        targets(popup, model).sorted { $0.key < $1.key }.map { "\($0.key.topic),\($0.key.partition),\($0.value)\n" }
            .joined()
    }
}
