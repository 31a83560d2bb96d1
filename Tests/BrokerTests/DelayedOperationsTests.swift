import KafkaProtocol
import Simulation
import Testing

@testable import Broker

@Suite struct DelayedOperationsTests {
    private let clock = ManualClock()
    private let first = TopicPartition("t", 0)
    private let second = TopicPartition("t", 1)

    @Test func whoIsAnsweredLeavesEveryPartition() {
        let operations = DelayedOperations(clock: clock)
        weak var left: DelayedOperation?
        var answers = 0
        for _ in 0..<3 {
            var isReady = false
            let operation = DelayedOperation(
                on: .partitions([first, second]), attempt: { _ in isReady ? { answers += 1 } : nil },
                expire: { Issue.record("expired") })
            left = operation
            operations.park(operation, timeout: 1_000)
            #expect(operations.count == 1)
            isReady = true
            operations.check(first)
        }
        #expect(answers == 3)
        #expect(operations.count == 0)
        // Nothing holds it: neither the partition that stayed quiet nor the timer.
        #expect(left == nil)
    }

    /// An answer that makes the next event on the same partitions neither answers twice nor loses who came meanwhile.
    @Test func eventsWithinEvents() {
        let operations = DelayedOperations(clock: clock)
        var log: [String] = []
        var end = 0
        func park(_ name: String, at offset: Int, then next: @escaping () -> Void = {}) {
            operations.park(
                DelayedOperation(
                    on: .partitions([first, second]),
                    attempt: { _ in
                        end < offset
                            ? nil
                            : {
                                log.append(name)
                                next()
                            }
                    }, expire: { log.append("\(name) expired") }),
                timeout: 1_000)
        }
        park("a", at: 1) {
            end = 2
            operations.check(first)
            operations.check(second)
        }
        park("b", at: 2) { park("c", at: 3) }
        park("d", at: 3)
        end = 1
        operations.check(first)
        #expect(log == ["a", "b"])
        end = 3
        operations.check(second)
        #expect(log == ["a", "b", "d", "c"])
        #expect(operations.count == 0)
    }

    @Test func whoWaitsForAllHearsOfEveryPartition() {
        let operations = DelayedOperations(clock: clock)
        var heard: [TopicPartition?] = []
        var expired = 0
        operations.park(
            DelayedOperation(
                on: .all,
                attempt: {
                    heard.append($0)
                    return nil
                }, expire: { expired += 1 }),
            timeout: 100)
        operations.check(first)
        operations.check(second)
        clock.advance(100)
        operations.check(first)
        #expect(heard == [nil, first, second])
        #expect(expired == 1 && operations.count == 0)
    }
}
