import ClusterInsight
import Dashboard
import KafkaClient
import KafkaProtocol
import LocalCluster
import TerminalUI

/// Makes the pictures of a proof that the screen shows.
struct ProofPictures: Sendable {
    let run: ProofRun
    /// As the status line names the cluster.
    let cluster: String

    private static let interval = Duration.milliseconds(250)
    /// Ticks of `interval` in a second.
    private static let second = 4

    /// Makes one after the other until cancelled.
    func run(_ send: @Sendable (ProofPicture) -> Void) async {
        var ticks = 0
        var earlier: [ProofChecker.Counts] = []
        var brokers: [ProofPicture.Broker] = []
        while !Task.isCancelled {
            if ticks.isMultiple(of: Self.second) {
                run.ledger.tick()
                brokers = await self.brokers() ?? brokers
            }
            ticks += 1
            let counts = run.ledger.counts
            earlier = (earlier + [counts]).suffix(2 * Self.second + 1)
            send(await picture(brokers, since: earlier[0], Double(earlier.count - 1) * (Self.interval / .seconds(1))))
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func picture(
        _ brokers: [ProofPicture.Broker], since earlier: ProofChecker.Counts, _ seconds: Double
    ) async -> ProofPicture {
        let now = WallClock.now()
        let order = run.order
        let left = max(0, order.duration / .seconds(1) - Double(now - run.began) / 1_000)
        var picture = ProofPicture(cluster: cluster, began: run.began, now: now, left: left)
        let ledger = run.ledger
        picture.isEnding = left == 0 || run.control.isStopped
        picture.counts = ledger.counts
        picture.inFlight = ledger.inFlight
        for producer in run.producers { picture.retried += await producer.retries }
        if seconds > 0 {
            picture.rates.sent = Double(picture.counts.sent - earlier.sent) / seconds
            picture.rates.acknowledged = Double(picture.counts.acknowledged - earlier.acknowledged) / seconds
            picture.rates.read = Double(picture.counts.read - earlier.read) / seconds
        }
        picture.course = ledger.course
        let produced = ledger.produced
        picture.produceLately = produced.recent
        picture.produceAll = produced.all
        picture.endToEndLately = ledger.endToEnd.recent
        picture.brokers = brokers
        picture.underReplicated = ledger.standing.underReplicated
        picture.offline = ledger.standing.offline
        picture.partitions = Int(order.partitions)
        let faults = ledger.faults
        picture.faults = faults.indices.map { fault(faults[$0], until: faults.dropFirst($0 + 1).first?.lostBefore) }
        picture.faultsPlanned = run.faultsPlanned
        picture.faultsArePaused = run.control.faultsArePaused
        picture.next = next(faults, now)
        picture.setting =
            "\(order.producers) producers   \(Format.rate(run.control.rate)) records/s asked for   topic \(run.topic) "
            + "(\(order.partitions) partitions)"
        picture.findings = ledger.findings
        picture.lastError = ledger.lastError
        return picture
    }

    private func fault(_ fault: ProofFault, until lostAfter: Int?) -> ProofPicture.Fault {
        func seconds(_ duration: Duration?) -> Double? { duration.map { $0 / .seconds(1) } }
        let away = fault.kind == .stop ? "" : " for \(Format.age(run.away / .seconds(1)))"
        return ProofPicture.Fault(
            at: fault.time, text: "\(fault.kind.words) broker \(fault.broker)\(away)", noticed: seconds(fault.noticed),
            writesStopped: fault.writesStopped / .seconds(1), partitionsStopped: fault.partitionsStopped,
            newLeaders: seconds(fault.leaderless), fullISR: seconds(fault.untilInSync),
            lost: (lostAfter ?? run.ledger.counts.lost) - fault.lostBefore)
    }

    private func next(_ faults: [ProofFault], _ now: Timestamp) -> String {
        guard run.faultsPlanned > 0 else { return "no faults: these brokers are not broken" }
        if run.control.isStopped { return "no more faults: stopping" }
        if run.control.faultsArePaused { return "faults wait: f lets them go on" }
        let elapsed = Duration.milliseconds(now - run.began)
        let due = run.order.every / 2
        let turns = elapsed < due ? 0 : Int((elapsed - due) / run.order.every) + 1
        guard turns < run.faultsPlanned else { return "no more faults" }
        let seconds = Int(((due + run.order.every * turns - elapsed) / .seconds(1)).rounded(.up))
        let kind = run.order.faults[faults.count % run.order.faults.count]
        return "next in \(seconds)s: \(kind.words) the leader of the most partitions"
    }

    /// The brokers as their processes or the cluster tell; nil when nobody does.
    private func brokers() async -> [ProofPicture.Broker]? {
        let described = try? await run.client.describeCluster(timeout: .seconds(1))
        let lagging = run.ledger.standing.lagging
        func word(_ id: BrokerID) -> String { lagging.contains(id) ? "up, catching up" : "up" }
        guard let cluster = run.cluster else {
            return described?.brokers.map {
                .init(id: $0.id, isController: $0.id == described?.controllerID, state: word($0.id))
            }
        }
        return try? await cluster.status().brokers.map { broker in
            let state =
                switch broker.state {
                case .running: word(broker.id)
                case .stopped: "DOWN"
                default: broker.state.rawValue
                }
            return .init(id: broker.id, isController: broker.id == described?.controllerID, state: state)
        }
    }
}
