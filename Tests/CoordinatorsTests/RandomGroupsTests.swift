import Coordinators
import KafkaProtocol
import NIOCore
import TestSupport
import Testing

/// Clients that join, sync, commit, leave, fall silent and come back at random, over a log that sometimes refuses.
@Suite struct RandomGroupsTests {
    /// A client that follows the protocol as real ones do.
    final class Client {
        let name: String
        let instance: String?
        var id = ""
        var generation: Int32 = -1
        var join: RequestToken?
        var sync: RequestToken?
        var assignment: String?

        init(_ name: String, instance: String?) {
            self.name = name
            self.instance = instance
        }

        func forget(keepingID: Bool) {
            if !keepingID { id = "" }
            (join, sync, assignment) = (nil, nil, nil)
            generation = -1
        }
    }

    @Test(arguments: 1...20)
    func invariantsHold(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let script = CoordinatorScript {
            $0.initialRebalanceDelayMs = Int64(seed % 3) * 500
            $0.maxSize = seed % 5 == 0 ? 3 : .max
        }
        let clients = (0..<5).map { Client("c\($0)", instance: $0 < 2 ? "i\($0)" : nil) }
        var generation: Int32 = 0
        /// Records of the log that were looked at.
        var checked = 0
        /// What leaders handed out, by generation.
        var plans: [Int32: [String: String]] = [:]
        var committed: Offset = -1
        var highest: Offset = 0
        for _ in 0..<1_500 {
            let client = clients[Int.random(in: 0..<clients.count, using: &random)]
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<72: step(client, script, &plans)
            case 72..<84: script.advance(Int64.random(in: 0..<2_000, using: &random))
            case 84..<90:
                highest += 1
                if script.commitOffset(client.name, highest, id: client.id, generation: client.generation)
                    == ErrorCode.none
                {
                    committed = highest
                }
            case 90: client.forget(keepingID: false)
            case 91..<93 where !client.id.isEmpty:
                script.leave(client.name, [.init(memberID: client.id, groupInstanceID: client.instance)])
                client.forget(keepingID: false)
            case 93..<95:
                script.committing = false
                step(client, script, &plans)
                script.fail(.notEnoughReplicas)
                script.committing = true
            case 95:
                script.reload()
                for client in clients where client.join != nil || client.sync != nil { client.forget(keepingID: true) }
            default: beat(client, script)
            }
            check(script, clients, plans, &generation, &checked, committed, seed)
        }
        #expect(plans.count >= 5, "seed \(seed): groups came to rest too seldom to learn anything")
        replayEqualsState(script, seed)
    }

    /// The next thing a client would do.
    private func step(_ client: Client, _ script: CoordinatorScript, _ plans: inout [Int32: [String: String]]) {
        if let token = client.join {
            guard let answer = script.joined(token) else { return }
            client.join = nil
            guard answer.errorCode == .none else {
                if answer.errorCode == .memberIdRequired {
                    client.id = answer.memberID
                } else {
                    react(client, answer.errorCode)
                }
                return
            }
            client.id = answer.memberID
            client.generation = answer.generationID
            var plan: [String: String] = [:]
            if answer.leader == answer.memberID && !answer.skipAssignment {
                for member in answer.members { plan[member.memberID] = "\(answer.generationID)/\(member.memberID)" }
            }
            client.sync = script.sync(
                client.name, client.id, generation: client.generation, instance: client.instance, assignments: plan)
            return
        }
        if let token = client.sync {
            guard let answer = script.synced(token) else { return }
            client.sync = nil
            if answer.errorCode == .none {
                client.assignment = String(buffer: answer.assignment)
                plans[client.generation, default: [:]][client.id] = client.assignment
            } else {
                react(client, answer.errorCode)
            }
            return
        }
        if client.assignment != nil { return beat(client, script) }
        client.join = script.join(
            client.name, id: client.id, instance: client.instance, session: 6_000, rebalance: 6_000)
    }

    private func beat(_ client: Client, _ script: CoordinatorScript) {
        let error = script.heartbeat(client.name, client.id, generation: client.generation, instance: client.instance)
        if let error { react(client, error) }
    }

    private func react(_ client: Client, _ error: ErrorCode) {
        switch error {
        case .unknownMemberId, .fencedInstanceId: client.forget(keepingID: false)
        case .illegalGeneration, .rebalanceInProgress: client.assignment = nil
        default: break
        }
    }

    private func check(
        _ script: CoordinatorScript, _ clients: [Client], _ plans: [Int32: [String: String]], _ generation: inout Int32,
        _ checked: inout Int,
        _ committed: Offset, _ seed: UInt64
    ) {
        #expect(script.offset() == committed, "seed \(seed): only a commit changes the position")
        let group = script.coordinator.describe("g", version: 5)
        #expect(Set(group.members.map(\.memberID)).count == group.members.count, "seed \(seed)")
        let instances = group.members.compactMap(\.groupInstanceID)
        #expect(Set(instances).count == instances.count, "seed \(seed): one member per instance id")
        for case .group("g", let value?) in script.log.dropFirst(checked) {
            #expect(value.generation >= generation, "seed \(seed): generations only grow")
            generation = value.generation
        }
        checked = script.log.count
        guard group.groupState == "Stable" else { return }
        for member in group.members {
            let held = String(buffer: member.memberAssignment)
            // A static member keeps what was meant for the id it had.
            guard !held.isEmpty, member.groupInstanceID == nil else { continue }
            #expect(held.hasSuffix("/" + member.memberID), "seed \(seed): everybody holds the leader's assignment")
        }
        let held = group.members.map { String(buffer: $0.memberAssignment).prefix { $0 != "/" } }.filter { !$0.isEmpty }
        #expect(Set(held).count <= 1, "seed \(seed): one generation at a time")
    }

    /// A coordinator made from the log knows what was written, no more and no less.
    private func replayEqualsState(_ script: CoordinatorScript, _ seed: UInt64) {
        let before = script.coordinator.describe("g", version: 5)
        let offset = script.offset()
        script.reload()
        let after = script.coordinator.describe("g", version: 5)
        #expect(script.offset() == offset, "seed \(seed)")
        guard before.groupState == "Stable" || before.groupState == "Empty" else { return }
        #expect(after.groupState == before.groupState || before.groupState == "Empty", "seed \(seed)")
        guard before.groupState == "Stable" else { return }
        #expect(after.protocolData == before.protocolData, "seed \(seed)")
        #expect(
            after.members.map(\.memberAssignment) == before.members.map(\.memberAssignment), "seed \(seed)")
        #expect(after.members.map(\.memberID) == before.members.map(\.memberID), "seed \(seed)")
    }
}
