import KafkaProtocol

@testable import MetadataQuorum

/// Plays a script on a quorum of three and writes down what is said and done, so that the protocol can be read.
///
/// Lines that begin with `>` are commands: `start 1 2`, `timeout 1` (time passes until node 1's next deadline), `deliver`
/// (all messages arrive, disks sync at once, until nothing more is said), `propose 1`, `kill 1`. Where the first line is
/// `found 1`, the log names the voters, at first those, and `add 1 2` asks node 1 to make 2 a voter, `remove 1 2` to take
/// its vote away. Everything else is what came of it.
struct Transcript {
    private enum Letter {
        case request(QuorumRequest, UInt64, from: BrokerID, to: BrokerID)
        case response(QuorumResponse, [QuorumBatch], UInt64, from: BrokerID, to: BrokerID)
    }

    private var machines: [BrokerID: QuorumMachine] = [:]
    private var logs: [BrokerID: [QuorumBatch]] = [:]
    private var post: [Letter] = []
    private var tokens: [RequestToken: (id: UInt64, from: BrokerID)] = [:]
    private var lastToken: UInt64 = 0
    private var now: Int64 = 0
    private var lines: [String] = []
    /// The first voters, where the log names them.
    private var founders: [BrokerID] = []

    /// The script with what really happened after each command.
    static func play(_ script: String) -> String {
        var transcript = Transcript()
        for line in script.split(separator: "\n") where line.hasPrefix(">") {
            transcript.lines.append(String(line))
            let words = line.dropFirst().split(separator: " ")
            transcript.obey(words.first ?? "", words.dropFirst().compactMap { BrokerID($0) })
        }
        return transcript.lines.joined(separator: "\n")
    }

    private mutating func obey(_ command: Substring, _ nodes: [BrokerID]) {
        switch command {
        case "start": for id in nodes { start(id) }
        case "timeout": for id in nodes { timeOut(id) }
        case "propose": for id in nodes { propose(id) }
        case "kill": for id in nodes { machines[id] = nil }
        case "deliver": deliver()
        case "found": founders = nodes
        case "add": ask(nodes[0], .add(Self.voter(nodes[1])))
        case "remove": ask(nodes[0], .remove(ReplicaKey(nodes[1])))
        default: lines.append("unknown command \(command)")
        }
    }

    private mutating func start(_ id: BrokerID) {
        let first = VoterHistory.Entry(offset: -1, voters: VoterSet(founders.map(Self.voter)))
        let voters =
            founders.isEmpty
            ? VoterHistory(configured: VoterSet([1, 2, 3]))
            : VoterHistory(configured: VoterSet([BrokerID]()), entries: founders.contains(id) ? [first] : [])
        machines[id] = QuorumMachine(
            own: Self.voter(id), voters: voters, bootstrap: founders.map { -100 - $0 }, config: .bundled,
            recovered: ElectionState(), log: LogIndex(), random: Spread(id: id))
        event(id) { $0.start(now: $1) }
    }

    private static func voter(_ id: BrokerID) -> Voter {
        Voter(ReplicaKey(id), listeners: [.init(name: "PLAINTEXT", host: "node", port: UInt16(id))])
    }

    private mutating func ask(_ leader: BrokerID, _ change: VoterChange) {
        lastToken += 1
        let token = RequestToken(lastToken)
        event(leader) { $0.requested(change, timeout: 1000, token: token, now: $1) }
    }

    private mutating func timeOut(_ id: BrokerID) {
        now = max(now, machines[id]?.nextDeadline ?? now)
        event(id) { $0.tick(now: $1) }
    }

    private mutating func propose(_ id: BrokerID) {
        event(id) { machine, now in
            (try? machine.propose(records: 1, epoch: machine.election.epoch, now: now)) ?? []
        }
    }

    private mutating func deliver() {
        // A script that never falls silent is cut off, and shows it by its length.
        for _ in 0..<200 {
            guard !post.isEmpty else { return }
            switch post.removeFirst() {
            case .request(let request, let id, let from, let peer):
                let to = peer < 0 ? -100 - peer : peer
                lines.append("\(from) → \(to): \(Self.say(request))")
                guard machines[to] != nil else {
                    event(from) { $0.requestFailed(id: id, now: $1) }
                    continue
                }
                lastToken += 1
                let token = RequestToken(lastToken)
                tokens[token] = (id, from)
                event(to) { $0.received(request, token: token, now: $1) }
            case .response(let response, let batches, let id, let from, let to):
                lines.append("\(from) → \(to): \(Self.say(response, batches))")
                event(to) { $0.received(response, id: id, batches: batches, now: $1) }
            }
        }
    }

