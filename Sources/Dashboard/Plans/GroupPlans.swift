import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Plans about consumer groups; `ResetView` is the one of an offset reset.
extension Plans {
    static func deleteGroups(_ names: [String], _ model: Model) -> PlanPopup {
        let known = names.filter { model.snapshot.group($0) != nil }
        let isGone = known.isEmpty
        let names = isGone ? names : known
        let committed = names.reduce(0) { $0 + (model.snapshot.group($1)?.committed.count ?? 0) }
        let undo =
            committed == 0
            ? "no" : "V: the \(committed) committed offset\(committed == 1 ? "" : "s")\(kept(committed))"
        let busy = names.compactMap { model.snapshot.group($0) }.first { !$0.members.isEmpty }
        let question: PlanPopup.Question =
            busy.map {
                .refused("Not possible: \($0.name) is \($0.state) with \($0.members.count) members. Stop them first.")
            }
            ?? (isGone
                ? .refused("Gone already.")
                : names.count == 1
                    ? typed("Type the group name to delete it:", names[0])
                    : typed("Type the count (\(names.count)):", "\(names.count)"))
        return PlanPopup(
            title: names.count == 1 ? "Delete group \(names[0])" : "Delete \(names.count) groups",
            lines: [
                StyledText("Sends DeleteGroups for \(names.prefix(4).joined(separator: ", "))."), "",
                fact(
                    "gone",
                    StyledText(
                        names.allSatisfy { model.snapshot.group($0)?.isShare == true }
                            ? "where it starts: its next start reads by share.auto.offset.reset"
                            : "its committed offsets: its next start reads by auto.offset.reset")),
                fact("undo", StyledText(undo)),
            ], question: question, change: .deleteGroups(names), width: 84)
    }

    static func removeMembers(_ ids: [String], of group: String, _ model: Model) -> PlanPopup {
        let known = model.snapshot.group(group)
        let members = (known?.members ?? []).filter { ids.contains($0.id) }
        let ids = members.isEmpty ? ids : members.map(\.id)
        let partitions = members.flatMap(\.partitions).sorted()
        var lines = [
            StyledText("Sends LeaveGroup for \(ids.count == 1 ? "a member" : "\(ids.count) members") of \(group)."), "",
        ]
        for member in members.prefix(6) {
            lines.append(fact("member", StyledText("\(member.clientID) on \(member.host)")))
        }
        if members.count > 6 { lines.append(StyledText("+ \(members.count - 6) more", .muted)) }
        lines += [
            fact("reads", StyledText(partitions.isEmpty ? "nothing" : PartitionNames.list(partitions, limit: 4))),
            fact("then", StyledText("the group rebalances: the other members take its partitions over")),
            fact("undo", StyledText("not needed: a member that still runs joins again by itself")),
        ]
        let question: PlanPopup.Question =
            known.map { $0.type != "classic" } == true
            ? .refused("Not possible: a member of a \(known?.type ?? "") group leaves only by itself\(kip(known)).")
            : members.isEmpty
                ? .refused("No longer a member.") : asked("Remove \(ids.count == 1 ? "it" : "them")?")
        return PlanPopup(
            title: ids.count == 1 ? "Remove a member of \(group)" : "Remove \(ids.count) members of \(group)",
            lines: lines,
            question: question, change: .removeMembers(group: group, ids), width: 84)
    }

    private static func kip(_ group: GroupSnapshot?) -> String {
        let kips = ["consumer": "KIP-848", "share": "KIP-932", "streams": "KIP-1071"]
        return group.flatMap { kips[$0.type] }.map { " (\($0))" } ?? ""
    }

    static func deleteOffsets(of group: String, _ partitions: [TopicPartition], _ model: Model) -> PlanPopup {
        let committed = model.snapshot.group(group)?.committed ?? [:]
        let count = partitions.count { committed[$0] != nil }
        var lines = [
            StyledText("Sends OffsetDelete for \(count) partition\(count == 1 ? "" : "s") of \(group)."), "",
            fact("partitions", StyledText(PartitionNames.list(partitions, limit: 6))),
            fact("gone", StyledText("what \(group) committed there: its next start reads by auto.offset.reset")),
        ]
        if model.snapshot.group(group)?.members.isEmpty == false {
            lines.append(fact("members", StyledText("topics that a member reads refuse it", .healthDegraded)))
        }
        lines.append(fact("undo", StyledText("V: the committed offsets, while the group has no members\(kept(count))")))
        return PlanPopup(
            title: "Delete offsets of \(group)", lines: lines,
            question: count == 0
                ? .refused("Nothing is committed there.") : typed("Type the group name to delete them:", group),
            change: .deleteOffsets(group: group, partitions.filter { committed[$0] != nil }), width: 84)
    }
}
