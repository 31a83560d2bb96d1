import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The wizard's first step: which partitions.
enum ChooseStep {
    /// What an option is kept under.
    static func id(_ choice: Wizard.Choice) -> String {
        switch choice {
        case .given: "given"
        case .all: "all"
        case .broker: "broker"
        case .problems: "problems"
        case .file: "file"
        }
    }

    static func problems(_ model: Model) -> [TopicPartition] {
        WizardScreen.allPartitions(model).filter { id in
            let topic = model.snapshot.topic(id.topic)
            return model.snapshot.partition(id).flatMap {
                PartitionProblem.worst($0, minISR: topic?.minISR(of: $0))
            } != nil
        }
    }

    static func page(_ wizard: Wizard, _ model: Model) -> StepPage {
        var page = StepPage(options(wizard, model), footer: chosen(wizard, model) + ["", refused(wizard, model)])
        page.header = ["Move which partitions?"]
        page.footerIndent = 1
        return page
    }

    private static func options(_ wizard: Wizard, _ model: Model) -> [(id: String, text: StyledText)] {
        let narrow = model.size.width < 100
        let textWidth = narrow ? 32 : 45
        let all = WizardScreen.allPartitions(model)
        let problems = problems(model)
        let counted = [wizard.given, all, problems, wizard.chosen].map(\.count)
        let digits = max(2, "\(counted.max() ?? 0)".count)
        func line(
            _ choice: Wizard.Choice, _ text: String, _ partitions: [TopicPartition]?, _ about: String = ""
        ) -> (id: String, text: StyledText) {
            let isChosen = id(wizard.choice) == id(choice)
            var line = WizardScreen.option(text.padded(to: textWidth - 4), chosen: isChosen, model)
            guard let partitions else { return (id(choice), line + StyledText(about, .muted)) }
            line += StyledText("\(partitions.count)".leftPadded(to: digits) + " partitions")
            let bytes = partitions.compactMap { model.snapshot.partition($0)?.leaderBytes }.reduce(0, +)
            let replicated = partitions.compactMap { model.snapshot.partition($0)?.replicaBytes }.reduce(0, +)
            if !partitions.isEmpty {
                line += StyledText(Format.bytes(Int(bytes)).leftPadded(to: 11))
                if !narrow {
                    line += StyledText(Format.bytes(Int(replicated)).leftPadded(to: 10))
                    line += StyledText(about, .muted)
                }
            }
            return (id(choice), line)
        }
        var lines: [(id: String, text: StyledText)] = []
        if case .given(let text) = wizard.choice {
            lines.append(line(.given(text), text, wizard.chosen, " with replicas"))
        } else if !wizard.given.isEmpty {
            lines.append(line(.given(wizard.givenText), wizard.givenText, wizard.given, " with replicas"))
        }
        if wizard.givenText != allText { lines.append(line(.all, allText, all)) }
        if case .broker(let broker) = wizard.choice {
            lines.append(line(.broker(broker), "all partitions on broker \(broker)", wizard.chosen))
        } else {
            lines.append(line(.broker(0), "all partitions on broker …", nil, "choose a broker"))
        }
        lines.append(line(.problems, "partitions with a problem", problems))
        if case .file(let name) = wizard.choice {
            lines.append(line(.file(name), "the plan file \(name)", wizard.chosen))
        } else {
            lines.append(line(.file(""), "a plan file …", nil, "JSON of kafka-reassign-partitions"))
        }
        return lines
    }

    /// What the wizard says when it was opened on everything.
    static let allText = "all topics"

    /// The chosen topics, replicas and leaders by broker.
    private static func chosen(_ wizard: Wizard, _ model: Model) -> [StyledText] {
        guard !wizard.chosen.isEmpty else { return [StyledText("Chosen: nothing", .healthDegraded)] }
        let narrow = model.size.width < 100
        let name = narrow ? 20 : 28
        let brokers = model.snapshot.brokers.map(\.id)
        func perBroker(_ cells: (BrokerID) -> String) -> String { brokers.map { cells($0).leftPadded(to: 4) }.joined() }
        // The first broker's number ends its column's title.
        let replicasTitle = "   replicas on" + String(perBroker { "\($0)" }.dropFirst(2))
        let leadersTitle = "   leaders on" + String(perBroker { "\($0)" }.dropFirst(2))
        var lines = [
            StyledText(
                "Chosen".padded(to: name + 1) + "PART  RF" + (narrow ? "" : "     SIZE      ×RF") + replicasTitle
                    + (narrow ? "" : leadersTitle), .column)
        ]
        let byTopic = Dictionary(grouping: wizard.chosen, by: \.topic).sorted { $0.key < $1.key }
        let room = max(1, model.size.height - 20)
        for (topic, ids) in byTopic.prefix(byTopic.count > room ? room - 1 : room) {
            let partitions = ids.compactMap { model.snapshot.partition($0) }
            let bytes = partitions.compactMap(\.leaderBytes).reduce(0, +)
            let replicated = partitions.compactMap(\.replicaBytes).reduce(0, +)
            let factor = partitions.map(\.replicas.count).max() ?? 0
            var text = Cut.middle.cut(topic, to: name).padded(to: name + 1) + "\(ids.count)".leftPadded(to: 4)
            text += "\(factor)".leftPadded(to: 4)
            if !narrow {
                text += Format.bytes(Int(bytes)).leftPadded(to: 9) + Format.bytes(Int(replicated)).leftPadded(to: 9)
            }
            text += String(repeating: " ", count: 12)
            text += perBroker { id in "\(partitions.count { $0.replicas.contains(id) })" }
            if !narrow {
                text += String(repeating: " ", count: 11)
                text += perBroker { id in "\(partitions.count { $0.leader == id })" }
            }
            lines.append(StyledText(text))
        }
        if byTopic.count > room { lines.append(StyledText("+ \(byTopic.count - room + 1) more", .muted)) }
        return lines
    }

    /// Topics that no choice takes in, with the reason.
    private static func refused(_ wizard: Wizard, _ model: Model) -> StyledText {
        var reasons: [String] = []
        for topic in model.snapshot.topics where !topic.isInternal {
            let moving = topic.partitions.count(where: \.isMoving)
            if moving > 0 { reasons.append("\(topic.name): \(moving) moving") }
            if let error = topic.error { reasons.append("\(topic.name): \(error)") }
        }
        if reasons.isEmpty {
            return StyledText("Cannot be chosen: none is moving, none has a partition error.", .muted)
        }
        let more = reasons.count > 3 ? " + \(reasons.count - 3) more" : ""
        return StyledText("Cannot be chosen: \(reasons.prefix(3).joined(separator: ", "))\(more)", .healthDegraded)
    }
}
