import KafkaProtocol
import KafkaRecords
import MetadataQuorum
import NIOCore

/// The quorum's requests and answers on the wire.
extension MetadataRuntime {
    // MARK: Asking

    func send(_ request: QuorumRequest, id: UInt64, to node: BrokerID) {
        guard let endpoint = addresses.endpoint(of: node, machine.voters) else {
            // An answer named a leader but not where it is.
            clock.schedule(after: 0) { [weak self] in self?.failed(id, node, nil) }
            return
        }
        let timeout = machine.config.requestTimeout
        switch request {
        case .vote(let ask):
            ship(QuorumWire.message(ask, cluster: clusterID), 2, id, node, endpoint) {
                (QuorumWire.answer($0), $0.nodeEndpoints)
            }
        case .beginEpoch(let ask):
            var message = QuorumWire.message(ask, cluster: clusterID)
            message.leaderEndpoints = ownListeners
            ship(message, 1, id, node, endpoint) { (QuorumWire.answer($0), $0.nodeEndpoints) }
        case .endEpoch(let ask):
            var message = QuorumWire.message(ask, cluster: clusterID)
            message.leaderEndpoints = ownListeners
            ship(message, 1, id, node, endpoint) { (QuorumWire.answer($0), $0.nodeEndpoints) }
        case .updateVoter(let ask):
            ship(QuorumWire.message(ask, cluster: clusterID), 0, id, node, endpoint) { (QuorumWire.answer($0), []) }
        case .fetch(let ask):
            let message = QuorumWire.message(ask, cluster: clusterID)
            peers.send(message, version: 17, to: endpoint, lane: .quorum, timeout: timeout) { [weak self] result in
                self?.fetchAnswered(result, ask, id, node, endpoint)
            }
        case .fetchSnapshot(let ask):
            let message = QuorumWire.message(ask, cluster: clusterID)
            peers.send(message, version: 1, to: endpoint, lane: .quorum, timeout: timeout) { [weak self] result in
                guard let self else { return }
                guard let response = try? result.get(), let answer = QuorumWire.answer(response, asked: ask) else {
                    return failed(id, node, endpoint)
                }
                learn(response.nodeEndpoints, leader: answer.leader)
                guard !isSomebodyElse(answer, node) else { return failed(id, node, endpoint) }
                let piece = response.topics.first?.partitions.first?.unalignedRecords ?? ByteBuffer()
                perform(machine.received(answer, id: id, now: clock.now), payload: piece)
            }
        }
    }

    private func ship<R: KafkaRequest>(
        _ message: R, _ version: Int16, _ id: UInt64, _ node: BrokerID, _ endpoint: Endpoint,
        _ translate: @escaping (R.Response) -> (QuorumResponse?, [QuorumNodeEndpoint])
    ) {
        let timeout = machine.config.requestTimeout
        peers.send(message, version: version, to: endpoint, lane: .quorum, timeout: timeout) { [weak self] result in
            guard let self else { return }
            guard let response = try? result.get() else { return failed(id, node, endpoint) }
            let (translated, endpoints) = translate(response)
            guard let answer = translated, !isSomebodyElse(answer, node) else { return failed(id, node, endpoint) }
            learn(endpoints, leader: answer.leader)
            perform(machine.received(answer, id: id, now: clock.now))
        }
    }

    /// Whether another node than the one asked has answered, which may be found elsewhere. Fetches do not say whom they are
    /// for, but a leader does not name itself and deny that it leads, nor is it behind its followers.
    private func isSomebodyElse(_ answer: QuorumResponse, _ node: BrokerID) -> Bool {
        let isMisdirected =
            switch answer.error {
            case .invalidVoterKey, .inconsistentClusterId, .unknownLeaderEpoch: true
            case .notLeaderOrFollower: answer.leader == node
            default: false
            }
        return isMisdirected && addresses.hasOtherPlaces(for: node, machine.voters)
    }

    private func failed(_ id: UInt64, _ node: BrokerID, _ endpoint: Endpoint?) {
        if let endpoint { addresses.missed(node, at: endpoint, machine.voters) }
        perform(machine.requestFailed(id: id, now: clock.now))
    }

    private func fetchAnswered(
        _ result: Result<FetchResponse, PeerError>, _ ask: FetchAsk, _ id: UInt64, _ node: BrokerID,
        _ endpoint: Endpoint
    ) {
        guard let response = try? result.get(), let answer = QuorumWire.answer(response, asked: ask) else {
            return failed(id, node, endpoint)
        }
        let endpoints = response.nodeEndpoints.map {
            QuorumNodeEndpoint(nodeID: $0.nodeID, host: $0.host, port: UInt16(clamping: $0.port))
        }
        learn(endpoints, leader: answer.leader)
        guard !isSomebodyElse(answer, node) else { return failed(id, node, endpoint) }
        let records = response.responses.first?.partitions.first?.records ?? ByteBuffer()
        guard let (bytes, batches) = Self.wholeBatches(records) else {
            log.warn("the metadata leader sent damaged batches")
            return failed(id, node, endpoint)
        }
        perform(machine.received(answer, id: id, batches: batches, now: clock.now), payload: bytes)
    }

