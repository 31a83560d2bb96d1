import ClusterMetadata
import KafkaProtocol

extension Controller {
    /// A broker starts (KIP-631). Errors in Kafka's order: wrong cluster, id in use, log directories, features.
    package func decide(
        _ request: BrokerRegistrationRequest, version: Int16, now: Int64
    ) -> Decision<BrokerRegistrationResponse> {
        var draft = Draft(image)
        var response = BrokerRegistrationResponse()
        let refusal = draft.attempt { draft in
            try check(request, version: version, now: now)
            response.brokerEpoch = register(request, &draft)
        }
        response.errorCode = refusal?.code ?? .none
        return draft.decided(response)
    }

    private func check(_ request: BrokerRegistrationRequest, version: Int16, now: Int64) throws {
        guard request.clusterID == settings.clusterID else {
            throw Refusal(.inconsistentClusterId, "Expected cluster \(settings.clusterID)")
        }
        if let old = image.brokers[request.brokerID], old.incarnationID != request.incarnationID, !old.fenced,
            let contact = sessions.contact(old.id), contact + sessionTimeout > now
        {
            throw Refusal(.duplicateBrokerRegistration, "Another broker is registered with that id")
        }
        if version >= 2 { try checkLogDirs(request) }
        for (name, level) in image.features {
            let offered = request.features.first { $0.name == name }
            let absent: Int16 = name == Features.metadataVersion ? 1 : 0
            let low = offered?.minSupportedVersion ?? absent
            let high = offered?.maxSupportedVersion ?? absent
            guard low <= level, level <= high else {
                throw Refusal(.unsupportedVersion, "The broker cannot run \(name) at level \(level)")
            }
        }
    }

    private func checkLogDirs(_ request: BrokerRegistrationRequest) throws {
        let directories = request.logDirs
        // Ids below 100 are reserved for special meanings (KIP-858).
        let reserved = directories.contains { $0.high == 0 && $0.low < 100 }
        guard !directories.isEmpty, !reserved, Set(directories).count == directories.count else {
            throw Refusal(.invalidRegistration, "Log directory ids are missing, reserved or repeated")
        }
        let taken = image.brokers.values.contains { broker in
            broker.id != request.brokerID && broker.logDirs.contains(where: directories.contains)
        }
        guard !taken else { throw Refusal(.invalidRegistration, "A log directory belongs to another broker") }
    }

    private func register(_ request: BrokerRegistrationRequest, _ draft: inout Draft) -> Int64 {
        var record = RegisterBrokerRecord()
        record.brokerID = request.brokerID
        record.incarnationID = request.incarnationID
        record.endPoints = request.listeners.map {
            BrokerEndpoint(name: $0.name, host: $0.host, port: $0.port, securityProtocol: $0.securityProtocol)
        }
        record.features = request.features.map {
            BrokerFeature(name: $0.name, min: $0.minSupportedVersion, max: $0.maxSupportedVersion)
        }
        record.rack = request.rack
        record.logDirs = request.logDirs
        let old = image.brokers[request.brokerID]
        if let old, old.incarnationID == request.incarnationID {
            record.brokerEpoch = old.epoch
            record.fenced = old.fenced
            record.inControlledShutdown = old.inControlledShutdown
        } else {
            // Above every offset so far, so above every epoch given before.
            record.brokerEpoch = image.offset + 1
            record.fenced = true
        }
        draft.append(.registerBroker(record))
        guard record.fenced, let old else { return record.brokerEpoch }
        // A new incarnation is fenced. Who names the epoch that the controller knows still has all that it held in it, in
        // the log directories that it still has.
        let isWhole = request.previousBrokerEpoch == old.epoch && Set(old.logDirs).isSubset(of: request.logDirs)
        if isWhole || old.incarnationID == request.incarnationID {
            if !old.fenced { removeFromISRs(request.brokerID, &draft) }
        } else {
            distrust(request.brokerID, &draft)
        }
        return record.brokerEpoch
    }

    /// Forgets a broker, even a live one.
    package func decide(
        _ request: UnregisterBrokerRequest, version: Int16, now: Int64
    ) -> Decision<OutcomeResponse> {
        var draft = Draft(image)
        guard let broker = image.brokers[request.brokerID] else {
            let message = "Broker ID \(request.brokerID) is not currently registered"
            return draft.decided(OutcomeResponse(.brokerIdNotRegistered, message))
        }
        draft.append(.unregisterBroker(UnregisterBrokerRecord(brokerID: broker.id, brokerEpoch: broker.epoch)))
        distrust(broker.id, &draft)
        return draft.decided(OutcomeResponse())
    }

    /// Gives a broker a block of producer ids for its own use (KIP-730).
    package func decide(
        _ request: AllocateProducerIdsRequest, version: Int16, now: Int64
    ) -> Decision<AllocateProducerIdsResponse> {
        var draft = Draft(image)
        var response = AllocateProducerIdsResponse()
        guard image.brokers[request.brokerID]?.epoch == request.brokerEpoch else {
            response.errorCode = .staleBrokerEpoch
            return draft.decided(response)
        }
        let start = image.nextProducerID
        let (next, overflow) = start.addingReportingOverflow(Int64(Limits.producerIDsPerBlock))
        guard !overflow else {
            response.errorCode = .unknownServerError
            return draft.decided(response)
        }
        response.producerIDStart = start
        response.producerIDLen = Limits.producerIDsPerBlock
        draft.append(
            .producerIds(
                ProducerIdsRecord(
                    brokerID: request.brokerID, brokerEpoch: request.brokerEpoch, nextProducerID: next)))
        return draft.decided(response)
    }
}
