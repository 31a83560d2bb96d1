import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The plan that undoes a journal entry: fresh before → after for each object; what somebody else changed since is left
/// out.
enum UndoPlan {
    /// Objects shown one by one.
    private static let shown = 12

    /// One object of the entry.
    private struct Row {
        var name: String
        var now: String
        var after: String
        /// Whether it is no longer what the entry made of it.
        var changedSince: Bool
    }

    static func plan(_ entry: JournalEntry, _ change: Change, _ model: Model) -> PlanPopup {
        let change = without(Set(entry.items.filter { $0.failure != nil }.map(\.name)), change)
        let rows = rows(entry, change, model)
        let changed = Set(rows.filter(\.changedSince).map(\.name))
        let fresh = without(changed, change)
        var lines = [
            StyledText("Sends: \(fresh.summary)."),
            StyledText("The change was made at \(Format.moment(entry.at, now: model.now, zone: model.zone)).", .muted),
            "",
        ]
        let name = max(14, min(30, rows.map { TextWidth.of($0.name) }.max() ?? 0)) + 2
        for row in rows.prefix(shown) {
            let cells = "  " + Cut.middle.cut(row.name, to: name - 1).padded(to: name)
            lines.append(
                StyledText("\(cells)\(row.now) \(model.glyphs.arrow) \(row.after)", row.changedSince ? .muted : .text)
                    + StyledText(row.changedSince ? "   changed since by someone else: left out" : "", .healthDegraded))
        }
        if rows.count > shown { lines.append(StyledText("  + \(rows.count - shown) more", .muted)) }
        let isEmpty = !rows.isEmpty && changed.count == rows.count
        return PlanPopup(
            title: "Undo \(entry.number): \(entry.change)", lines: lines,
            question: isEmpty
                ? .refused("Everything was changed since by someone else.") : Plans.question(fresh, asking: "Undo it?"),
            change: fresh)
    }

    private static func rows(_ entry: JournalEntry, _ change: Change, _ model: Model) -> [Row] {
        let made = Dictionary(entry.items.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        func row(_ id: TopicPartition, now: String, after: String) -> Row {
            let name = "\(id.topic)/\(id.partition)"
            let arrow = made[name]?.detail.firstRange(of: " → ")
            let left = arrow.flatMap { range in made[name].map { String($0.detail[range.upperBound...]) } }
            return Row(name: name, now: now, after: after, changedSince: left.map { $0 != now } ?? false)
        }
        func list(_ brokers: [BrokerID]) -> String { brokers.map(String.init).joined(separator: " ") }
        switch change {
        case .resetOffsets(let group, let offsets):
            let committed = model.snapshot.group(group)?.committed ?? [:]
            return offsets.sorted { $0.key < $1.key }.map { id, after in
                row(
                    id, now: committed[id].map { MessagesScreen.offset($0) } ?? "—", after: MessagesScreen.offset(after)
                )
            }
        case .reassign(let plan, _):
            return plan.sorted { $0.key < $1.key }.map { id, after in
                row(id, now: model.snapshot.partition(id).map { list($0.targetReplicas) } ?? "?", after: list(after))
            }
        default: return []
        }
    }

    private static func without(_ names: Set<String>, _ change: Change) -> Change {
        func stays(_ id: TopicPartition) -> Bool { !names.contains("\(id.topic)/\(id.partition)") }
        switch change {
        case .resetOffsets(let group, let offsets):
            return .resetOffsets(group: group, offsets.filter { stays($0.key) })
        case .reassign(let plan, let throttle): return .reassign(plan.filter { stays($0.key) }, throttle: throttle)
        default: return change
        }
    }
}