    /// The batches that are whole; nil when one is damaged.
    static func wholeBatches(_ records: ByteBuffer) -> (ByteBuffer, [QuorumBatch])? {
        var reader = RecordBatchReader(records)
        var batches: [QuorumBatch] = []
        var size = 0
        do {
            while let batch = try reader.next() {
                guard batch.isCRCValid, batch.lastOffsetDelta < Int32.max else { return nil }
                size += batch.sizeInBytes
                batches.append(
                    QuorumBatch(
                        baseOffset: batch.baseOffset, count: batch.lastOffsetDelta + 1,
                        epoch: batch.partitionLeaderEpoch, voters: try QuorumVoters.named(in: batch)))
            }
        } catch {
            return nil
        }
        var whole = records
        return (whole.readSlice(length: size) ?? ByteBuffer(), batches)
    }

    // MARK: Answering

    /// Declares the quorum's handlers on the broker's router.
    package func register(on router: RequestRouter) {
        router.on(VoteRequest.self) { [unowned self] in vote($0) }
        router.on(BeginQuorumEpochRequest.self) { [unowned self] in beginEpoch($0) }
        router.on(EndQuorumEpochRequest.self) { [unowned self] in endEpoch($0) }
        router.on(FetchSnapshotRequest.self) { [unowned self] in fetchSnapshot($0) }
        router.on(UpdateRaftVoterRequest.self) { [unowned self] in updateVoter($0) }
    }

    /// Where the leader is that an answer names.
    private func namedLeader(_ answer: QuorumResponse) -> [QuorumNodeEndpoint] {
        endpoint(ofLeader: answer.leader).map { [$0] } ?? []
    }

    private func updateVoter(_ request: Request<UpdateRaftVoterRequest>) {
        var response = UpdateRaftVoterResponse()
        guard !isForeign(request.body.clusterID) else {
            response.errorCode = .inconsistentClusterId
            return request.reply(response)
        }
        receive(.updateVoter(QuorumWire.ask(request.body))) { [self] answer in
            response.errorCode = answer.error
            response.currentLeader.leaderID = answer.leader ?? -1
            response.currentLeader.leaderEpoch = answer.epoch
            if let leader = namedLeader(answer).first {
                response.currentLeader.host = leader.host
                response.currentLeader.port = Int32(leader.port)
            }
            request.reply(response)
        }
    }

    private func isForeign(_ cluster: String?) -> Bool { cluster != nil && cluster != clusterID }

    /// What is wrong with a request that is not taken.
    private func refusal(of cluster: String?) -> ErrorCode {
        isForeign(cluster) ? .inconsistentClusterId : .invalidRequest
    }

    private func receive(_ request: QuorumRequest, _ answer: @escaping (QuorumResponse) -> Void) {
        let token = nextToken()
        waiting[token] = answer
        perform(machine.received(request, token: token, now: clock.now))
    }

    private func vote(_ request: Request<VoteRequest>) {
        var response = VoteResponse()
        guard !isForeign(request.body.clusterID), let ask = QuorumWire.ask(request.body) else {
            response.errorCode = refusal(of: request.body.clusterID)
            return request.reply(response)
        }
        receive(.vote(ask)) { [self] answer in
            var partition = VoteRequest.Answer()
            if case .vote(let granted) = answer.body { partition.voteGranted = granted }
            request.reply(told(answer, partition))
        }
    }

    private func beginEpoch(_ request: Request<BeginQuorumEpochRequest>) {
        guard !isForeign(request.body.clusterID), let ask = QuorumWire.ask(request.body) else {
            return refuse(request, of: request.body.clusterID)
        }
        learn(request.body.leaderEndpoints, leader: ask.leader)
        receive(.beginEpoch(ask)) { [self] in request.reply(told($0, VoterKnows())) }
    }

    private func endEpoch(_ request: Request<EndQuorumEpochRequest>) {
        guard !isForeign(request.body.clusterID), let ask = QuorumWire.ask(request.body) else {
            return refuse(request, of: request.body.clusterID)
        }
        receive(.endEpoch(ask)) { [self] in request.reply(told($0, VoterKnows())) }
    }

    private func refuse<R>(_ request: Request<R>, of cluster: String?) where R.Response == QuorumEpochResponse {
        var response = QuorumEpochResponse()
        response.errorCode = refusal(of: cluster)
        request.reply(response)
    }

