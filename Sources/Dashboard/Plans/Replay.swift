import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Messages that are sent again as they were read: with their keys, values and headers, in their order.
package struct Replay: Sendable, Equatable {
    package var messages: [ReadMessage]
    /// Where to.
    package var topic: String
    /// Each to the partition of the number it had; else its key decides.
    package var keepsPartitions: Bool
    /// Each with the time it had; else the time of sending.
    package var keepsTimestamps: Bool

    /// Messages on their way.
    package init(_ messages: [ReadMessage], to topic: String, keepsPartitions: Bool, keepsTimestamps: Bool) {
        self.messages = messages
        self.topic = topic
        self.keepsPartitions = keepsPartitions
        self.keepsTimestamps = keepsTimestamps
    }

    /// The message at a position as it is sent.
    func record(_ index: Int) -> NewRecord {
        let message = messages[index]
        var record = NewRecord(
            topic: topic, partition: keepsPartitions ? message.partition : nil, key: message.key, value: message.value,
            headers: message.headers)
        record.timestamp = keepsTimestamps ? message.timestamp : nil
        return record
    }

    /// `3 messages`.
    var count: String { "\(Format.count(messages.count)) message\(messages.count == 1 ? "" : "s")" }

    /// The command that sends the same. Few are spelled out; many are read from the file that `C-s` writes.
    var equivalent: EquivalentCommand {
        let options: [(String, String?)] = [
            ("json", nil), keepsPartitions ? ("keep-partitions", nil) : nil,
            keepsTimestamps ? ("keep-timestamps", nil) : nil,
        ].compactMap { $0 }
        let lines = String(Export.ndjson(messages).dropLast())
        guard lines.utf8.count <= DashboardLimits.spelledOutBytes else {
            return EquivalentCommand(["produce"], [topic], options, file: "marked.ndjson")
        }
        return EquivalentCommand(["produce"], [topic], options, input: lines)
    }
}

/// The form and the plan of messages that are sent again.
enum ReplayForm {
    /// Opens the form for the marked messages.
    static func open(_ messages: [ReadMessage], _ model: inout Model) -> [Command] {
        if let reason = refusal(messages) {
            model.say("not sent: \(reason)", .warn)
            return []
        }
        let topics = Set(messages.map(\.topic)).count
        var popup = FormPopup(
            kind: .replay(messages), title: "Produce \(Format.count(messages.count)) marked again",
            fields: [
                .text("topic", "topic", topics == 1 ? messages[0].topic : ""),
                FormField("partition", label: "partition", value: .choice(["by key", "as it was"], selected: 0)),
                FormField("timestamp", label: "timestamp", value: .choice(["now", "as it was"], selected: 0)),
            ],
            notes: [StyledText("Keys, values and headers as they were read, in the order of the list.", .muted)],
            labelWidth: 13)
        popup.right = problem(popup, messages, model) ?? ""
        model.popup = .form(popup)
        return []
    }

    /// Why messages cannot be sent again as they are stored; nil when they can.
    private static func refusal(_ messages: [ReadMessage]) -> String? {
        let most = DashboardLimits.replayed
        if messages.count > most {
            return
                "\(Format.count(messages.count)) are marked, \(Format.count(most)) at most go at once; C-s saves them, "
                + "and `klamm produce --json` takes the file"
        }
        if let masked = messages.first(where: { !$0.maskedBy.isEmpty }) {
            return "\(masked.id) is masked by \(masked.maskedBy.joined(separator: ", ")), and is not what is stored"
        }
        return messages.first { $0.damage != nil }.map { "\($0.id) cannot be read" }
    }

    /// What is wrong with the form as it stands.
    static func problem(_ popup: FormPopup, _ messages: [ReadMessage], _ model: Model) -> String? {
        let replay = replay(popup, messages)
        if replay.topic.isEmpty { return "which topic" }
        guard let topic = model.snapshot.topic(replay.topic) else { return "no topic \(replay.topic)" }
        guard replay.keepsPartitions else { return nil }
        let missing = messages.map(\.partition).first { number in !topic.partitions.contains { $0.id == number } }
        return missing.map { "\(replay.topic) has no partition \($0)" }
    }

    static func replay(_ popup: FormPopup, _ messages: [ReadMessage]) -> Replay {
        Replay(
            messages, to: popup.string("topic"), keepsPartitions: popup.string("partition") == "as it was",
            keepsTimestamps: popup.string("timestamp") == "as it was")
    }
}

extension Plans {
    static func replay(_ replay: Replay, _ model: Model) -> PlanPopup {
        let sources = Dictionary(grouping: replay.messages) { "\($0.topic)/\($0.partition)" }
            .map { ($0.key, $0.value.count) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        let names = sources.prefix(6).map { "\($0.0) \(Format.count($0.1))" }.joined(separator: ", ")
        let bytes = replay.messages.reduce(0) { $0 + ($1.key?.count ?? 0) + ($1.value?.count ?? 0) }
        let isSame = replay.messages.contains { $0.topic == replay.topic }
        var lines = [
            StyledText("Sends \(replay.count) to \(replay.topic) once more, as read."), "",
            fact("messages", StyledText("\(Format.count(replay.messages.count)), \(Format.bytes(bytes))")),
            fact("from", StyledText(names + (sources.count > 6 ? " and \(sources.count - 6) more partitions" : ""))),
            fact(
                "partition",
                StyledText(replay.keepsPartitions ? "the number each had" : "by key; without a key any of them")),
            fact("timestamp", StyledText(replay.keepsTimestamps ? "the time each had" : "the time of sending")),
            fact("acks", "all"), fact("undo", "no. A message cannot be taken back"),
        ]
        if isSame {
            lines.insert(
                fact("twice", StyledText("who reads \(replay.topic) reads them once more", .healthDegraded)), at: 4)
        }
        let refusal: PlanPopup.Question? =
            model.snapshot.topic(replay.topic) == nil ? .refused("There is no topic \(replay.topic) any more.") : nil
        return PlanPopup(
            title: "Produce to \(replay.topic)", lines: lines,
            question: refusal ?? asked("Send \(replay.count)?"), change: .replay(replay))
    }
}
