import Coordinators
import KafkaProtocol
import Testing

/// Bounds of the coordinators that only a crowd reaches.
@Suite struct CrowdLimitsTests {
    @Test func aGroupTooManyIsRefused() {
        let script = CoordinatorScript()
        for number in 0..<CoordinatorLimits.groups { script.commitOffset("tool", 1, group: "g\(number)") }
        #expect(script.commitOffset("tool", 1, group: "new") == .coordinatorNotAvailable)
        #expect(script.joined(script.join("a", group: "new"))?.errorCode == .coordinatorNotAvailable)
        // Those that are there go on.
        #expect(script.commitOffset("tool", 2, group: "g0") == ErrorCode.none)
    }

    @Test func aTransactionTakesOnlySoManyPartitions() {
        let script = TransactionScript()
        script.begin("p")
        let most = Int32(CoordinatorLimits.partitionsPerTransaction)
        let partitions = (0...most).map { TopicPartition("t", $0) }
        #expect(script.add("p", partitions, as: (1000, 0)) == .refused(.coordinatorNotAvailable))
        #expect(script.add("p", [partitions[0]], as: (1000, 0)) != .refused(.coordinatorNotAvailable))
    }
}
