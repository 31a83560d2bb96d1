import KafkaProtocol
import TestSupport

@testable import MetadataQuorum

/// A quorum of machines in one process under a seed: messages are lost, delayed and overtake each other, links are cut,
/// nodes crash and lose what was not synced. Every event is checked against what consensus promises.
struct QuorumSimulation {
    /// A promise that was broken.
    struct Violation: Error, CustomStringConvertible {
        var description: String
    }

    /// Something that happens at a time.
    enum Event {
        case tick(BrokerID)
        case request(QuorumRequest, id: UInt64, from: BrokerID, to: BrokerID, life: Int)
        case response(
            QuorumResponse, [SimulatedRecord], [QuorumBatch], id: UInt64, from: BrokerID, to: BrokerID, life: Int)
        case failed(id: UInt64, to: BrokerID, life: Int)
        case synced(BrokerID, end: Offset, epoch: Epoch, generation: Int, life: Int)
        case probed(BrokerID, RequestToken, by: BrokerID, life: Int)
    }

    struct Node {
        var machine: QuorumMachine?
        var disk = SimulatedDisk()
        /// Grows with every restart: messages for an earlier life are lost.
        var life = 0
        /// Requests that wait for this node's answer.
        var waiting: [RequestToken: (id: UInt64, from: BrokerID, life: Int)] = [:]
        var committed: Offset = 0
        /// Bytes that came with the answer being handled.
        var arriving: [SimulatedRecord] = []
    }

    struct Scheduled {
        var time: Int64
        var order: UInt64
        var event: Event
    }

    /// What goes wrong, in percent.
    struct Faults {
        var loss = 0
        var maxDelay: Int64 = 2
        var crashWhileActing = 0
        static let none = Faults()
    }

    /// The configured voters; none where the log names them.
    let voters: VoterSet
    let config: QuorumConfig
    var faults = Faults.none
    var nodes: [BrokerID: Node] = [:]
    var cut: Set<[BrokerID]> = []
    var random: SeededGenerator
    var now: Int64 = 0

    private var queue: [Scheduled] = []
    private var order: UInt64 = 0
    var nextToken: UInt64 = 1
    /// What a bootstrap snapshot says.
    var bootstrapVoters: VoterSet?
    /// Whether the configured voters may be taken into the log.
    var canUpgrade = false
    /// How often a leader did that; one that is replaced before it is committed leaves it to the next.
    var upgrades = 0
    private var nextValue = 1
    /// Changes of the voters by how they ended.
    var endedChanges: [ErrorCode: Int] = [:]

    // The promises.
    private(set) var leaders: [Epoch: BrokerID] = [:]
    private(set) var committed: [SimulatedRecord] = []
    private var votes: [[Int32]: BrokerID] = [:]

    init(voters count: Int, observers: Int = 0, config: QuorumConfig = .bundled, seed: UInt64) {
        voters = VoterSet(Array(1..<BrokerID(count + 1)))
        var config = config
        config.snapshotChunk = 2
        self.config = config
        random = SeededGenerator(seed: seed)
        for id in 1...BrokerID(count + observers) { nodes[id] = Node() }
    }

    // MARK: Nodes

    mutating func start(_ id: BrokerID) throws {
        guard var node = nodes[id], node.machine == nil else { return }
        node.life += 1
        node.waiting = [:]
        node.committed = node.disk.snapshot?.endOffset ?? 0
        var machine = QuorumMachine(
            own: Voter(ReplicaKey(id, directory: node.disk.directory)),
            voters: node.disk.history(configured: voters), bootstrap: bootstrap, config: config,
            recovered: node.disk.election, log: node.disk.index, random: SeededGenerator(seed: random.next()))
        let effects = machine.start(now: now)
        node.machine = machine
        nodes[id] = node
        try carryOut(effects, id)
    }

    mutating func startAll() throws { for id in nodes.keys.sorted() { try start(id) } }

