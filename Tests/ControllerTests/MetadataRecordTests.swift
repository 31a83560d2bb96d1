import ClusterMetadata
import KafkaProtocol
import NIOCore
import Testing

@Suite struct MetadataRecordTests {
    static var samples: [MetadataRecord] {
        var broker = RegisterBrokerRecord()
        broker.brokerID = 3
        broker.incarnationID = UUID(high: 1, low: 2)
        broker.brokerEpoch = 9
        broker.endPoints = [BrokerEndpoint(name: "PLAINTEXT", host: "h", port: 65_535)]
        broker.features = [BrokerFeature(name: "metadata.version", min: 1, max: 21)]
        broker.rack = "r1"
        broker.logDirs = [UUID(high: 7, low: 7)]
        let id = UUID(high: 5, low: 6)
        var state = PartitionState(replicas: [1, 2, 3], isr: [2, 3])
        state.eligible = [1]
        state.lastLeader = 2
        var change = PartitionChangeRecord(topicID: id, partitionID: 0)
        change.isr = [3]
        change.leader = -1
        change.removingReplicas = []
        let quota = QuotaEntity([.init(.clientID, "c"), .init(.user, nil)])!
        let kept = ScramCredential(
            salt: Secret([1, 2]), storedKey: Secret([3]), serverKey: Secret([4]), iterations: 4_096)
        let credential = UserScramCredentialRecord(user: "u", mechanism: .sha512, credential: kept)
        change.eligibleLeaderReplicas = [2]
        change.lastKnownElr = []
        return [
            .registerBroker(broker), .unregisterBroker(UnregisterBrokerRecord(brokerID: 3, brokerEpoch: 9)),
            .topic(TopicRecord(name: "t", topicID: id)), .partition(state.record(topicID: id, partitionID: 0)),
            .config(ConfigRecord(resource: .topic("t"), name: "retention.ms", value: "1")),
            .config(ConfigRecord(resource: .topic("t"), name: "retention.ms", value: nil)), .partitionChange(change),
            .removeTopic(RemoveTopicRecord(topicID: id)),
            .featureLevel(FeatureLevelRecord(name: "metadata.version", featureLevel: 21)),
            .clientQuota(ClientQuotaRecord(entity: quota, key: "producer_byte_rate", value: 1024)),
            .clientQuota(ClientQuotaRecord(entity: quota, key: "producer_byte_rate", value: nil)),
            .userScramCredential(credential),
            .removeUserScramCredential(RemoveUserScramCredentialRecord(user: "u", mechanism: .sha512)),
            .producerIds(ProducerIdsRecord(brokerID: 1, brokerEpoch: 2, nextProducerID: 3_000)),
            .brokerRegistrationChange(
                BrokerRegistrationChangeRecord(brokerID: 3, brokerEpoch: 9, fenced: -1, inControlledShutdown: 1)),
            .noOp(NoOpRecord()),
        ]
    }

    @Test(arguments: samples) func survivesTheLog(_ record: MetadataRecord) throws {
        #expect(try MetadataRecord(decoding: record.encoded()) == record)
    }

    @Test(arguments: samples) func everyTruncationIsRefused(_ record: MetadataRecord) throws {
        let whole = try record.encoded()
        for length in 0..<whole.readableBytes {
            let part = try #require(whole.getSlice(at: whole.readerIndex, length: length))
            #expect(throws: (any Error).self) { try MetadataRecord(decoding: part) }
        }
    }

    @Test func theFramingIsKafkas() throws {
        let record = MetadataRecord.featureLevel(FeatureLevelRecord(name: "ab", featureLevel: 21))
        #expect(Array(try record.encoded().readableBytesView) == [1, 12, 0, 3, 0x61, 0x62, 0, 21, 0])
    }

    @Test func whatIsUnknownIsNamed() {
        #expect(throws: MetadataError.unknownFrame(2)) { try MetadataRecord(decoding: ByteBuffer(bytes: [2, 12, 0])) }
        #expect(throws: MetadataError.unknownType(99)) { try MetadataRecord(decoding: ByteBuffer(bytes: [1, 99, 0])) }
        #expect(throws: MetadataError.unknownVersion(type: 12, version: 1)) {
            try MetadataRecord(decoding: ByteBuffer(bytes: [1, 12, 1]))
        }
    }
}
