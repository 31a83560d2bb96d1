import ClusterInsight
import KafkaProtocol
import TerminalUI

/// All that is known of one broker.
enum BrokerDetails {
    static func lines(_ id: BrokerID, _ model: Model) -> [StyledText] {
        guard let broker = model.snapshot.broker(id) else { return [StyledText("There is no broker \(id) any more.")] }
        return state(broker, model) + ["", DetailLine.header] + figures(broker, model) + [""] + dirs(broker, model)
    }

    // MARK: state

    private static func state(_ broker: BrokerSnapshot, _ model: Model) -> [StyledText] {
        let sentences = BrokersScreen.problem(broker, model)
        var lines =
            sentences.isEmpty
            ? [DetailLine.said("state", BrokerWords.state(broker, model))]
            : DetailLine.said("state", sentences.map { StyledText($0, broker.state.isLive ? .text : .healthDegraded) })
        let rack = broker.rack.map { "   rack \($0)" } ?? ""
        lines.append(DetailLine.said("address", StyledText(broker.address + rack)))
        lines.append(DetailLine.said("part", StyledText(part(broker, model))))
        let silent = model.snapshot.sources.compactMap { source -> StyledText? in
            guard let failure = source.failure, source.silent.contains(broker.id) else { return nil }
            return StyledText(failure, .healthDegraded)
        }
        return lines + DetailLine.said("unanswered", silent)
    }

    /// What it is to the metadata quorum.
    private static func part(_ broker: BrokerSnapshot, _ model: Model) -> String {
        if model.snapshot.activeController == broker.id { return "active controller" }
        guard let quorum = model.snapshot.quorum?.value else { return "broker" }
        if quorum.voters.contains(where: { $0.id == broker.id }) { return "broker and voter of the quorum" }
        return quorum.observers.contains { $0.id == broker.id } ? "broker, observes the quorum" : "broker"
    }

    // MARK: figures

    private static func figures(_ broker: BrokerSnapshot, _ model: Model) -> [StyledText] {
        let own = model.figures.brokers[broker.id] ?? BrokerFigures()
        let metadata = DetailLine.at(.metadata, model)
        let isGone = BrokerWords.isDown(broker)
        func told(_ title: String, _ value: StyledText) -> StyledText {
            DetailLine.figure(title, value, at: metadata, by: "Metadata, any broker", model)
        }
        func skew(_ percent: Double?) -> StyledText {
            guard let percent else { return Figure.none }
            return StyledText(
                Format.signedPercent(percent / 100), abs(percent) >= Skew.degraded ? .healthDegraded : .number)
        }
        let before = broker.ledBefore.map { broker.state.isLive ? "" : " (was \($0))" } ?? ""
        let lines = [
            told("leaders", Figure.count(Int64(own.leaders)) + StyledText(before, .muted)),
            told("leader skew", skew(own.leaderSkew)), told("replicas", Figure.count(Int64(own.replicas))),
            told("replica skew", skew(own.replicaSkew)),
            told("URP it leads", Figure.bad(own.underReplicated, role: .healthDegraded)),
        ]
        return lines + rates(broker, own, model) + (isGone ? [] : process(broker, model))
    }

    private static func rates(_ broker: BrokerSnapshot, _ own: BrokerFigures, _ model: Model) -> [StyledText] {
        let isMute = !broker.state.isLive
        var lines = [
            DetailLine.figure(
                "in/s", isMute ? Figure.none : Figure.byteRate(own.bytesIn.now), at: DetailLine.at(.offsets, model),
                by: "from offsets and mean sizes of messages", model)
        ]
        if let sent = broker.bytesSent {
            lines.append(
                DetailLine.figure(
                    "out/s", isMute ? Figure.none : Figure.byteRate(own.bytesOut.now), at: sent.at, by: "its process",
                    model))
        }
        let isOld = isMute || broker.disk.map { model.isStale($0.at, source: .logDirs, isOfAll: true) } ?? false
        lines.append(
            DetailLine.figure(
                "disk", Figure.bytes(broker.disk?.value, stale: isOld), at: broker.disk?.at,
                by: "DescribeLogDirs, itself", model))
        if broker.diskFree != nil {
            lines.append(
                DetailLine.figure(
                    "free", Figure.bytes(broker.diskFree, stale: isOld), at: broker.disk?.at,
                    by: "DescribeLogDirs, itself", model))
        }
        return lines
    }

    /// What the process of a bundled broker tells; nothing of others.
    private static func process(_ broker: BrokerSnapshot, _ model: Model) -> [StyledText] {
        let at = DetailLine.at(.metadata, model)
        var lines: [StyledText] = []
        if let pid = broker.pid {
            lines.append(DetailLine.figure("pid", StyledText("\(pid)", .number), at: at, by: "this machine", model))
        }
        if let bytes = broker.residentBytes {
            lines.append(DetailLine.figure("RSS", Figure.bytes(bytes), at: at, by: "this machine", model))
        }
        if let since = broker.upSince {
            let by = broker.pid == nil ? "since Klamm saw it come" : "this machine"
            lines.append(
                DetailLine.figure(
                    "up", BrokerWords.uptime(broker, model), at: broker.pid == nil ? since : at, by: by, model))
        }
        return lines
    }

    // MARK: log dirs

    private static func dirs(_ broker: BrokerSnapshot, _ model: Model) -> [StyledText] {
        guard !broker.logDirs.isEmpty else { return [StyledText("Its log dirs were never told.", .muted)] }
        let room = Described.room(model)
        return [LogDirsScreen.titles(broker.logDirs, width: room)]
            + broker.logDirs.map { LogDirsScreen.line($0, beside: broker.logDirs, width: room) }
            + LogDirsScreen.limits(broker.logDirs)
    }
}
