import Testing

@testable import KafkaClient

@Suite struct RequestQueueTests {
    @Test func requestsAreNumberedInOrderAndBounded() {
        var queue = RequestQueue<String>(inFlight: 2, waiting: 3)
        #expect(["a", "b", "c"].map { queue.enqueue($0) } == [true, true, true])
        #expect(!queue.enqueue("d"))
        #expect(queue.next { _ in true }?.id == 0)
        #expect(queue.next { _ in true }?.token == "b")
        #expect(queue.next { _ in true } == nil)
        #expect(queue.answered(0) == "a")
        #expect(queue.answered(0) == nil)
        #expect(queue.next { _ in true }?.id == 2)
        #expect(queue.enqueue("e"))
        #expect(queue.drain() == ["b", "c", "e"])
        #expect(queue.isEmpty)
    }

    @Test func whatHasNoAnswerTakesNoPlace() {
        var queue = RequestQueue<String>(inFlight: 1, waiting: 3)
        for token in ["a", "b", "c"] { #expect(queue.enqueue(token)) }
        #expect(queue.next { $0 != "a" }?.token == "a")
        #expect(queue.next { $0 != "a" }?.token == "b")
        #expect(queue.next { $0 != "a" } == nil)
        #expect(queue.answered(0) == nil)
        #expect(queue.answered(1) == "b")
    }

    @Test func addressesAreRead() {
        #expect(BrokerAddress("localhost:9093") == BrokerAddress(host: "localhost", port: 9093))
        #expect(BrokerAddress("broker") == BrokerAddress(host: "broker", port: 9092))
        #expect(BrokerAddress("[::1]:9094") == BrokerAddress(host: "::1", port: 9094))
        #expect(BrokerAddress("[::1]:9094")?.description == "[::1]:9094")
        #expect(BrokerAddress("host:0") == nil)
        #expect(BrokerAddress("host:70000") == nil)
        #expect(BrokerAddress("host:x") == nil)
        #expect(BrokerAddress("") == nil)
        #expect(BrokerAddress.list("a:1, b:2")?.map(\.port) == [1, 2])
        #expect(BrokerAddress.list("a:1,b:x") == nil)
        #expect(BrokerAddress.list(" , ") == nil)
    }

    @Test func pausesDoubleUpToTheMost() {
        for attempt in 0..<40 {
            let pause = Backoff.pause(attempt: attempt, first: .milliseconds(100), most: .seconds(1))
            let expected = min(Duration.milliseconds(100) * (1 << min(attempt, 20)), .seconds(1))
            #expect(pause >= expected * 0.79 && pause <= expected * 1.21)
        }
    }
}