    private mutating func event(_ id: BrokerID, _ body: (inout QuorumMachine, Int64) -> [QuorumEffect]) {
        guard var machine = machines[id] else { return }
        let effects = body(&machine, now)
        machines[id] = machine
        for effect in effects { carryOut(effect, id) }
        if let end = machines[id]?.log.end, let epoch = machines[id]?.log.lastEpoch,
            end > machines[id]?.log.persistedEnd ?? end
        {
            event(id) { $0.persisted(to: end, epoch: epoch, now: $1) }
        }
    }

    private mutating func carryOut(_ effect: QuorumEffect, _ id: BrokerID) {
        switch effect {
        case .persist(let state):
            let vote = state.votedFor.map { ", vote for \($0)" } ?? ""
            let leader = state.leader.map { ", leader \($0)" } ?? ""
            lines.append("    \(id) writes: epoch \(state.epoch)\(leader)\(vote)")
        case .append(let batch), .appendLeaderChange(let batch, _, _): logs[id, default: []].append(batch)
        case .appendFetched(let batches):
            logs[id, default: []] += batches
            for voters in batches.compactMap(\.voters) { lines.append("    \(id) writes: voters \(voters.ids)") }
        case .appendVoters(let batch, let voters, _):
            logs[id, default: []].append(batch)
            lines.append("    \(id) writes: voters \(voters.ids)")
        case .probe(let voter, let token):
            lines.append("    \(id) asks \(voter.key.id) which versions it supports")
            event(id) { $0.probed(0...1, by: voter.key.id, token: token, now: $1) }
        case .endVoterChange(_, let error): lines.append("    \(id) answers: \(error)")
        case .truncate(let offset): logs[id]?.removeAll { $0.endOffset > offset }
        case .send(let request, let number, let to): post.append(.request(request, number, from: id, to: to))
        case .respond(let token, let response):
            guard let (number, from) = tokens.removeValue(forKey: token) else { return }
            var batches: [QuorumBatch] = []
            if case .fetch(let result) = response.body, case .records(let offset) = result.content {
                batches = logs[id, default: []].filter { $0.baseOffset >= offset }
            }
            post.append(.response(response, batches, number, from: id, to: from))
        case .commitAdvanced(let offset): lines.append("    \(id) commits up to \(offset)")
        case .becameLeader(let epoch, _): lines.append("    \(id) leads epoch \(epoch)")
        case .lostLeadership(let epoch): lines.append("    \(id) no longer leads epoch \(epoch)")
        default: break
        }
    }

    // MARK: Words

    private static func say(_ request: QuorumRequest) -> String {
        switch request {
        case .vote(let ask):
            "\(ask.preVote ? "pre-vote" : "vote") in epoch \(ask.epoch)? my log ends at \(ask.endOffset)"
        case .beginEpoch(let ask): "epoch \(ask.epoch) begins under \(ask.leader)"
        case .endEpoch(let ask): "epoch \(ask.epoch) ends, next \(ask.successors)"
        case .fetch(let ask): "fetch from \(ask.offset)"
        case .updateVoter(let ask): "voter \(ask.voter.key.id) is elsewhere"
        case .fetchSnapshot(let ask): "snapshot \(ask.snapshot.endOffset) from byte \(ask.position)"
        }
    }

    private static func say(_ response: QuorumResponse, _ batches: [QuorumBatch]) -> String {
        let refusal = response.error == .none ? "" : "\(response.error), "
        switch response.body {
        case .vote(let granted): return refusal + (granted ? "yes" : "no")
        case .acknowledged: return refusal + "noted"
        case .snapshot: return refusal + "a piece"
        case .fetch(let result):
            let records = batches.map { "\($0.baseOffset)..<\($0.endOffset)" }.joined(separator: " ")
            return refusal + "records [\(records)], committed up to \(result.highWatermark)"
        }
    }
}

/// Chance that favours nodes with low ids: every random wait is the id's share of its range.
private struct Spread: RandomNumberGenerator, Sendable {
    let id: BrokerID

    mutating func next() -> UInt64 { UInt64(id) << 60 | 1 << 32 }
}
