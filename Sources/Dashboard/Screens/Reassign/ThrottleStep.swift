import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The wizard's fourth step: how fast.
enum ThrottleStep {
    /// Throttles offered beside the chosen one, bytes per second.
    private static let offered: [Int64] = [50 << 20, 10 << 20, 1 << 20]

    static func page(_ wizard: Wizard, _ plan: MovePlan, _ model: Model) -> StepPage {
        let rates = Set(offered + [wizard.throttle].compactMap { $0 }).sorted(by: >)
        let options = rates.map { (id: "\($0)", text: option($0, wizard, plan, model)) }
        return StepPage(
            [(id: "none", text: noLimit(wizard, model))] + options,
            footer: estimate(plan, model) + [""] + sent(wizard, plan, model))
    }

    private static func noLimit(_ wizard: Wizard, _ model: Model) -> StyledText {
        WizardScreen.option("no limit".padded(to: 16), chosen: wizard.throttle == nil, model)
            + StyledText("as fast as disks and network allow; clients may slow down", .muted)
    }

    private static func option(_ rate: Int64, _ wizard: Wizard, _ plan: MovePlan, _ model: Model) -> StyledText {
        let isChosen = wizard.throttle == rate
        let time = plan.seconds(throttle: rate).map { WizardScreen.about($0) } ?? "nothing to copy"
        return WizardScreen.option("\(Format.configBytes(Int(rate)))/s".padded(to: 16), chosen: isChosen, model)
            + StyledText(time.padded(to: 15)) + StyledText(isChosen ? "+ and − change it" : "", .muted)
    }

    private static func estimate(_ plan: MovePlan, _ model: Model) -> [StyledText] {
        let receivers = plan.receivers.sorted()
        let all =
            receivers.count == 1 ? "broker \(receivers[0]) receives all of it" : "\(receivers.count) brokers receive it"
        var messages = 0.0
        var bytes = 0.0
        for move in plan.moves {
            guard let rate = model.figures.partitions[move.partition]?.now else { continue }
            messages += rate
            let count = model.snapshot.partition(move.partition)?.offsets?.value.messages ?? 0
            if count > 0 { bytes += rate * Double(move.bytes ?? 0) / Double(count) }
        }
        let text =
            "Estimate = \(Format.bytes(Int(plan.bytes))) ÷ min(senders, receivers) × limit; \(all). New messages to these "
            + "topics (\(Format.rate(messages))/s, \(Format.bytes(Int(bytes)))/s) are copied too, so it may take longer."
        return Wrap.lines(text, width: min(112, max(30, model.size.width - 8))).map { StyledText($0) }
    }

    private static func sent(_ wizard: Wizard, _ plan: MovePlan, _ model: Model) -> [StyledText] {
        guard wizard.throttle != nil else {
            return [label("Sent") + StyledText("the move alone, without a throttle")]
        }
        let all = plan.brokers
        let brokers = all.subtracting(away(all, model)).sorted().map(String.init).joined(separator: " ")
        let topics = Set(plan.changes.map(\.partition.topic)).sorted()
        let names = topics.prefix(3).joined(separator: ", ") + (topics.count > 3 ? " + \(topics.count - 3) more" : "")
        return [
            label("Sent with the move")
                + StyledText(
                    "leader.replication.throttled.rate, follower.replication.throttled.rate on brokers \(brokers)"),
            label("") + StyledText("leader.replication.throttled.replicas, follower.… on \(names)"),
        ] + notSet(all, model).map { label("Not set") + $0 } + [
            label("Removed")
                + StyledText("when the move ends or is cancelled; if Klamm dies, offered at its next start")
        ]
    }

    /// Brokers that take no part now: a throttle is set on those that do.
    private static func away(_ brokers: Set<BrokerID>, _ model: Model) -> [BrokerID] {
        brokers.filter { model.snapshot.broker($0)?.isWorthAsking != true }.sorted()
    }

    /// What a throttle leaves out, in a sentence; nothing when all brokers get it.
    static func notSet(_ brokers: Set<BrokerID>, _ model: Model) -> [StyledText] {
        let away = away(brokers, model)
        guard !away.isEmpty else { return [] }
        let names = (away.count == 1 ? "broker " : "brokers ") + away.map(String.init).joined(separator: ", ")
        let them = away.count == 1 ? "it takes" : "they take"
        return [StyledText("on \(names): \(them) no part now; T sets it once back", .healthDegraded)]
    }

    private static func label(_ text: String) -> StyledText { StyledText(text.padded(to: 22), .muted) }
}
