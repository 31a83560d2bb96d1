import KafkaProtocol
import Simulation
import TestSupport
import Testing

@testable import Broker

/// One of three quorum nodes loses power at each operation of its disk, through elections that it wins and loses, and
/// comes back: no epoch has two leaders, and nothing that was answered is lost.
@Suite struct QuorumNodeCrashTests {
    @Test func aVoterIsCutShort() async throws {
        try await wholeMachine {
            let whole = Course(haltingAt: nil)
            try whole.run()
            #expect(whole.disk.operations > 100)
            for step in crashPoints(of: whole.disk.operations, each: 4) {
                let course = Course(haltingAt: step)
                try course.run()
                await Task.yield()
            }
        }
    }

    /// The same every time, up to the crash.
    private final class Course {
        let disk = SimulatedDisk()
        private let cluster = QuorumCluster(voters: 3, seed: 11)
        private let place: String
        private var crashes = 0
        private var leaders: [Epoch: BrokerID] = [:]

        init(haltingAt step: Int?) {
            place = step.map { "power lost at operation \($0)" } ?? "undisturbed"
            if let step { disk.halt(afterOperations: step) }
        }

        func run() throws {
            for id in [2, 3] as [BrokerID] { try cluster.start(id) }
            start()
            run(for: 400) { self.cluster.active != nil }
            for round in 0..<4 {
                for part in 0..<2 { cluster.decide("\(round)-\(part)") }
                decide("\(round)-before")
                guard let leader = cluster.active?.id else { continue }
                if leader == 1 { crash() } else { cluster.kill(leader) }
                run(for: 700) { self.cluster.active != nil }
                decide("\(round)-after")
                try cluster.startAll()
                run(for: 120)
            }
            try verify()
        }

        private func start() {
            do { try cluster.start(1, on: disk) } catch { crash() }
        }

        /// Until it is answered.
        private func decide(_ value: String) {
            for _ in 0..<20 where !cluster.committed.contains(value) {
                run(for: 500) { self.cluster.active != nil }
                cluster.decide(value)
                run(for: 60) { self.cluster.committed.contains(value) }
            }
        }

        private func crash() {
            crashes += 1
            cluster.crash(1)
            disk.crash()
            start()
        }

        private func run(for limit: Int64, until done: () -> Bool = { false }) {
            cluster.run(for: limit) {
                if cluster.nodes[1]?.halted != nil { crash() }
                for node in cluster.running {
                    guard let runtime = node.runtime, runtime.isActiveController, let epoch = runtime.controller?.epoch
                    else { continue }
                    let known = leaders[epoch, default: node.id]
                    #expect(known == node.id, "\(place): \(known) and \(node.id) lead epoch \(epoch)")
                    leaders[epoch] = node.id
                }
                return done()
            }
        }

        private func verify() throws {
            let expected = Set(cluster.committed)
            #expect(expected.count >= 8, "\(place): \(expected)")
            run(for: 3_000) {
                self.cluster.running.count == 3
                    && self.cluster.running.allSatisfy { self.cluster.applied($0).isSuperset(of: expected) }
            }
            #expect(cluster.running.count == 3, "\(place)")
            for node in cluster.running {
                #expect(node.halted == nil, "\(place): node \(node.id) halts: \(node.halted ?? "")")
                #expect(cluster.applied(node).isSuperset(of: expected), "\(place): node \(node.id) lost answers")
            }
        }
    }
}