    /// Ends a node without warning; of what was not synced any part may be lost.
    mutating func crash(_ id: BrokerID) {
        guard var node = nodes[id], node.machine != nil else { return }
        node.machine = nil
        let kept = Offset.random(in: min(node.disk.durableEnd, node.disk.end)...node.disk.end, using: &random)
        node.disk.truncate(to: kept)
        node.disk.durableEnd = kept
        nodes[id] = node
    }

    var running: [BrokerID] { nodes.keys.filter { nodes[$0]?.machine != nil }.sorted() }

    /// The running leader of the highest epoch.
    var leader: BrokerID? {
        running.filter { nodes[$0]?.machine?.isLeader ?? false }.max { a, b in
            (nodes[a]?.machine?.election.epoch ?? 0) < (nodes[b]?.machine?.election.epoch ?? 0)
        }
    }

    mutating func with(_ id: BrokerID, _ body: (inout QuorumMachine) -> [QuorumEffect]) throws {
        guard var machine = nodes[id]?.machine else { return }
        let effects = body(&machine)
        nodes[id]?.machine = machine
        try carryOut(effects, id)
    }

    /// Writes a record through whoever leads.
    mutating func propose() throws {
        guard let leader, let epoch = nodes[leader]?.machine?.election.epoch else { return }
        try with(leader) { [now] in (try? $0.propose(records: 1, epoch: epoch, now: now)) ?? [] }
    }

    /// Lets a node write a snapshot of what it has committed, and cut its log there.
    mutating func snapshot(_ id: BrokerID) {
        guard var node = nodes[id], node.machine != nil, node.committed > node.disk.start.endOffset,
            let last = node.disk.record(at: node.committed - 1)
        else { return }
        let snapshot = SnapshotID(endOffset: node.committed, epoch: last.epoch)
        node.machine?.snapshotTaken(snapshot)
        node.machine?.logTrimmed(to: snapshot)
        node.disk.trim(to: snapshot)
        nodes[id] = node
    }

    // MARK: Time

    mutating func schedule(_ event: Event, after delay: Int64) {
        order += 1
        queue.append(Scheduled(time: now + delay, order: order, event: event))
    }

    /// Runs everything that happens in the next `duration` milliseconds, or until `done`.
    mutating func run(for duration: Int64, until done: (QuorumSimulation) -> Bool = { _ in false }) throws {
        let end = now + duration
        while !done(self) {
            let next = queue.indices.min { (queue[$0].time, queue[$0].order) < (queue[$1].time, queue[$1].order) }
            guard let next, queue[next].time <= end else { return now = end }
            let scheduled = queue.remove(at: next)
            now = max(now, scheduled.time)
            try handle(scheduled.event)
        }
    }

    private mutating func handle(_ event: Event) throws {
        switch event {
        case .tick(let id):
            guard let deadline = nodes[id]?.machine?.nextDeadline, deadline <= now else { return }
            try with(id) { [now] in $0.tick(now: now) }
        case .request(let request, let number, let from, let to, let life):
            try deliver(request, number, from, to, life)
        case .response(let response, let records, let batches, let number, let from, let to, let life):
            guard nodes[to]?.life == life, nodes[to]?.machine != nil, !cut.contains([from, to]) else { return }
            nodes[to]?.arriving = records
            try with(to) { [now] in $0.received(response, id: number, batches: batches, now: now) }
        case .failed(let number, let to, let life):
            guard nodes[to]?.life == life else { return }
            try with(to) { [now] in $0.requestFailed(id: number, now: now) }
        case .synced(let id, let end, let epoch, let generation, let life):
            guard let node = nodes[id], node.life == life, node.disk.generation == generation, node.machine != nil
            else { return }
            nodes[id]?.disk.durableEnd = max(node.disk.durableEnd, end)
            try with(id) { [now] in $0.persisted(to: end, epoch: epoch, now: now) }
        case .probed(let voter, let token, let id, let life):
            guard nodes[id]?.life == life else { return }
            let versions: ClosedRange<Int16>? = random.chance(faults.loss) ? nil : 0...1
            try with(id) { [now] in $0.probed(versions, by: voter, token: token, now: now) }
        }
    }

