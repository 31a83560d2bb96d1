import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The plan that undoes a journal entry, of this run or of an earlier one: fresh before → after for each object. What is
/// no longer as the change left it was changed since by somebody else, and is left out.
package enum UndoPlan {
    /// Shows the plan; present configs and log dirs are read first.
    static func open(_ entry: JournalEntry, _ change: Change, _ model: inout Model) -> [Command] {
        if case .alterConfigs(let alterations) = change {
            let resources = alterations.map(\.resource)
            model.pendingUndo = (entry, Set(resources))
            model.say("reading the present configs of \(ConfigWords.owners(resources))")
            return [.fetchConfigs(resources)]
        }
        if case .moveReplicas(_, let broker) = change {
            model.pendingDirsUndo = entry
            model.say("reading the log dirs of broker \(broker)")
            return [.fetchLogDirs(broker)]
        }
        return Plans.show(.undo(entry, change), &model)
    }

    /// The configs of a resource came: the plan that waits for them.
    static func read(_ resource: ConfigResource, _ model: inout Model) -> [Command] {
        guard var pending = model.pendingUndo, pending.unread.remove(resource) != nil else { return [] }
        model.pendingUndo = pending.unread.isEmpty ? nil : pending
        let entry = pending.entry
        guard pending.unread.isEmpty, let change = entry.undoChange, model.popup == nil else { return [] }
        return Plans.show(.undo(entry, change), &model)
    }

    /// The log dirs of a broker came, or did not: the plan that waits for them.
    static func read(logDirsOf broker: BrokerID, _ model: inout Model) -> [Command] {
        guard let entry = model.pendingDirsUndo, let change = entry.undoChange, case .moveReplicas(_, broker) = change
        else { return [] }
        model.pendingDirsUndo = nil
        guard model.logDirsFailure == nil, model.popup == nil else { return [] }
        return Plans.show(.undo(entry, change), &model)
    }

    /// What a journal remembers a new topic by.
    package static func identity(_ id: TopicID) -> String { "id \(id)" }

    /// Objects shown one by one.
    private static let shown = 12

    /// One object of the entry.
    private struct Row {
        var name: String
        var now: String
        var after: String
        /// Whether it is no longer what the entry made of it.
        var changedSince: Bool

        /// Why it is left out.
        var note: String {
            guard changedSince else { return "" }
            return now == after ? "   is so already: left out" : "   changed since by someone else: left out"
        }
    }

    static func plan(_ entry: JournalEntry, _ change: Change, _ model: Model) -> PlanPopup {
        let change = without(Set(entry.items.filter { $0.failure != nil }.map(\.name)), change)
        let rows = rows(entry, change, model)
        let changed = Set(rows.filter(\.changedSince).map(\.name))
        let fresh = without(changed, change)
        let isEmpty = !rows.isEmpty && changed.count == rows.count
        var lines = [
            StyledText("Sends: \((isEmpty ? change : fresh).summary)."),
            StyledText("The change was made at \(Format.moment(entry.at, now: model.now, zone: model.zone)).", .muted),
            "",
        ]
        let name = max(14, min(30, rows.map { TextWidth.of($0.name) }.max() ?? 0)) + 2
        for row in rows.prefix(shown) {
            let cells = "  " + Cut.middle.cut(row.name, to: name - 1).padded(to: name)
            lines.append(
                StyledText("\(cells)\(row.now) \(model.glyphs.arrow) \(row.after)", row.changedSince ? .muted : .text)
                    + StyledText(row.note, .healthDegraded))
        }
        if rows.count > shown { lines.append(StyledText("  + \(rows.count - shown) more", .muted)) }
        let isSo = rows.allSatisfy { $0.now == $0.after }
        let stale = !isEmpty ? nil : isSo ? "It is so already." : "Everything was changed since by someone else."
        let question = (refusal(entry, change, model) ?? stale).map { PlanPopup.Question.refused($0) }
        return PlanPopup(
            title: "Undo \(entry.number): \(entry.change)", lines: lines,
            question: question ?? Plans.question(fresh, asking: "Undo it?"), change: fresh)
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
            let group = model.snapshot.group(group)
            return offsets.sorted { $0.key < $1.key }.map { id, after in
                let now = group?.position(in: id).map { MessagesScreen.offset($0) } ?? "—"
                return row(id, now: now, after: MessagesScreen.offset(after))
            }
        case .reassign(let plan, _):
            return plan.sorted { $0.key < $1.key }.map { id, after in
                row(id, now: model.snapshot.partition(id).map { list($0.targetReplicas) } ?? "?", after: list(after))
            }
        case .moveReplicas(let targets, let broker):
            let picture = LogDirsScreen.shown(broker, model)?.picture.value
            return targets.sorted { $0.key < $1.key }.map { id, after in
                row(id, now: picture?.replica(id)?.heading ?? "gone", after: after)
            }
        case .alterConfigs(let alterations):
            return alterations.flatMap { alteration in
                let present = model.configs[alteration.resource]?.value ?? []
                let item = made[alteration.resource.name]
                return alteration.changes.map { change in
                    let left = item.flatMap {
                        ConfigWords.left($0.detail, of: change.name, isOnly: alteration.changes.count == 1)
                    }
                    let entry = present.first { $0.name == change.name }
                    let own = entry.flatMap { $0.source == alteration.resource.ownEntrySource ? $0.value : nil }
                    let now = ConfigText.exact(change.name, own)
                    return Row(
                        name: alterations.count == 1 ? change.name : alteration.resource.name, now: now,
                        after: ConfigText.exact(change.name, change.value), changedSince: left != now)
                }
            }
        case .createTopics(let topics):
            return topics.map { topic in
                let isThere = model.snapshot.topic(topic.name) != nil
                return Row(
                    name: topic.name, now: isThere ? "exists again" : "gone",
                    after: "\(PartitionNames.count(Int(topic.partitions))), empty", changedSince: isThere)
            }
        case .deleteTopics(let names) where names.count > 1:
            return names.map { name in
                let id = model.snapshot.topic(name).map { $0.id.map(identity) ?? "exists" }
                let isAnother = id.map { now in made[name].map { !$0.detail.isEmpty && $0.detail != now } ?? false }
                return Row(
                    name: name, now: id == nil ? "gone" : isAnother == true ? "another topic" : "exists", after: "gone",
                    changedSince: isAnother ?? true)
            }
        case .restoreGroups(let groups):
            return groups.sorted { $0.key < $1.key }.map { name, offsets in
                let isThere = model.snapshot.group(name) != nil
                let count = offsets.count
                return Row(
                    name: name, now: isThere ? "exists again" : "gone",
                    after: "\(count) offset\(count == 1 ? "" : "s")", changedSince: isThere)
            }
        case .deleteGroups(let names) where names.count > 1:
            return names.map { name in
                let members = model.snapshot.group(name)?.members.count
                let now = members.map { $0 == 0 ? "exists" : "has members" } ?? "gone"
                return Row(name: name, now: now, after: "gone", changedSince: members != 0)
            }
        default: return []
        }
    }

    /// Why it cannot be undone as things are; nil when it can.
    private static func refusal(_ entry: JournalEntry, _ change: Change, _ model: Model) -> String? {
        let snapshot = model.snapshot
        if let made = entry.clusterID, let now = snapshot.clusterID, made != now {
            return "It was made on another cluster of this name, \(made)."
        }
        func state(_ id: BrokerID, _ wanted: String, _ isWanted: (BrokerSnapshot) -> Bool) -> String? {
            guard let broker = snapshot.broker(id) else { return "There is no broker \(id) any more." }
            return isWanted(broker) ? nil : "Broker \(id) is not \(wanted) any more."
        }
        switch change {
        case .deleteTopics(let names) where names.count > 1: return nil
        case .removeBroker(let id): return Plans.removalRefusal(id, model)
        case .deleteGroups(let names) where names.count > 1: return nil
        case .deleteGroups(let names):
            guard let group = names.first.flatMap({ snapshot.group($0) }) else { return "The group is gone already." }
            return group.members.isEmpty ? nil : "Not possible: \(group.name) has members by now. Stop them first."
        case .deleteTopics(let names):
            guard let name = names.first, let topic = snapshot.topic(name) else { return "The topic is gone already." }
            let made = entry.items.first { $0.name == name }?.detail ?? ""
            guard let id = topic.id, !made.isEmpty, made != identity(id) else { return nil }
            return "\(name) is another topic now: the one of this change was deleted since."
        case .createTopic(let topic):
            return snapshot.topic(topic.name) == nil ? nil : "A topic \(topic.name) exists again."
        case .alterConfigs(let alterations):
            return alterations.lazy.compactMap { alteration in
                switch alteration.resource {
                case .topic(let name): snapshot.topic(name) == nil ? "Topic \(name) is gone." : nil
                case .broker(let id), .loggers(let id):
                    snapshot.broker(id) == nil ? "There is no broker \(id) any more." : nil
                case .allBrokers: nil
                }
            }.first
        case .resetOffsets(let group, _):
            // The change that deleted it tells of it by name.
            let wasDeleted = entry.items.contains { $0.name == group }
            guard let group = snapshot.group(group) else {
                return wasDeleted ? nil : "There is no such group any more."
            }
            if wasDeleted { return "A group \(group.name) exists again." }
            let count = group.members.count
            let members = "\(count) member\(count == 1 ? "" : "s")"
            return count == 0 ? nil : "Not possible: group is \(group.state) with \(members). Stop them first."
        case .reassign(let plan, _):
            let moving = plan.keys.sorted().first { snapshot.partition($0)?.isMoving ?? false }
            return moving.map { "\($0.topic)/\($0.partition) is moving now. X on screen 7 cancels a move." }
        case .setThrottle, .removeThrottles:
            return ReassignActions.moving(snapshot).isEmpty ? "No partition is moving any more." : nil
        case .moveReplicas(_, let broker):
            return snapshot.broker(broker) == nil ? "There is no broker \(broker) any more." : nil
        case .startBrokers(let ids): return ids.lazy.compactMap { state($0, "down", BrokerWords.isDown) }.first
        case .stopBroker(let id), .pauseBroker(let id): return state(id, "up") { $0.state == .up }
        case .resumeBroker(let id): return state(id, "paused", BrokerWords.isPaused)
        default: return nil
        }
    }

    private static func without(_ names: Set<String>, _ change: Change) -> Change {
        func stays(_ id: TopicPartition) -> Bool { !names.contains("\(id.topic)/\(id.partition)") }
        switch change {
        case .createTopics(let topics): return .createTopics(topics.filter { !names.contains($0.name) })
        case .deleteTopics(let all) where all.count > 1: return .deleteTopics(all.filter { !names.contains($0) })
        case .deleteGroups(let all) where all.count > 1: return .deleteGroups(all.filter { !names.contains($0) })
        case .restoreGroups(let groups): return .restoreGroups(groups.filter { !names.contains($0.key) })
        case .resetOffsets(let group, let offsets):
            return .resetOffsets(group: group, offsets.filter { stays($0.key) })
        case .reassign(let plan, let throttle): return .reassign(plan.filter { stays($0.key) }, throttle: throttle)
        case .moveReplicas(let targets, let broker):
            return .moveReplicas(targets.filter { stays($0.key) }, on: broker)
        case .alterConfigs(let alterations):
            let left = alterations.map { alteration in
                ConfigAlteration(alteration.resource, alteration.changes.filter { !names.contains($0.name) })
            }
            return .alterConfigs(left.filter { !$0.changes.isEmpty && !names.contains($0.resource.name) })
        default: return change
        }
    }
}
