import Testing

@testable import KafkaClient

/// When the line counts as full of what is coming in.
@Suite struct ArrivalsTests {
    private let one = Arrivals()
    private let two = Arrivals()
    private let began = ContinuousClock.now
    private var connection: ObjectIdentifier { ObjectIdentifier(one) }
    private var other: ObjectIdentifier { ObjectIdentifier(two) }

    @Test func anAnswerFillsItUntilItPausesForLong() {
        #expect(!one.fillTheLine(at: began))
        one.heard(connection, at: began)
        #expect(one.fillTheLine(at: began + ClientLimits.pause - .milliseconds(1)))
        #expect(!one.fillTheLine(at: began + ClientLimits.pause))
        one.heard(connection, at: began + ClientLimits.pause)
        #expect(one.fillTheLine(at: began + ClientLimits.pause))
        one.isDone(connection)
        #expect(!one.fillTheLine(at: began + ClientLimits.pause), "of what never comes nothing is waited for")
    }

    /// Between an answer that took long and the next one the line is as slow as it was.
    @Test func itIsFullForAMomentAfterASlowAnswer() {
        let whole = began + ClientLimits.slowAnswer
        one.heard(connection, at: began)
        one.isWhole(connection, at: whole)
        #expect(one.fillTheLine(at: whole + ClientLimits.pause - .milliseconds(1)))
        #expect(!one.fillTheLine(at: whole + ClientLimits.pause))
    }

    /// Those of a fast line come in parts too, and a broker that stands still beside them is silent.
    @Test func itIsNotAfterAFastOne() {
        one.heard(connection, at: began)
        one.heard(connection, at: began + .milliseconds(5))
        one.isWhole(connection, at: began + ClientLimits.slowAnswer - .milliseconds(1))
        one.isWhole(other, at: began + .seconds(5))
        #expect(!one.fillTheLine(at: began + ClientLimits.slowAnswer))
    }

    /// A call whose time ran out behind slow answers asks what it has to ask all the same, but not for ever.
    @Test func aDeadlineThatPassesBehindThemIsNoEnd() throws {
        var configuration = ClientConfiguration(bootstrap: [])
        configuration.arrivalTimeout = .seconds(600)
        let client = KafkaClient(configuration)
        let passed = ContinuousClock.now - .seconds(1)
        #expect(throws: ClientError.self) { try client.timeLeft(passed) }
        client.cluster.arrivals.heard(connection, at: .now + .seconds(300))
        #expect(try client.timeLeft(passed) == ClientLimits.look)
        #expect(throws: ClientError.self) { try client.timeLeft(passed - .seconds(600)) }
        #expect(try client.timeLeft(.now + .seconds(600)) == configuration.requestTimeout)
    }
}
