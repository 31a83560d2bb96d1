import KafkaProtocol

extension MetadataImage {
    /// Applies one record and notes in `delta` what it changed. Throws when the record does not fit the image, which
    /// means that log and image have parted ways: the process must not go on with it.
    package mutating func replay(_ record: MetadataRecord, offset: Offset, delta: inout MetadataDelta) throws {
        switch record {
        case .registerBroker(let record):
            delta.note(broker: record.brokerID, was: brokers[record.brokerID])
            brokers[record.brokerID] = BrokerRegistration(record)
        case .unregisterBroker(let record): try replay(record, &delta)
        case .brokerRegistrationChange(let record): try replay(record, &delta)
        case .topic(let record): try replay(record, &delta)
        case .partition(let record): try replay(record, &delta)
        case .partitionChange(let record): try replay(record, &delta)
        case .removeTopic(let record): try replay(record, &delta)
        case .config(let record): try replay(record, &delta)
        case .featureLevel(let record):
            features[record.name] = record.featureLevel == 0 ? nil : record.featureLevel
            delta.featuresChanged = true
        case .clientQuota(let record): try replay(record, &delta)
        case .userScramCredential(let record): try replay(record, &delta)
        case .removeUserScramCredential(let record): try replay(record, &delta)
        case .producerIds(let record): nextProducerID = max(nextProducerID, record.nextProducerID)
        case .noOp: break
        }
        self.offset = offset
    }

    /// Applies one record where nobody asks what changed.
    package mutating func replay(_ record: MetadataRecord, offset: Offset) throws {
        var ignored = MetadataDelta()
        try replay(record, offset: offset, delta: &ignored)
    }

    private mutating func replay(_ record: UnregisterBrokerRecord, _ delta: inout MetadataDelta) throws {
        guard let broker = brokers[record.brokerID], broker.epoch == record.brokerEpoch else {
            throw MetadataError.inconsistent("unregistering broker \(record.brokerID), which is not there")
        }
        delta.note(broker: broker.id, was: broker)
        brokers[broker.id] = nil
    }

    private mutating func replay(_ record: BrokerRegistrationChangeRecord, _ delta: inout MetadataDelta) throws {
        guard var broker = brokers[record.brokerID], broker.epoch == record.brokerEpoch else {
            throw MetadataError.inconsistent("changing broker \(record.brokerID), which is not there")
        }
        delta.note(broker: broker.id, was: broker)
        if record.fenced != 0 { broker.fenced = record.fenced > 0 }
        if record.inControlledShutdown > 0 { broker.inControlledShutdown = true }
        if !record.logDirs.isEmpty { broker.logDirs = record.logDirs }
        brokers[broker.id] = broker
    }

    private mutating func replay(_ record: TopicRecord, _ delta: inout MetadataDelta) throws {
        guard topicIDs[record.name] == nil, topics[record.topicID] == nil else {
            throw MetadataError.inconsistent("topic \(record.name) is there already")
        }
        topicIDs[record.name] = record.topicID
        topics[record.topicID] = TopicImage(id: record.topicID, name: record.name)
        delta.note(created: record.topicID)
    }

    private mutating func replay(_ record: PartitionRecord, _ delta: inout MetadataDelta) throws {
        guard let count = topics[record.topicID]?.partitions.count, let index = Int(exactly: record.partitionID),
            (0...count).contains(index)
        else { throw MetadataError.inconsistent("partition \(record.partitionID) has no place") }
        let state = PartitionState(record)
        if index == count {
            delta.note(partition: record.partitionID, of: record.topicID, was: nil)
            topics[record.topicID]?.partitions.append(state)
        } else {
            delta.note(
                partition: record.partitionID, of: record.topicID, was: topics[record.topicID]?.partitions[index])
            topics[record.topicID]?.partitions[index] = state
        }
    }

    private mutating func replay(_ record: PartitionChangeRecord, _ delta: inout MetadataDelta) throws {
        guard let old = partition(record.topicID, record.partitionID) else {
            throw MetadataError.inconsistent("changing partition \(record.partitionID), which is not there")
        }
        delta.note(partition: record.partitionID, of: record.topicID, was: old)
        topics[record.topicID]?.partitions[Int(record.partitionID)] = old.applying(record)
    }

    private mutating func replay(_ record: RemoveTopicRecord, _ delta: inout MetadataDelta) throws {
        guard let topic = topics.removeValue(forKey: record.topicID) else {
            throw MetadataError.inconsistent("removing topic \(record.topicID), which is not there")
        }
        topicIDs[topic.name] = nil
        let resource = ConfigResource.topic(topic.name)
        if configs.removeValue(forKey: resource) != nil { delta.note(config: resource) }
        delta.note(deleted: topic)
    }

    private mutating func replay(_ record: ConfigRecord, _ delta: inout MetadataDelta) throws {
        let resource = ConfigResource(kind: .init(rawValue: record.resourceType), name: record.resourceName)
        configs[resource, default: [:]][record.name] = record.value
        if configs[resource]?.isEmpty == true { configs[resource] = nil }
        delta.note(config: resource)
    }

    private mutating func replay(_ record: ClientQuotaRecord, _ delta: inout MetadataDelta) throws {
        let parts = record.entity.compactMap { part in
            QuotaEntity.Kind(rawValue: part.type).map { QuotaEntity.Part($0, part.name) }
        }
        guard parts.count == record.entity.count, let entity = QuotaEntity(parts) else {
            throw MetadataError.inconsistent("a quota of an entity that cannot be")
        }
        quotas[entity, default: [:]][record.key] = record.remove ? nil : record.value
        if quotas[entity]?.isEmpty == true { quotas[entity] = nil }
        delta.quotasChanged = true
    }

    private mutating func replay(_ record: UserScramCredentialRecord, _ delta: inout MetadataDelta) throws {
        guard let mechanism = ScramMechanism(rawValue: record.mechanism) else {
            throw MetadataError.inconsistent("a credential of the unknown mechanism \(record.mechanism)")
        }
        credentials[record.name, default: [:]][mechanism] = ScramCredential(
            salt: record.salt, storedKey: record.storedKey, serverKey: record.serverKey, iterations: record.iterations)
        delta.credentialsChanged = true
    }

    private mutating func replay(_ record: RemoveUserScramCredentialRecord, _ delta: inout MetadataDelta) throws {
        guard let mechanism = ScramMechanism(rawValue: record.mechanism),
            credentials[record.name]?.removeValue(forKey: mechanism) != nil
        else { throw MetadataError.inconsistent("removing a credential of \(record.name), which is not there") }
        if credentials[record.name]?.isEmpty == true { credentials[record.name] = nil }
        delta.credentialsChanged = true
    }
}
