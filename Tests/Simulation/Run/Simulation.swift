import Broker
import KafkaProtocol

/// One run: a cluster is made, used and put under faults, then left in peace, and must recover.
package final class Simulation {
    /// How a run ended.
    package struct Outcome {
        package let seed: UInt64
        package let violation: Violation?
        /// Turns of all loops together.
        package let events: Int
        package let acknowledged: Int
        package let consumed: Int
        package let commits: Int
        /// Virtual milliseconds.
        package let time: Int64
        /// The same for two runs exactly when they did the same.
        package let digest: UInt64
    }

    /// How long a cluster may take to be whole again after the last fault (virtual milliseconds).
    private static let recovery: Int64 = 60_000
    private static let topics = ["lasting-a", "lasting-b"]

    private let seed: UInt64
    private let plan: RunPlan
    package let cluster: SimulatedCluster
    private let checker: Checker
    private let nemesis: Nemesis
    private let producers: [SimulatedProducer]
    private let unsafeProducers: [SimulatedProducer]
    private let consumers: [SimulatedConsumer]
    private let committers: [SimulatedCommitter]
    private let members: [SimulatedMember]
    private let transactors: [SimulatedTransactor]
    private let admin: SimulatedAdmin
    /// Every other run changes the voters of the quorum as well, and half of the rest those that were configured.
    private let voterAdmin: SimulatedVoterAdmin?

    package init(seed: UInt64, trace: Trace = Trace(), planted: PlantedBug? = nil) {
        self.seed = seed
        let dice = Dice(seed: seed)
        let plan = planted?.fit(RunPlan(dice)) ?? RunPlan(dice)
        self.plan = plan
        let changesVoters = planted == nil && seed % 2 == 0
        let upgradesVoters = planted == nil && seed % 4 == 1
        let cluster = SimulatedCluster(
            size: plan.brokers, dice: dice, trace: trace, canChangeVoters: changesVoters,
            view: { planted?.view($0) ?? $0 })
        self.cluster = cluster
        let checker = Checker(cluster: cluster)
        self.checker = checker
        nemesis = Nemesis(cluster: cluster, checker: checker, plan: plan)
        producers = (0..<plan.producers).map {
            SimulatedProducer(
                id: 101 + Int32($0), cluster: cluster, checker: checker, acks: -1, pace: plan.producerPace)
        }
        unsafeProducers = (0..<plan.unsafeProducers).map {
            SimulatedProducer(
                id: 201 + Int32($0), cluster: cluster, checker: checker, acks: 1, pace: plan.producerPace)
        }
        consumers = [SimulatedConsumer(id: 301, cluster: cluster, checker: checker)]
        committers = (0..<(plan.isMetadataOnly ? 0 : 2)).map {
            SimulatedCommitter(id: 401 + $0, cluster: cluster, checker: checker, topic: Self.topics[0])
        }
        let isCooperative = dice.chance(500)
        members = (0..<(plan.isMetadataOnly ? 0 : 3)).map {
            SimulatedMember(
                id: 801 + $0, cluster: cluster, checker: checker, topic: Self.topics[0], isCooperative: isCooperative)
        }
        transactors = (0..<(plan.isMetadataOnly ? 0 : dice.pick([0, 1, 2]))).map {
            SimulatedTransactor(id: 701 + $0, cluster: cluster, checker: checker, topics: Self.topics)
        }
        admin = SimulatedAdmin(
            id: 501, cluster: cluster, checker: checker, topics: Self.topics, minInSync: plan.minInSync,
            pace: plan.adminPace ?? 1...1)
        voterAdmin =
            changesVoters || upgradesVoters
            ? SimulatedVoterAdmin(
                id: 601, cluster: cluster, checker: checker, choices: Dice(seed: seed &+ 601),
                mustUpgrade: upgradesVoters) : nil
        cluster.network.tamper = planted?.tampering
        cluster.network.refused = { [unowned checker] in checker.fail("a request is refused: \($0)") }
        cluster.prepare = { [unowned checker] broker, node, router, process in
            checker.watch(broker, node, process)
            planted?.tamper(node, router, process)
        }
    }

    /// Clients know the checker, and it knows these. The network knows who waits for an answer.
    deinit {
        checker.members = []
        checker.transactors = []
        cluster.network.clear()
    }

    package func run() -> Outcome {
        cluster.trace.note("plan", "\(plan)\(voterAdmin == nil ? "" : ", voters change")")
        do {
            if cluster.canChangeVoters { try cluster.prepareVoters() }
            for broker in cluster.brokers {
                broker.slowestWork = plan.slowestWork
                try cluster.start(broker)
            }
        } catch {
            checker.fail("a broker does not start: \(error)")
        }
        makeTopics()
        nemesis.start()
        for client in producers + unsafeProducers { client.start() }
        for client in consumers { client.start() }
        for client in committers { client.start() }
        for client in members { client.start() }
        for client in transactors { client.start() }
        if plan.adminPace != nil { admin.start() }
        voterAdmin?.start()
        advance(plan.turmoil) { false }
        nemesis.end()
        recover()
        finish()
        return Outcome(
            seed: seed, violation: checker.violation, events: cluster.clock.events, acknowledged: checker.acknowledged,
            consumed: checker.consumed, commits: checker.commits, time: cluster.clock.now, digest: checker.digest)
    }

    /// Runs until `done`, a violation, or for `limit` milliseconds; whether it was done.
    @discardableResult
    private func advance(_ limit: Int64, until done: () -> Bool) -> Bool {
        let end = cluster.clock.now + limit
        var looked = cluster.clock.now
        while checker.violation == nil {
            // Looking at everything is dear: once a virtual millisecond is enough.
            if cluster.clock.now > looked {
                looked = cluster.clock.now
                if done() { return true }
            }
            cluster.trace.advance(to: cluster.clock.now)
            guard cluster.clock.step(until: end) else { break }
        }
        return checker.violation == nil && done()
    }

    private func makeTopics() {
        var isMade = false
        let configs = [
            "min.insync.replicas": "\(plan.minInSync)", "segment.bytes": "\(plan.segmentBytes)",
        ]
        admin.prepare(configs, replicas: plan.replicas, partitions: plan.partitions) { isMade = true }
        if !advance(30_000, until: { isMade }) { checker.fail("no topic can be made within 30 s of a fresh start") }
    }

    /// After the faults: everything in sync, led and even, then writable.
    private func recover() {
        admin.isClosing = true
        voterAdmin?.isClosing = true
        for client in members { client.isSettling = true }
        for client in transactors { client.isClosing = true }
        for client in producers + unsafeProducers { client.isClosing = true }
        let isWell = advance(Self.recovery) { producers.allSatisfy(\.isIdle) && checker.ailment() == nil }
        guard isWell else {
            let what = checker.ailment() ?? "a producer still waits for an answer"
            return checker.fail("\(Self.recovery / 1_000) s after the last fault: \(what)")
        }
        cluster.trace.note("checker", "all is well again")
        guard let writer = producers.first else { return }
        let partitions = checker.partitions(of: Self.topics)
        let before = writer.stored
        var asked: Set<PartitionID> = []
        let isWritable = advance(10_000) {
            for id in partitions where !asked.contains(id) {
                if writer.partitions.contains(id) {
                    if writer.produce(to: id) { asked.insert(id) }
                } else {
                    writer.refresh()
                }
            }
            return partitions.allSatisfy { writer.stored[$0, default: 0] > before[$0, default: 0] }
        }
        if !isWritable { checker.fail("10 s after all is well, a partition cannot be written to") }
    }

    private func finish() {
        guard checker.violation == nil else { return }
        if !advance(Self.recovery, until: { checker.membersHaveAll }) {
            return checker.fail("\(Self.recovery / 1_000) s after all is well, a partition has no member to read it")
        }
        for client in members { client.isClosing = true }
        let areEnded = advance(Self.recovery) { transactors.allSatisfy(\.isIdle) && checker.openTransaction == nil }
        if !areEnded {
            return checker.fail(checker.openTransaction ?? "a transactional producer still waits for an answer")
        }
        for client in consumers { client.isClosing = true }
        for client in committers { client.isClosing = true }
        let isIdle = advance(10_000) { committers.allSatisfy(\.isIdle) && checker.ailment() == nil }
        if !isIdle { return checker.fail("10 s after all is well: \(checker.ailment() ?? "a commit is not answered")") }
        checker.verifyLogs()
        checker.verifyTransactions()
    }
}

extension Checker {
    /// The partitions of some topics, in order.
    func partitions(of topics: [String]) -> [PartitionID] {
        topics.compactMap { image.topic(named: $0) }.flatMap { topic in
            topic.partitions.indices.map { PartitionID(topic: topic.id, partition: Int32($0)) }
        }
    }
}
