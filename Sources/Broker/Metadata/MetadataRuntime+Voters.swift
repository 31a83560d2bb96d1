import KafkaProtocol
import MetadataQuorum

/// Voters that change (KIP-853).
extension MetadataRuntime {
    /// Asks this node, which must lead, for other voters; `done` hears how it ended.
    func change(
        _ change: VoterChange, cluster: String?, timeout: Int64, _ done: @escaping (ErrorCode) -> Void
    ) {
        guard cluster == nil || cluster == clusterID else { return done(.inconsistentClusterId) }
        let token = nextToken()
        voterChanges[token] = done
        perform(machine.requested(change, timeout: timeout, token: token, now: clock.now))
    }

    /// Asks this node, which must lead, to take the configured voters into the log; `done` hears how it ended.
    func upgradeVoters(timeout: Int64, _ done: @escaping (ErrorCode) -> Void) {
        let listeners = addresses.configured.mapValues {
            Voter.Listener(name: "PLAINTEXT", host: $0.host, port: UInt16(clamping: $0.port))
        }
        change(.upgrade(listeners), cluster: nil, timeout: timeout, done)
    }

    /// Asks a node that is to be a voter of the log which values of kraft.version it supports.
    func probe(_ voter: Voter, _ token: RequestToken) {
        let report = { [weak self] (versions: ClosedRange<Int16>?) in
            guard let self else { return }
            perform(machine.probed(versions, by: voter.key.id, token: token, now: clock.now))
        }
        guard let endpoint = voter.endpoint else {
            clock.schedule(after: 0) { report(nil) }
            return
        }
        var request = ApiVersionsRequest()
        request.clientSoftwareName = "klamm"
        request.clientSoftwareVersion = "1"
        let timeout = machine.config.requestTimeout
        peers.send(request, version: 4, to: endpoint, lane: .controller, timeout: timeout) { result in
            guard let response = try? result.get(), response.errorCode == .none else { return report(nil) }
            let feature = response.supportedFeatures.first { $0.name == KRaftVersion.feature }
            guard let feature, feature.minVersion <= feature.maxVersion else { return report(0...0) }
            report(feature.minVersion...feature.maxVersion)
        }
    }

    /// Where a node of the quorum is reached; nil when nobody knows.
    func endpoint(of node: BrokerID) -> Endpoint? {
        node == nodeID ? advertised : addresses.endpoint(of: node, machine.voters)
    }

    /// Where the leader is reached that an answer names.
    func endpoint(ofLeader leader: BrokerID?) -> QuorumNodeEndpoint? {
        guard let leader, let endpoint = endpoint(of: leader) else { return nil }
        return QuorumNodeEndpoint(nodeID: leader, host: endpoint.host, port: UInt16(clamping: endpoint.port))
    }

    /// Notes what an answer says of where the leader is.
    func learn(_ endpoints: [QuorumNodeEndpoint], leader: BrokerID?) {
        guard let leader, let told = endpoints.first(where: { $0.nodeID == leader }) else { return }
        addresses.learned(leader, at: Endpoint(host: told.host, port: Int(told.port)))
    }

    /// Notes what a new leader says of itself.
    func learn(_ endpoints: [QuorumLeaderEndpoint], leader: BrokerID) {
        learn(endpoints.map { QuorumNodeEndpoint(nodeID: leader, host: $0.host, port: $0.port) }, leader: leader)
    }

    /// How the voters are kept, as this node's log has it. See `KRaftVersion`.
    package var kraftVersion: Int16 { machine.voters.version }

    /// Why the configured voters cannot be taken into the log now, as far as this node knows.
    var upgradeRefusal: ErrorCode? { machine.upgradeRefusal }

    /// Who votes, as this node's log has it, by id and directory.
    package var voters: [ReplicaKey] { machine.voters.voters.map(\.key) }

    /// This node as the leader that announces itself.
    var ownListeners: [QuorumLeaderEndpoint] { machine.own.listeners.map(QuorumLeaderEndpoint.init) }
}

/// The feature that says how voters are kept: level 0 configured, level 1 in the log. It is no record of the metadata but
/// the quorum's own.
enum KRaftVersion {
    static let feature = "kraft.version"
    static let supported: ClosedRange<Int16> = 0...1
}
