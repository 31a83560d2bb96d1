import ClusterMetadata
import KafkaProtocol
import Simulation
import Testing

@testable import Broker

/// How many connections a broker keeps, and from whom.
@Suite struct ConnectionLimitsTests {
    private let clock = ManualClock()

    private func limits(_ settings: [String: String] = [:]) -> ConnectionLimits {
        ConnectionLimits(configs: ConfigView(brokerID: 1, staticValues: settings), clock: clock)
    }

    private func isKept(_ limits: ConnectionLimits, _ address: String) -> Bool { limits.opened(from: address) == .keep }

    @Test func soManyInAllAndFromOneAddress() {
        let limits = limits([
            "max.connections": "4", "max.connections.per.ip": "2",
            "max.connections.per.ip.overrides": "::1:3,9.9.9.9:0",
        ])
        #expect(isKept(limits, "1.1.1.1") && isKept(limits, "1.1.1.1"))
        #expect(limits.opened(from: "1.1.1.1") == .close(reason: "2 are open from 1.1.1.1"))
        #expect(!isKept(limits, "9.9.9.9"))
        #expect(isKept(limits, "::1") && isKept(limits, "::1"))
        #expect(limits.opened(from: "::1") == .close(reason: "4 are open"))
        limits.closed(from: "1.1.1.1")
        #expect(isKept(limits, "1.1.1.1"))
    }

    /// Without a setting there is a bound as well, and no setting lifts it.
    @Test func neverMoreThanAProcessHolds() {
        for settings in [[:], ["max.connections": "2147483647"]] {
            let limits = limits(settings)
            let kept = (0..<Limits.connections).filter { isKept(limits, "10.0.\($0 >> 8).\($0 & 255)") }.count
            #expect(kept == Limits.connections)
            #expect(limits.opened(from: "a") == .close(reason: "\(Limits.connections) are open"))
            limits.closed(from: "10.0.0.0")
            #expect(isKept(limits, "a"))
        }
    }

    @Test func limitsChangeWhileTheBrokerRuns() throws {
        let limits = limits()
        #expect(isKept(limits, "a") && isKept(limits, "a"))
        var image = MetadataImage()
        var delta = MetadataDelta()
        let record = ConfigRecord(resource: .broker(1), name: "max.connections.per.ip", value: "2")
        try image.replay(.config(record), offset: 0, delta: &delta)
        limits.apply(image, delta)
        #expect(!isKept(limits, "a"))
    }

    @Test func anAddressThatComesTooOftenIsHeldAndClosed() throws {
        let limits = limits()
        let entity = try #require(QuotaEntity([.init(.ip, nil)]))
        let record = ClientQuotaRecord(entity: entity, key: "connection_creation_rate", value: 1)
        limits.apply(try MetadataImage(records: [.clientQuota(record)], offset: 0), nil)
        for _ in 0..<10 { #expect(isKept(limits, "a")) }
        #expect(limits.opened(from: "a") == .closeAfter(1_000))
        #expect(isKept(limits, "b"))
        // Who was refused does not count.
        clock.advance(2_000)
        #expect(limits.opened(from: "a") == .closeAfter(1_000))
        clock.advance(12_000)
        #expect(isKept(limits, "a"))
    }

    /// Addresses beyond those that can be counted one by one let all begin anew; whoever is known does not.
    @Test func ratesOfTooManyAddressesAreForgotten() throws {
        let limits = limits()
        let entity = try #require(QuotaEntity([.init(.ip, nil)]))
        let record = ClientQuotaRecord(entity: entity, key: "connection_creation_rate", value: 1)
        limits.apply(try MetadataImage(records: [.clientQuota(record)], offset: 0), nil)
        func come(_ address: String) -> ConnectionLimits.Verdict {
            defer { limits.closed(from: address) }
            return limits.opened(from: address)
        }
        for _ in 0..<10 { #expect(come("a") == .keep) }
        for number in 1..<Limits.quotaMeters { #expect(come("\(number)") == .keep) }
        #expect(come("1") == .keep)
        #expect(come("a") == .closeAfter(1_000))
        #expect(come("one more") == .keep)
        #expect(come("a") == .keep)
    }
}
