import Broker
import KafkaProtocol

/// Brings faults upon a cluster, and in the end takes all of them back.
package final class Nemesis {
    private let cluster: SimulatedCluster
    private let checker: Checker
    private let plan: RunPlan
    private var isOver = false
    private var dice: Dice { cluster.dice }
    private var network: SimulatedNetwork { cluster.network }

    package init(cluster: SimulatedCluster, checker: Checker, plan: RunPlan) {
        self.cluster = cluster
        self.checker = checker
        self.plan = plan
    }

    package func start() {
        network.maxDelay = plan.maxDelay
        network.loss = plan.loss
        strikeLater()
    }

    /// Ends all faults: everything is connected, awake and started.
    package func end() {
        isOver = true
        network.cut = []
        network.extraDelay = [:]
        network.loss = 0
        network.maxDelay = 2
        cluster.trace.note("nemesis", "all faults end")
        for broker in cluster.brokers {
            broker.slowestWork = 5
            broker.wallOffset = 0
            broker.process?.wallOffset = 0
            resume(broker)
            start(broker)
        }
    }

    private func after(_ delay: Int64, _ body: @escaping () -> Void) {
        cluster.clock.schedule(after: delay, body)
    }

    private func strikeLater() {
        guard !plan.weights.isEmpty else { return }
        after(dice.roll(plan.faultPace)) { [weak self] in
            guard let self, !isOver else { return }
            strike()
            strikeLater()
        }
    }

    private func strike() {
        // What was lost with the power is made good by the others: they must live until its broker has registered.
        guard checker.lostTail.isEmpty else { return }
        var left = dice.index(below: plan.weights.reduce(0) { $0 + $1.weight })
        for (fault, weight) in plan.weights {
            left -= weight
            if left < 0 { return bring(fault, upon: dice.pick(cluster.brokers)) }
        }
    }

    private func bring(_ fault: Fault, upon broker: SimulatedBroker) {
        switch fault {
        case .kill: kill(broker)
        case .stop: stop(broker)
        case .pause: pause(broker)
        case .isolate: isolate(broker)
        case .split: split()
        case .slow: slow(broker)
        case .lossy: lossy()
        case .jump: jump(broker)
        case .storm: for broker in cluster.brokers { kill(broker) }
        case .power: cutPower(broker)
        case .blackout: for broker in cluster.brokers { blackOut(broker) }
        }
    }

    private func note(_ what: @autoclosure () -> String) { cluster.trace.note("nemesis", what()) }

    // MARK: Processes

    private func start(_ broker: SimulatedBroker) {
        guard !broker.isAlive else { return }
        do { try cluster.start(broker) } catch { checker.fail("broker \(broker.id) does not start: \(error)") }
    }

    private func restartLater(_ broker: SimulatedBroker) {
        // Sometimes before anybody has noticed, sometimes long after.
        let delay = dice.pick([dice.roll(1...50), dice.roll(50...1_000), dice.roll(1_000...5_000)])
        after(delay) { [weak self] in self?.start(broker) }
    }

    private func kill(_ broker: SimulatedBroker) {
        guard broker.isAlive else { return }
        cluster.kill(broker)
        restartLater(broker)
    }

    private func stop(_ broker: SimulatedBroker) {
        guard broker.isRunning else { return }
        note("broker \(broker.id) is told to stop")
        broker.stop(network: network)
        after(4_000) { [weak self] in self?.restartLater(broker) }
    }

    private func pause(_ broker: SimulatedBroker) {
        guard broker.isRunning, let process = broker.process else { return }
        let time = dice.pick([dice.roll(20...500), dice.roll(500...5_000)])
        note("broker \(broker.id) is paused for \(time) ms")
        process.pause()
        after(time) { [weak self] in if broker.process === process { self?.resume(broker) } }
    }

    private func resume(_ broker: SimulatedBroker) {
        guard let process = broker.process, process.isPaused else { return }
        note("broker \(broker.id) is resumed")
        process.resume()
    }

    private func cutPower(_ broker: SimulatedBroker) {
        let isCalm =
            network.cut.isEmpty && network.extraDelay.isEmpty && cluster.brokers.allSatisfy(\.isRunning)
        guard isCalm, checker.mayLosePower else { return }
        checker.losesPower(broker)
        blackOut(broker)
    }

    private func blackOut(_ broker: SimulatedBroker) {
        guard broker.isAlive else { return }
        cluster.kill(broker, power: dice.chance(500) ? 0 : Int(dice.roll(0...2_000)))
        restartLater(broker)
    }

    private func jump(_ broker: SimulatedBroker) {
        let by = dice.pick([dice.roll(-2_000...2_000), dice.roll(-3_600_000...3_600_000)])
        note("the clock of broker \(broker.id) jumps by \(by) ms")
        broker.wallOffset += by
        broker.process?.wallOffset += by
    }

    // MARK: Network

    private func heal(_ links: Set<[Int32]>, after time: Int64) {
        network.cut.formUnion(links)
        after(time) { [weak self] in self?.network.cut.subtract(links) }
    }

    private func isolate(_ broker: SimulatedBroker) {
        let others = cluster.brokers.map(\.id).filter { $0 != broker.id }
        let ways = dice.pick([[true, false], [true], [false]])
        var links: Set<[Int32]> = []
        for other in others {
            if ways.contains(true) { links.insert([broker.id, other]) }
            if ways.contains(false) { links.insert([other, broker.id]) }
        }
        let time = dice.roll(50...5_000)
        let way = ways.count == 2 ? "" : ways[0] ? " outwards" : " inwards"
        note("broker \(broker.id) is cut off\(way) for \(time) ms")
        heal(links, after: time)
    }

    private func split() {
        let everyone = dice.shuffled(cluster.brokers.map(\.id))
        let cut = 1 + dice.index(below: everyone.count - 1)
        var links: Set<[Int32]> = []
        for a in everyone[..<cut] { for b in everyone[cut...] { links.formUnion([[a, b], [b, a]]) } }
        let time = dice.roll(50...4_000)
        note("\(everyone[..<cut].sorted()) and \(everyone[cut...].sorted()) are split for \(time) ms")
        heal(links, after: time)
    }

    private func slow(_ broker: SimulatedBroker) {
        let other = dice.pick(cluster.brokers)
        let delay = dice.roll(10...800)
        note("the link from \(broker.id) to \(other.id) takes \(delay) ms more")
        network.extraDelay[[broker.id, other.id]] = delay
        after(dice.roll(200...5_000)) { [weak self] in self?.network.extraDelay[[broker.id, other.id]] = nil }
    }

    private func lossy() {
        network.loss = Int(dice.roll(5...100))
        note("\(network.loss) ‰ of all frames get lost")
        after(dice.roll(100...2_000)) { [weak self] in
            guard let self, !isOver else { return }
            network.loss = plan.loss
        }
    }
}

extension Checker {
    /// Whether a single power loss is one that replication without syncing must survive: nobody else's records are
    /// unproven, all are registered as they run now, and every in-sync set is whole.
    var mayLosePower: Bool {
        lostTail.isEmpty
            && cluster.brokers.allSatisfy { broker in
                image.isActive(broker.id) && image.brokers[broker.id]?.epoch == broker.node?.lifecycle.brokerEpoch
            }
            && newest.allSatisfy { id, state in
                image.topics[id.topic] == nil
                    || (state.isr.count > 1 && Set(state.isr) == Set(state.replicas) && !state.isReassigning)
            }
    }

    func losesPower(_ broker: SimulatedBroker) { lostTail[broker.id] = image.brokers[broker.id]?.epoch ?? -1 }
}
