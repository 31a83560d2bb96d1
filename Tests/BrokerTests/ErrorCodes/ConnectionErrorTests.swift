import KafkaProtocol
import NIOCore
import Testing

@testable import Broker

/// What a broker does with requests that it cannot read: it ends the connection, except for ApiVersions (KIP-511).
@Suite struct ConnectionErrorTests {
    private func header(_ api: Int16, _ version: Int16) throws -> ByteBuffer {
        var wire = ByteBuffer()
        wire.writeInteger(api)
        wire.writeInteger(version)
        wire.writeInteger(Int32(7))
        wire.writeInteger(Int16(-1))
        return wire
    }

    private func isRefused(_ frame: ByteBuffer, by broker: LoneBroker) -> Bool {
        if case .refused = broker.node.router.route(frame, from: "/h", respond: { _ in }, close: {}) {
            true
        } else {
            false
        }
    }

    @Test func whatIsNotServedEndsTheConnection() throws {
        let broker = try LoneBroker()
        #expect(isRefused(try header(999, 0), by: broker))
        // Between brokers of the ZooKeeper era.
        #expect(isRefused(try header(4, 0), by: broker))
        #expect(isRefused(try header(APIKey.metadata.rawValue, 99), by: broker))
        #expect(isRefused(try header(APIKey.fetch.rawValue, 3), by: broker))
        #expect(isRefused(ByteBuffer(bytes: [0, 3]), by: broker))
        // A body that ends too soon.
        #expect(isRefused(try header(APIKey.produce.rawValue, 9), by: broker))
    }

    @Test func aVersionThatIsTooHighIsToldTheRange() throws {
        let broker = try LoneBroker()
        var answer: ByteBuffer?
        let outcome = broker.node.router.route(
            try header(APIKey.apiVersions.rawValue, 99), from: "/h", respond: { answer = $0 }, close: {})
        guard case .accepted = outcome else {
            Issue.record("refused")
            return
        }
        var bytes = try #require(answer)
        bytes.moveReaderIndex(forwardBy: 8)
        let response = try Frame.readResponse(&bytes, to: ApiVersionsRequest.self, version: 0)
        #expect(response.errorCode == .unsupportedVersion)
        #expect(response.apiKeys.map(\.key) == [APIKey.apiVersions.rawValue])
        #expect(response.apiKeys.first?.maxVersion == 4)
    }

    /// Every version that is told to clients is read: an empty request gets an answer.
    @Test func everyAdvertisedVersionIsServed() throws {
        let broker = try LoneBroker()
        let advertised = try broker.call(ApiVersionsRequest(), 3).apiKeys
        let keys = advertised.map(\.key)
        #expect(keys == keys.sorted() && Set(keys).count == keys.count)
        // What a broker of Kafka 3.9 without security offers to clients, but for metrics of clients.
        let expected: [Int16] =
            [0, 1, 2, 3] + Array(8...26) + [27, 28] + Array(29...51) + [55, 57, 60, 61, 64, 65, 66, 68, 69, 74, 75]
            + [80, 81]
        #expect(keys == expected)
        for api in advertised {
            for version in api.minVersion...api.maxVersion {
                let entry = try #require(APITable.entries[APIKey(rawValue: api.key)])
                #expect(entry.request.versions.contains(version), "\(entry.api) version \(version)")
            }
        }
    }

    @Test func featuresAreTheClusters() throws {
        let broker = try LoneBroker()
        var update = UpdateFeaturesRequest.Update()
        update.feature = "metadata.version"
        update.maxVersionLevel = 20
        update.upgradeType = 3
        var request = UpdateFeaturesRequest()
        request.featureUpdates = [update]
        let before = try broker.call(ApiVersionsRequest(), 3)
        let name = "eligible.leader.replicas.version"
        #expect(before.finalizedFeatures.map(\.name) == [name, "metadata.version"])
        #expect(before.finalizedFeatures.map(\.maxVersionLevel) == [1, 21])
        #expect(try broker.call(request, 2).errorCode == ErrorCode.none)
        broker.run(for: 100)
        let after = try broker.call(ApiVersionsRequest(), 3)
        #expect(after.supportedFeatures.map(\.name) == [name, "metadata.version"])
        #expect(after.finalizedFeatures.map(\.maxVersionLevel) == [1, 20])
        #expect(after.finalizedFeaturesEpoch > before.finalizedFeaturesEpoch)
    }
}
