import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What a Kafka Streams application is made of, in words.
enum StreamsWords {
    /// The epoch of the topology, the processes, and what each subtopology reads.
    static func topology(_ group: GroupSnapshot) -> [(name: String, text: String)] {
        guard let topology = group.topology else { return [("topology", "?")] }
        let processes = Set(group.members.compactMap { $0.streams?.processID }).count
        var lines = [
            ("topology", "epoch \(topology.epoch)\(topology.subtopologies == nil ? ", \(notReady)" : "")"),
            ("processes", "\(processes), threads \(group.members.count)"),
        ]
        for part in topology.subtopologies ?? [] {
            lines.append(("subtopology \(part.id)", "reads \(part.sources.joined(separator: ", "))"))
        }
        return lines
    }

    /// The same below the members, as far as there is room.
    static func lines(_ group: GroupSnapshot) -> [StyledText] {
        guard group.isStreams, !group.isUntold else { return [] }
        let all = topology(group)
        let left = all.count - shown
        let more = left > 0 ? [StyledText("+ \(left) more; d on the group tells all", .muted)] : []
        return all.prefix(shown).map {
            StyledText($0.name.uppercased().padded(to: 16), .column) + StyledText($0.text)
        } + more + [""]
    }

    private static let shown = 8

    /// What a reset of its offsets does not reset.
    static func left(_ group: GroupSnapshot?) -> [StyledText] {
        guard group?.isStreams == true else { return [] }
        let text = "its state stores: kafka-streams-application-reset.sh"
        return [Plans.fact("stays", StyledText(text, .healthDegraded))]
    }

    /// Why it has no tasks.
    static let notReady = "topics are missing, or their partitions do not fit together"

    /// `0_0 0_1 …`; `—` for none.
    static func tasks(_ tasks: [StreamsTask], limit: Int) -> String {
        if tasks.isEmpty { return "—" }
        return tasks.prefix(limit).map(\.description).joined(separator: " ") + (tasks.count > limit ? " …" : "")
    }

    /// Where the tasks of a member lead while its group settles: `same`, or `→` and what changes.
    static func target(_ member: StreamsMember, limit: Int) -> String {
        member.target == member.tasks ? "same" : "→ " + tasks(member.target.active, limit: limit)
    }
}