    private mutating func deliver(
        _ request: QuorumRequest, _ number: UInt64, _ from: BrokerID, _ to: BrokerID, _ life: Int
    ) throws {
        guard !cut.contains([from, to]) else { return }
        guard nodes[to]?.machine != nil else {
            return schedule(.failed(id: number, to: from, life: life), after: 1)
        }
        let token = RequestToken(nextToken)
        nextToken += 1
        nodes[to]?.waiting[token] = (number, from, life)
        try with(to) { [now] in $0.received(request, token: token, now: now) }
    }

    // MARK: Effects

    private mutating func carryOut(_ effects: [QuorumEffect], _ id: BrokerID) throws {
        for effect in effects {
            if faults.crashWhileActing > 0, Int.random(in: 0..<1000, using: &random) < faults.crashWhileActing {
                return crash(id)
            }
            try carryOut(effect, id)
        }
        guard let deadline = nodes[id]?.machine?.nextDeadline else { return }
        schedule(.tick(id), after: max(1, deadline - now))
    }

    private mutating func carryOut(_ effect: QuorumEffect, _ id: BrokerID) throws {
        switch effect {
        case .persist(let election): nodes[id]?.disk.election = election
        case .append(let batch), .appendLeaderChange(let batch, _, _):
            write(batch.epoch, nil, id)
            sync(id)
        case .appendVoters(let batch, let set, _): try append(batch, set, id)
        case .probe(let voter, let token):
            schedule(.probed(voter.key.id, token, by: id, life: nodes[id]?.life ?? 0), after: delay() + 1)
        case .endVoterChange(_, let error): try check(change: error, id)
        case .appendFetched(let batches):
            let count = batches.reduce(0) { $0 + Int($1.count) }
            guard let arriving = nodes[id]?.arriving, arriving.count == count else {
                throw Violation(description: "node \(id) appends \(count) records it was not sent")
            }
            nodes[id]?.disk.records += arriving
            sync(id)
        case .truncate(let offset): nodes[id]?.disk.truncate(to: offset)
        case .send(let request, let number, let peer): send(request, number, from: id, to: peer)
        case .respond(let token, let response): try respond(response, token, id)
        case .serveSnapshot(let token, let ask): try serve(ask, token, id)
        case .storeSnapshotChunk, .discardSnapshot: break
        case .installSnapshot(let snapshot): try install(snapshot, id)
        case .commitAdvanced(let offset): try check(commit: offset, id)
        case .becameLeader(let epoch, _): try check(leader: id, epoch)
        case .leaderChanged, .lostLeadership: break
        case .halt(let fault): throw Violation(description: "node \(id) halts: \(fault)")
        }
    }

    /// Appends a record unlike any other.
    mutating func write(_ epoch: Epoch, _ voters: VoterSet?, _ id: BrokerID) {
        nodes[id]?.disk.records.append(SimulatedRecord(epoch: epoch, value: nextValue, voters: voters))
        nextValue += 1
    }

    mutating func sync(_ id: BrokerID) {
        guard let node = nodes[id], let last = node.disk.records.last else { return }
        schedule(
            .synced(id, end: node.disk.end, epoch: last.epoch, generation: node.disk.generation, life: node.life),
            after: Int64.random(in: 0...5, using: &random))
    }

    private mutating func delay() -> Int64 { Int64.random(in: 0...faults.maxDelay, using: &random) }

    private mutating func send(_ request: QuorumRequest, _ number: UInt64, from: BrokerID, to peer: BrokerID) {
        let to = node(at: peer)
        guard let life = nodes[from]?.life, !random.chance(faults.loss) else { return }
        schedule(.request(request, id: number, from: from, to: to, life: life), after: delay())
    }

