import Testing

@testable import KafkaClient

@Suite struct RequestQueueTests {
    @Test func requestsAreNumberedInOrderAndBounded() {
        var queue = RequestQueue<String>(inFlight: 2, waiting: 3)
        let accepted = ["a", "b", "c", "d"].map { queue.enqueue($0) != nil }
        #expect(accepted == [true, true, true, false])
        let sent = [queue.next { _ in true }, queue.next { _ in true }, queue.next { _ in true }]
        #expect(sent.map { $0?.id } == [0, 1, nil])
        #expect(sent.map { $0?.token } == ["a", "b", nil])
        let answered = [queue.answered(0), queue.answered(0)].map(\.token)
        #expect(answered == ["a", nil])
        let third = queue.next { _ in true }
        #expect(third?.id == 2)
        let room = queue.enqueue("e")
        #expect(room != nil)
        let rest = queue.drain()
        #expect(rest == ["b", "c", "e"])
        #expect(queue.isEmpty)
    }

    @Test func whatHasNoAnswerTakesNoPlace() {
        var queue = RequestQueue<String>(inFlight: 1, waiting: 3)
        for token in ["a", "b", "c"] { _ = queue.enqueue(token) }
        let sent = (0..<3).map { _ in queue.next { $0 != "a" }?.token }
        #expect(sent == ["a", "b", nil])
        let answered = [queue.answered(0), queue.answered(1)].map(\.token)
        #expect(answered == [nil, "b"])
    }

    @Test func whatIsGivenUpIsNotSentAndItsAnswerPassedOver() {
        var queue = RequestQueue<String>(inFlight: 1, waiting: 3)
        let tickets = ["a", "b", "c"].compactMap { queue.enqueue($0) }
        _ = queue.next { _ in true }
        #expect(queue.abandon(tickets[0]) == "a")
        #expect(queue.abandon(tickets[1]) == "b")
        #expect(queue.abandon(tickets[0]) == nil)
        // The broker still owes the answer, so that its place stays taken.
        #expect(queue.isAnswerOwed && queue.next { _ in true } == nil)
        guard case .abandoned = queue.answered(0) else {
            Issue.record("the answer is not known as one to pass over")
            return
        }
        #expect(queue.next { _ in true }?.token == "c")
        #expect(queue.drain() == ["c"] && !queue.isAnswerOwed)
    }

    @Test func silenceCountsFromTheLastAnswer() {
        let silence = Silence(Arrivals())
        #expect(silence.duration == .zero)
        silence.beginUnlessBegun()
        let first = silence.duration
        silence.beginUnlessBegun()
        #expect(silence.duration >= first && first > .zero)
        silence.end()
        #expect(silence.duration == .zero)
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

    @Test func theEndOfTheTransactionBeforeIsWaitedForShortly() {
        var configuration = ClientConfiguration(bootstrap: [])
        let usual = configuration.retryBackoff
        #expect(configuration.firstPause(after: .broker(.notLeaderOrFollower, nil)) == usual)
        #expect(
            configuration.firstPause(after: .broker(.concurrentTransactions, nil))
                == ClientConfiguration.markersBackoff)
        configuration.retryBackoff = .milliseconds(1)
        #expect(configuration.firstPause(after: .broker(.concurrentTransactions, nil)) == .milliseconds(1))
    }
}

extension RequestQueue.Answer {
    fileprivate var token: Token? { if case .request(let token) = self { token } else { nil } }
}
