import ClusterMetadata
import KafkaProtocol

extension Controller {
    /// Where a heartbeat takes a broker.
    enum HeartbeatOutcome: Equatable { case fenced, unfenced, controlledShutdown, shutDownNow }

    /// A broker's heartbeat (KIP-631). An unknown broker and a wrong epoch are the same to it: STALE_BROKER_EPOCH.
    package func decide(
        _ request: BrokerHeartbeatRequest, version: Int16, now: Int64
    ) -> Decision<BrokerHeartbeatResponse> {
        var draft = Draft(image)
        var response = BrokerHeartbeatResponse()
        guard let broker = image.brokers[request.brokerID], broker.epoch == request.brokerEpoch else {
            response.errorCode = .staleBrokerEpoch
            return draft.decided(response)
        }
        sessions.heard(broker.id, metadataOffset: request.currentMetadataOffset, now: now)
        let isCaughtUp = sessions.isCaughtUp(broker.id, at: request.currentMetadataOffset)
        let outcome = outcome(of: request, from: broker, isCaughtUp: isCaughtUp)
        switch outcome {
        case .fenced, .shutDownNow: fence(broker.id, &draft)
        case .unfenced: unfence(broker.id, &draft)
        case .controlledShutdown: beginShutdown(broker.id, &draft)
        }
        response.isCaughtUp = isCaughtUp
        response.isFenced = outcome == .fenced || outcome == .shutDownNow
        response.shouldShutDown = outcome == .shutDownNow
        var decision = draft.decided(response)
        // Whether it may go rests on who leads and who knows.
        if !response.shouldShutDown { decision.restsOn = broker.id }
        return decision
    }

    private func outcome(
        of request: BrokerHeartbeatRequest, from broker: BrokerRegistration, isCaughtUp: Bool
    ) -> HeartbeatOutcome {
        if broker.fenced {
            if request.wantShutDown { return .shutDownNow }
            return !request.wantFence && isCaughtUp ? .unfenced : .fenced
        }
        if broker.inControlledShutdown {
            let isDone = !leadsAny(broker.id) && sessions.shutdownIsKnown(broker.id, in: image)
            return isDone ? .shutDownNow : .controlledShutdown
        }
        switch (request.wantShutDown, request.wantFence) {
        case (true, true): return .shutDownNow
        case (false, true): return .fenced
        case (true, false): return leadsAny(broker.id) ? .controlledShutdown : .shutDownNow
        case (false, false): return .unfenced
        }
    }
}
