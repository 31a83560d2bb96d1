import ClusterInsight
import KafkaProtocol
import TerminalUI

/// At risk: takes the place of Rates while something is broken. What fails now, what one more loss would do, the
/// shortest way out.
enum RiskPanel {
    /// One thing at risk: `name` and its sentence, going on in `more`; `short` is the whole in 36 cells.
    struct Risk: Sendable {
        var name: String
        var sentence: StyledText
        var more = ""
        var short: StyledText
        /// Whether it fails already.
        var isNow = false
    }

    static func list(_ model: Model) -> ListPage {
        let narrow = model.size.width < 100
        let lines = narrow ? short(model) : full(model)
        var page = ListPage(
            title: "At risk", columns: [TableColumn("text", title: "", width: .rest(min: 10), gap: 0)],
            ids: lines.indices.map { "\($0)" }, total: lines.count, sort: TableSort(column: "none"),
            row: { TableRow(["text": lines[$0]]) })
        page.lead = 1
        page.titleLeft = "At risk"
        page.titleRight = StyledText("now", .muted)
        return page
    }

    /// Enter: all of it in full.
    static func open(_ model: inout Model) -> [Command] {
        model.popup = .text(TextPopup(title: "At risk", right: "now", lines: full(model), width: 84))
        return []
    }

    private static let nameWidth = 22

    static func full(_ model: Model) -> [StyledText] {
        var lines: [StyledText] = []
        let risks = risks(model)
        for (index, risk) in risks.enumerated() {
            if index > 0, risks[index - 1].isNow, !risk.isNow { lines.append("") }
            lines.append(StyledText(risk.name.padded(to: nameWidth), risk.isNow ? .healthBad : .text) + risk.sentence)
            if !risk.more.isEmpty {
                lines.append(StyledText(String(repeating: " ", count: nameWidth) + risk.more, .muted))
            }
        }
        return lines + [StyledText(wayOut(model, short: false))]
    }

    private static func short(_ model: Model) -> [StyledText] {
        risks(model).map(\.short) + ["", StyledText(wayOut(model, short: true))]
    }

    /// Every partition is looked at for them, which of very many takes longer than a frame may.
    private static func risks(_ model: Model) -> [Risk] {
        guard let health = model.report?.health else { return [] }
        return model.keptOfPicture("risks") { failing(health, model) + threatened(health, model) }
    }

    private static func failing(_ health: ClusterHealth, _ model: Model) -> [Risk] {
        var risks: [Risk] = []
        if !health.offline.isEmpty {
            let names = names(health.offline)
            let found = place(of: health.offline.count, model)
            risks.append(
                Risk(
                    name: names, sentence: StyledText("OFFLINE", .healthBad) + StyledText(found.full),
                    more: "no reads, no writes",
                    short: StyledText(names + " ", .healthBad) + StyledText("OFFLINE", .healthBad)
                        + StyledText(found.short), isNow: true))
        }
        if let first = health.belowMinISR.first {
            let names = names(health.belowMinISR)
            let isr = model.snapshot.partition(first)?.isr.count ?? 0
            let inSync = model.snapshot.partition(first)?.inSync.count ?? 0
            let minISR =
                model.snapshot.partition(first).flatMap { model.snapshot.topic(first.topic)?.minISR(of: $0) } ?? 0
            // A leader whose ISR nobody shrinks takes the write and waits in vain.
            let waits = isr >= minISR
            let fails = waits ? "acks=all times out" : "acks=all refused"
            risks.append(
                Risk(
                    name: names, sentence: StyledText("ISR \(inSync) < min \(minISR): \(fails)"),
                    more: "reads and acks=1 still work",
                    short: StyledText(names, .healthBad)
                        + StyledText(waits ? ": acks=all times out" : " refuse acks=all"), isNow: true))
        }
        if let first = health.brokersFull.first {
            let ids = WordList.and(health.brokersFull.map(String.init))
            let one = health.brokersFull.count == 1
            let name = one ? "disk of broker \(first)" : "disks of \(ids)"
            risks.append(
                Risk(
                    name: TextWidth.of(name) < nameWidth ? name : "\(health.brokersFull.count) disks",
                    sentence: StyledText("FULL", .healthBad) + StyledText(": writes to \(one ? "it" : "them") fail"),
                    more: "\(one ? "its" : "their") followers leave the ISR",
                    short: StyledText(one ? "disk of \(first) " : "\(health.brokersFull.count) disks ", .healthBad)
                        + StyledText("FULL", .healthBad) + StyledText(": writes fail"), isNow: true))
        }
        if !health.hasQuorum, let up = health.votersUp, let voters = health.voters {
            let since = model.snapshot.quorumLostSince.map { Format.time($0, zone: model.zone) } ?? "?"
            risks.append(
                Risk(
                    name: "metadata quorum \(up)/\(voters)", sentence: StyledText("no leader since \(since):"),
                    more: "no change; leaders, ISR as of then",
                    short: StyledText("quorum \(up)/\(voters)", .healthBad)
                        + StyledText(" lost \(since): no changes"), isNow: true))
        }
        return risks
    }

