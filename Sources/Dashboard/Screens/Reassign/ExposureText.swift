import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What a plan leaves exposed, in words and as a list.
enum ExposureText {
    /// `5 to one broker, 3 to one rack`; nil when nothing is.
    static func words(_ exposure: Exposure) -> String? {
        let counts = [
            ("one broker", exposure.brokers.values.reduce(0) { $0 + $1.count }),
            ("one rack", exposure.racks.values.reduce(0) { $0 + $1.count }),
        ]
        return exposure.isEmpty
            ? nil : counts.filter { $0.1 > 0 }.map { "\($0.1) to \($0.0)" }.joined(separator: ", ")
    }

    private static func owners(_ exposure: Exposure) -> [(owner: String, partitions: [TopicPartition])] {
        exposure.brokers.sorted { $0.key < $1.key }.map { ("broker \($0.key)", $0.value) }
            + exposure.racks.sorted { $0.key < $1.key }.map { ("rack \($0.key)", $0.value) }
    }

    /// Lists all of it.
    static func open(_ model: inout Model) -> [Command] {
        guard let wizard = model.wizard else { return [] }
        let exposure = Exposure(after: WizardPlan.of(wizard, model), in: model.snapshot)
        var lines: [StyledText] = []
        for (owner, partitions) in owners(exposure) {
            let count = "\(partitions.count) partition\(partitions.count == 1 ? "" : "s")"
            lines.append(StyledText("Without \(owner) \(count) would be offline:", .healthDegraded))
            for (topic, own) in Dictionary(grouping: partitions, by: \.topic).sorted(by: { $0.key < $1.key }) {
                let numbers = own.map(\.partition).sorted().map(String.init).joined(separator: " ")
                lines.append(StyledText("  \(topic)  \(numbers)"))
            }
            lines.append("")
        }
        if lines.isEmpty {
            lines = [
                "No loss of one broker or one rack would take a partition of this plan offline,",
                "as long as all replicas are in sync.",
            ]
        }
        model.popup = .text(
            TextPopup(
                title: "What this plan leaves exposed", right: WizardScreen.name(wizard.strategy), lines: lines,
                copy: lines.map(\.plain).joined(separator: "\n")))
        return []
    }
}
