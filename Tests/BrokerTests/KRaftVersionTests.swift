import KafkaProtocol
import TestSupport
import Testing

@testable import Broker

/// UpdateFeatures of kraft.version, which is the quorum's own (KIP-853).
@Suite struct KRaftVersionTests {
    private func update(
        _ broker: LoneBroker, _ levels: [(String, Int16)], isDowngrade: Bool = false, validateOnly: Bool = false,
        version: Int16 = 2
    ) throws -> UpdateFeaturesResponse {
        var request = UpdateFeaturesRequest()
        request.validateOnly = validateOnly
        request.featureUpdates = levels.map { name, level in
            var update = UpdateFeaturesRequest.Update()
            update.feature = name
            update.maxVersionLevel = level
            update.upgradeType = isDowngrade ? 2 : 1
            update.allowDowngrade = isDowngrade
            return update
        }
        return try broker.call(request, version)
    }

    private func finalized(_ broker: LoneBroker) throws -> Int16 {
        let features = try broker.call(ApiVersionsRequest(), 4).finalizedFeatures
        return features.first { $0.name == "kraft.version" }?.maxVersionLevel ?? 0
    }

    @Test func configuredVotersGoIntoTheLogForGood() throws {
        let broker = try LoneBroker()
        #expect(try update(broker, [("kraft.version", 1)], validateOnly: true).errorCode == .none)
        #expect(try finalized(broker) == 0, "nothing changes by asking")
        #expect(try update(broker, [("kraft.version", 1)]).errorCode == .none)
        #expect(try finalized(broker) == 1)
        #expect(broker.node.metadata.voters.map(\.id) == [1])
        #expect(broker.node.metadata.voters.allSatisfy { $0.directory != .zero })
        #expect(try update(broker, [("kraft.version", 1)]).errorCode == .none, "again changes nothing")
        let back = try update(broker, [("kraft.version", 0)], isDowngrade: true)
        #expect(back.errorCode == .invalidUpdateVersion && back.errorMessage?.contains("cannot be lowered") == true)
        // The log is believed, not the configuration.
        try broker.restart()
        #expect(try finalized(broker) == 1)
        try broker.create("t")
    }

    @Test func whatIsNoLevelIsRefused() throws {
        let broker = try LoneBroker()
        let unknown = try update(broker, [("kraft.version", 2)])
        #expect(unknown.errorCode == .invalidUpdateVersion)
        #expect(unknown.errorMessage?.contains("levels 0 to 1") == true)
        #expect(try update(broker, [("kraft.version", -1)]).errorCode == .invalidUpdateVersion)
        #expect(try update(broker, [("kraft.version", 0)]).errorCode == .none, "it is 0")
        #expect(try finalized(broker) == 0)
    }

    @Test func allOfARequestOrNothing() throws {
        let broker = try LoneBroker()
        let before = broker.node.metadata.image.features
        let refused = try update(broker, [("kraft.version", 1), ("no.such.feature", 1)], version: 1)
        #expect(refused.errorCode == .invalidUpdateVersion, "of the whole request, in every version")
        #expect(refused.errorMessage?.hasPrefix("The update failed for all features since") == true)
        #expect(refused.results == [])
        #expect(try finalized(broker) == 0)
        let other = try #require(before.keys.sorted().first { $0 != "metadata.version" && (before[$0] ?? 0) > 0 })
        let wrong = try update(broker, [(other, 0), ("kraft.version", 2)], isDowngrade: true)
        #expect(wrong.errorCode == .invalidUpdateVersion)
        #expect(broker.node.metadata.image.features == before)
        let both = try update(broker, [(other, 0), ("kraft.version", 1)], isDowngrade: true, version: 1)
        #expect(both.errorCode == .none, "\(both)")
        #expect(both.results.map(\.name) == [other, "kraft.version"])
        #expect(both.results.map(\.errorCode) == [.none, .none])
        #expect(try finalized(broker) == 1)
        #expect(broker.node.metadata.image.features[other] ?? 0 == 0)
    }
}