    private mutating func respond(_ response: QuorumResponse, _ token: RequestToken, _ id: BrokerID) throws {
        guard let (number, from, life) = nodes[id]?.waiting.removeValue(forKey: token) else {
            throw Violation(description: "node \(id) answers \(token) twice")
        }
        if case .vote(true) = response.body { try check(vote: id, for: from, response.epoch) }
        var records: [SimulatedRecord] = []
        var batches: [QuorumBatch] = []
        if case .fetch(let result) = response.body, case .records(let offset) = result.content,
            let disk = nodes[id]?.disk
        {
            batches = disk.batches(offset..<min(disk.end, offset + 5))
            records = (offset..<min(disk.end, offset + 5)).compactMap { disk.record(at: $0) }
        }
        guard !random.chance(faults.loss) else { return }
        schedule(
            .response(response, records, batches, id: number, from: id, to: from, life: life), after: delay())
    }

    private mutating func serve(_ ask: FetchSnapshotAsk, _ token: RequestToken, _ id: BrokerID) throws {
        guard let node = nodes[id], let current = node.machine?.leaderAndEpoch else { return }
        let size: Int64 = 3
        let found = node.disk.snapshot == ask.snapshot
        let count = found ? min(Int64(ask.maxBytes), size - ask.position) : 0
        let chunk = SnapshotChunk(snapshot: ask.snapshot, position: ask.position, count: count, size: size)
        let response = QuorumResponse(
            error: found ? .none : .snapshotNotFound, leader: current.leader, epoch: current.epoch,
            body: .snapshot(chunk))
        try respond(response, token, id)
    }

    private mutating func install(_ snapshot: SnapshotID, _ id: BrokerID) throws {
        guard snapshot.endOffset <= committed.count, committed[Int(snapshot.endOffset) - 1].epoch == snapshot.epoch
        else { throw Violation(description: "node \(id) installs a snapshot of what is not committed") }
        let voters = committedVoters(before: snapshot.endOffset)
        nodes[id]?.disk.reset(to: snapshot, voters: voters)
        nodes[id]?.committed = snapshot.endOffset
        try with(id) { [now] in $0.snapshotInstalled(snapshot, voters: voters, now: now) }
    }

    // MARK: Promises

    private mutating func check(leader id: BrokerID, _ epoch: Epoch) throws {
        if let other = leaders[epoch], other != id {
            throw Violation(description: "nodes \(other) and \(id) both lead epoch \(epoch)")
        }
        leaders[epoch] = id
        guard let disk = nodes[id]?.disk else { return }
        for offset in disk.start.endOffset..<Offset(committed.count)
        where disk.record(at: offset) != committed[Int(offset)] {
            throw Violation(description: "leader \(id) of epoch \(epoch) lacks the committed record \(offset)")
        }
    }

    private mutating func check(vote id: BrokerID, for candidate: BrokerID, _ epoch: Epoch) throws {
        // A pre-vote is no vote: only what the voter wrote down counts.
        guard let election = nodes[id]?.disk.election, election.epoch == epoch, election.votedFor == candidate,
            election.leader == nil
        else { return }
        if let other = votes[[epoch, id]], other != candidate {
            throw Violation(description: "node \(id) votes for \(other) and \(candidate) in epoch \(epoch)")
        }
        votes[[epoch, id]] = candidate
    }

    private mutating func check(commit offset: Offset, _ id: BrokerID) throws {
        guard let node = nodes[id] else { return }
        guard offset >= node.committed else {
            throw Violation(description: "node \(id) takes its high watermark back to \(offset)")
        }
        for position in max(node.committed, node.disk.start.endOffset)..<max(offset, node.disk.start.endOffset) {
            guard let record = node.disk.record(at: position) else {
                throw Violation(description: "node \(id) commits \(position), which it does not have")
            }
            if position < committed.count {
                guard committed[Int(position)] == record else {
                    throw Violation(description: "node \(id) rewrites the committed record \(position)")
                }
            } else {
                committed.append(record)
            }
        }
        nodes[id]?.committed = offset
    }
}
