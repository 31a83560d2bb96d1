import KafkaProtocol

/// What happened to consumer groups: their state, their members, the verdict on their lag.
extension EventDetector {
    /// Changes of states and members. Consoles come and go unnoticed.
    static func groupEvents(_ old: ClusterSnapshot, _ new: ClusterSnapshot) -> [ClusterEvent] {
        let pairs = NamedPairs(old.groups, new.groups)
        // Groups that were there before the first answer about groups are not new.
        let wereRead = old.sources.contains { $0.name == .groups && $0.answeredAt != nil }
        var events: [ClusterEvent] = []
        for index in pairs.changed {
            let before = pairs.old(index)
            // Nearly always nothing happened, and there are many groups.
            if let before, old.groups[before].state == new.groups[index].state,
                old.groups[before].members.isIdentical(to: new.groups[index].members)
            {
                continue
            }
            let group = new.groups[index]
            if let was = before.map({ old.groups[$0] }) {
                if group.isConsole { continue }
                if let event = change(of: group, was: was, at: new.at) { events.append(event) }
            } else if wereRead, !group.isConsole {
                events.append(
                    event(group, " new: \(group.state), \(members(group))", at: new.at, short: "\(group.name) new"))
            }
        }
        for group in pairs.gone.map({ old.groups[$0] }) where !group.isConsole {
            events.append(event(group, " gone: it has no members and no offsets any more", at: new.at))
        }
        return events
    }

    private static func change(of group: GroupSnapshot, was: GroupSnapshot, at: Timestamp) -> ClusterEvent? {
        guard was.state != group.state else {
            // A rebalance that begins and ends between two looks shows in the members alone.
            let changed = joinedAndLeft(group, was)
            guard group.state == "stable", !changed.isEmpty else { return nil }
            // Members of a share group come and go without taking partitions from each other.
            let what = group.isShare ? " members: " : " rebalanced: "
            return event(group, what + "\(changed); \(members(group))", at: at)
        }
        if let a = was.coordinator, let b = group.coordinator, a != b {
            return event(
                group, " \(group.state): coordinator moved \(a) → \(b)", at: at,
                line: "\(group.name) \(group.state): coordinator moved")
        }
        switch group.state {
        case "stable": return event(group, " stable, \(members(group))", at: at)
        case "empty": return event(group, " empty: last member left", at: at)
        default:
            let changed = group.isRebalancing ? joinedAndLeft(group, was) : ""
            return event(
                group, " \(group.state)" + (changed.isEmpty ? "" : ": \(changed)"), at: at,
                short: "\(group.name) \(group.state)")
        }
    }

    /// `1 joined`, `2 left`, `1 joined, 1 left`.
    private static func joinedAndLeft(_ group: GroupSnapshot, _ was: GroupSnapshot) -> String {
        let (before, after) = (Set(was.members.map(\.id)), Set(group.members.map(\.id)))
        let counts = [(after.subtracting(before).count, "joined"), (before.subtracting(after).count, "left")]
        return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    private static func members(_ group: GroupSnapshot) -> String {
        "\(group.members.count) member\(group.members.count == 1 ? "" : "s")"
    }

    private static func event(
        _ group: GroupSnapshot, _ text: String, at: Timestamp, short: String? = nil, line: String? = nil
    ) -> ClusterEvent {
        let word = text.split(separator: " ").first.map { $0.filter { $0 != ":" && $0 != "," } } ?? ""
        return ClusterEvent(
            at: at, kind: .group, text: group.name + text, short: short ?? "\(group.name) \(word)", line: line,
            subject: group.name)
    }

    /// Changes of the verdicts on groups; those on a group that is new or gone are none.
    static func verdictEvents(
        _ old: [String: Shared<GroupFigures>], _ new: [String: Shared<GroupFigures>], in snapshot: ClusterSnapshot
    ) -> [ClusterEvent] {
        snapshot.groups.compactMap { group in
            guard let was = old[group.name]?.status, let now = new[group.name], was != now.status, !group.isConsole
            else { return nil }
            let reason = reason(group, now.value, at: snapshot.at)
            let word = now.status == .ok ? "OK again" : now.status.word
            var event = event(
                group, " \(word)\(reason.isEmpty ? "" : ": \(reason)")", at: snapshot.at,
                short: "\(group.name) \(word)")
            event.isSeenOnly = true
            return event
        }
    }

    /// Why a group has its verdict.
    static func reason(_ group: GroupSnapshot, _ figures: GroupFigures, at now: Timestamp) -> String {
        switch figures.status {
        case .ok: return ""
        case .warn where group.isNotReady: return "it waits for topics for more than a minute"
        case .warn where group.isRebalancing: return "it rebalances for more than a minute"
        case .warn:
            let minutes = (now - (figures.growsSince ?? now)) / 60_000
            return minutes < 1 ? "its lag grows" : "its lag grew for \(minutes) m"
        case .stall: return "it has members, but no progress"
        case .stop: return "nothing is committed any more"
        case .rewind: return "a committed offset went back"
        }
    }
}