    /// The partitions by name where those fit beside the sentence, else how many.
    private static func names(_ partitions: [TopicPartition]) -> String {
        let names = PartitionNames.list(partitions)
        return TextWidth.of(names) < nameWidth ? names : "\(partitions.count) partitions"
    }

    /// Who led the partitions that are offline, or where those without leader have their replicas.
    private static func place(of count: Int, _ model: Model) -> (full: String, short: String) {
        let offline = model.snapshot.topics.lazy.flatMap(\.partitions).filter(\.isOffline)
        let leaders = Set(offline.compactMap(\.leader))
        if !leaders.isEmpty {
            let ids = leaders.sorted().map(String.init).joined(separator: ", ")
            return (": led by \(ids), away", ", led by \(ids)")
        }
        guard let first = offline.first?.replicas, offline.allSatisfy({ Set($0.replicas) == Set(first) }) else {
            return (": no replica in sync", "")
        }
        let ids = first.sorted().map(String.init).joined(separator: ", ")
        if count == 1, first.count == 1 { return (": its only replica is on \(ids)", ", only on \(ids)") }
        return (": all replicas are on \(ids)", ", only on \(ids)")
    }

    /// What losing one more broker would do, by the code that also makes the plan of a kill.
    private static func threatened(_ health: ClusterHealth, _ model: Model) -> [Risk] {
        var risks: [Risk] = []
        if health.atMinISRByLoss > 0 {
            risks.append(
                Risk(
                    name: "\(health.atMinISRByLoss) more at min ISR", sentence: "one replica more: acks=all refused",
                    short: StyledText("\(health.atMinISRByLoss) more refuse it if one more goes")))
        }
        guard health.hasQuorum, let voters = health.voters, let up = health.votersUp, up < voters else { return risks }
        let impacts = model.snapshot.liveBrokers.map { Impact(losing: $0.id, in: model.snapshot) }
            .filter { !$0.keepsQuorum }
        guard !impacts.isEmpty else { return risks }
        let ids = impacts.map { "\($0.broker)" }.joined(separator: " or ")
        let counts = Set(impacts.map { $0.offline.count + health.offline.count }).sorted()
        let offline = counts.map(String.init).joined(separator: " or ")
        risks.append(
            Risk(
                name: "metadata quorum \(up)/\(voters)", sentence: StyledText("lose \(ids): no leader can move,"),
                more: "\(offline) partitions offline",
                short: StyledText("quorum \(up)/\(voters): lose \(ids), no changes")))
        return risks
    }

    private static func wayOut(_ model: Model, short: Bool) -> String {
        let down = model.snapshot.brokers.filter { BrokerWords.isDown($0) }.map(\.id)
        let paused = model.snapshot.brokers.filter { BrokerWords.isPaused($0) }.map(\.id)
        let ids = WordList.and(down.map(String.init))
        if down.isEmpty {
            if let first = paused.first { return "Z on broker \(first) resumes it" }
            let away = model.report?.health.brokersAway ?? []
            if away.isEmpty, model.report?.health.brokersFull.isEmpty == false {
                return short ? "X, E on Topics make room" : "X, E on Topics or R make room"
            }
            let them = WordList.and(away.map(String.init))
            return away.isEmpty
                ? "" : away.count == 1 ? "broker \(them) has to come back" : "brokers \(them) have to come back"
        }
        guard model.cluster.isBundled else {
            return down.count == 1 ? "broker \(ids) has to be started on its host" : "brokers \(ids) have to be started"
        }
        if down.count > 1 { return "U on \(short ? "" : "brokers ")\(ids) starts them again" }
        return "U on broker \(ids) starts it again" + (short || !isAllOn(down[0], model) ? "" : " and ends all of this")
    }

    /// Whether one broker's return ends all: every partition that fails has a replica on it.
    private static func isAllOn(_ id: BrokerID, _ model: Model) -> Bool {
        guard let health = model.report?.health, health.brokersAway == [id] else { return false }
        return model.keptOfPicture("all on one") {
            model.snapshot.topics.allSatisfy { topic in
                topic.partitions.allSatisfy { partition in
                    let isHurt = partition.isOffline || partition.inSync.count < topic.minISR(of: partition) ?? 0
                    return !isHurt || partition.replicas.contains(id)
                }
            }
        }
    }
}