    private func told<Answer>(_ answer: QuorumResponse, _ partition: Answer) -> VoterResponse<Answer> {
        var partition = partition
        partition.known.errorCode = answer.error
        partition.known.leaderID = answer.leader ?? -1
        partition.known.leaderEpoch = answer.epoch
        var response = VoterResponse<Answer>()
        response.topics = [NamedTopic(.metadataTopic, [partition])]
        response.nodeEndpoints = namedLeader(answer)
        return response
    }

    /// Answers a Fetch of the metadata log, from voters, observers and curious readers alike.
    package func handleFetch(_ request: Request<FetchRequest>) {
        var response = FetchResponse()
        guard !isForeign(request.body.clusterID), let ask = QuorumWire.ask(request.body) else {
            response.errorCode = refusal(of: request.body.clusterID)
            return request.reply(response)
        }
        let limit = request.body.topics.first?.partitions.first.map { Int($0.partitionMaxBytes) } ?? 0
        receive(.fetch(ask)) { [self] answer in
            response.nodeEndpoints = namedLeader(answer).map { named in
                var endpoint = NodeEndpoint()
                endpoint.nodeID = named.nodeID
                endpoint.host = named.host
                endpoint.port = Int32(named.port)
                return endpoint
            }
            var topic = FetchResponse.Topic()
            topic.topic = .metadataTopic
            topic.topicID = .metadataTopic
            topic.partitions = [fetchAnswer(answer, limit: min(limit, Limits.quorumFetchBytes))]
            response.responses = [topic]
            request.reply(response)
        }
    }

    private func fetchAnswer(_ answer: QuorumResponse, limit: Int) -> FetchResponse.Partition {
        var partition = FetchResponse.Partition()
        partition.errorCode = answer.error
        partition.currentLeader.leaderID = answer.leader ?? -1
        partition.currentLeader.leaderEpoch = answer.epoch
        partition.records = ByteBuffer()
        guard case .fetch(let result) = answer.body else { return partition }
        partition.highWatermark = result.highWatermark
        partition.logStartOffset = result.logStart
        switch result.content {
        case .records(let offset):
            do {
                partition.records = try store.read(
                    from: offset, upTo: store.log.logEndOffset, maxBytes: max(1, limit))
            } catch {
                log.error("the metadata log cannot be read at \(offset): \(error)")
                partition.errorCode = .kafkaStorageError
            }
        case .diverging(let epoch, let end):
            partition.divergingEpoch.epoch = epoch
            partition.divergingEpoch.endOffset = end
        case .snapshot(let id):
            partition.snapshotID.endOffset = id.endOffset
            partition.snapshotID.epoch = id.epoch
        case .nothing: break
        }
        return partition
    }

    private func fetchSnapshot(_ request: Request<FetchSnapshotRequest>) {
        var response = FetchSnapshotResponse()
        guard !isForeign(request.body.clusterID), let ask = QuorumWire.ask(request.body) else {
            response.errorCode = refusal(of: request.body.clusterID)
            return request.reply(response)
        }
        receive(.fetchSnapshot(ask)) { [self] answer in
            response.nodeEndpoints = namedLeader(answer)
            var partition = FetchSnapshotResponse.Partition()
            partition.errorCode = answer.error
            partition.snapshotID = QuorumSnapshotID(endOffset: ask.snapshot.endOffset, epoch: ask.snapshot.epoch)
            partition.currentLeader.leaderID = answer.leader ?? -1
            partition.currentLeader.leaderEpoch = answer.epoch
            partition.unalignedRecords = ByteBuffer()
            if case .snapshot(let piece) = answer.body, answer.error == .none {
                partition.size = piece.size
                partition.position = piece.position
                partition.unalignedRecords = served
            }
            response.topics = [NamedTopic(.metadataTopic, [partition])]
            request.reply(response)
        }
    }

    /// Reads a piece of a snapshot for who asked under `token`.
    func serveSnapshot(_ token: RequestToken, _ ask: FetchSnapshotAsk) {
        let current = machine.leaderAndEpoch
        let empty = SnapshotChunk(snapshot: ask.snapshot, position: ask.position, count: 0, size: 0)
        var answer = QuorumResponse(leader: current.leader, epoch: current.epoch, body: .snapshot(empty))
        served = ByteBuffer()
        if let bytes = (try? store.snapshotBytes(ask.snapshot)) ?? nil {
            if ask.position >= 0, ask.position < Int64(bytes.readableBytes) {
                let count = min(Int(max(1, ask.maxBytes)), bytes.readableBytes - Int(ask.position), 1 << 20)
                served = bytes.getSlice(at: bytes.readerIndex + Int(ask.position), length: count) ?? ByteBuffer()
                answer.body = .snapshot(
                    SnapshotChunk(
                        snapshot: ask.snapshot, position: ask.position, count: Int64(count),
                        size: Int64(bytes.readableBytes)))
            } else {
                answer.error = .positionOutOfRange
            }
        } else {
            answer.error = .snapshotNotFound
        }
        waiting.removeValue(forKey: token)?(answer)
    }
}
