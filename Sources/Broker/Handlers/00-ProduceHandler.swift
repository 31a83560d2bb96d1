import ClusterMetadata
import KafkaProtocol
import KafkaRecords
import LogStorage

/// Appends producers' batches to the partitions led here and answers when as many replicas have them as `acks` asks for.
package struct ProduceHandler {
    let replicas: ReplicaManager
    let verification: ProduceVerification
    let quotas: ClientQuotas

    /// Topics that only this broker's own coordinators write to.
    static let internalTopics: Set<String> = ["__consumer_offsets", "__transaction_state"]

    func handle(_ request: Request<ProduceRequest>) {
        let acks = request.body.acks
        guard acks == 0 || acks == 1 || acks == -1 else {
            return answer(request, refuseAll(request, .invalidRequiredAcks))
        }
        verification.check(request) { verdict in
            switch verdict {
            case .refused(let code): answer(request, refuseAll(request, code))
            case .checked(let checks): append(request, checks)
            }
        }
    }

    /// `checks`: what is known of the transactions of transactional batches; nil when that does not matter.
    private func append(
        _ request: Request<ProduceRequest>, _ checks: [TopicPartition: Result<VerificationGuard?, ErrorCode>]?
    ) {
        let acks = request.body.acks
        var outcomes: [TopicPartition: Result<ReplicaManager.Appended, ReplicaManager.Refusal>] = [:]
        for topic in request.body.topicData {
            let name = name(of: topic, request.version)
            for partition in topic.partitionData {
                let key = TopicPartition(name ?? "", partition.index)
                switch checks?[key] {
                case .failure(let code)?: outcomes[key] = .failure(.init(code))
                case .success(let proof)?:
                    outcomes[key] = append(partition, to: key, known: name != nil, request, proof: .some(proof))
                case nil: outcomes[key] = append(partition, to: key, known: name != nil, request, proof: nil)
                }
            }
        }
        let appended = outcomes.compactMapValues { try? $0.get() }
        replicas.appendedTo(Array(appended.keys))
        guard acks == -1, !appended.isEmpty else { return answer(request, outcomes) }
        replicas.awaitReplicas(appended, timeout: Int64(request.body.timeoutMs)) { failed in
            for (key, code) in failed { outcomes[key] = .failure(ReplicaManager.Refusal(code)) }
            answer(request, outcomes)
        }
    }

    private func name(of topic: ProduceRequest.Topic, _ version: Int16) -> String? {
        version >= 13 ? replicas.image.topics[topic.topicID]?.name : topic.name
    }

    private func append(
        _ partition: ProduceRequest.Topic.Partition, to key: TopicPartition, known: Bool,
        _ request: Request<ProduceRequest>, proof: VerificationGuard??
    ) -> Result<ReplicaManager.Appended, ReplicaManager.Refusal> {
        guard known else { return .failure(.init(.unknownTopicId)) }
        guard !Self.internalTopics.contains(key.topic) || request.client.clientID == "__admin_client" else {
            return .failure(.init(.invalidTopicException, "\(key.topic) is written by the brokers only"))
        }
        guard request.version >= 3 else {
            return .failure(.init(.unsupportedVersion, "message sets of magic 0 and 1 are not taken"))
        }
        return replicas.appendFromClient(
            partition.records, to: key, version: request.version, acks: request.body.acks == -1 ? .inSync : .leader,
            proof: proof)
    }

    private func refuseAll(
        _ request: Request<ProduceRequest>, _ code: ErrorCode
    ) -> [TopicPartition: Result<ReplicaManager.Appended, ReplicaManager.Refusal>] {
        var outcomes: [TopicPartition: Result<ReplicaManager.Appended, ReplicaManager.Refusal>] = [:]
        for topic in request.body.topicData {
            for partition in topic.partitionData {
                outcomes[TopicPartition(name(of: topic, request.version) ?? "", partition.index)] = .failure(
                    .init(code))
            }
        }
        return outcomes
    }

    private func answer(
        _ request: Request<ProduceRequest>,
        _ outcomes: [TopicPartition: Result<ReplicaManager.Appended, ReplicaManager.Refusal>]
    ) {
        let throttle = quotas.produced(request.bytes, by: request.client)
        if request.body.acks == 0 {
            // Nobody waits for an answer: an error can only be told by ending the connection.
            let failed = outcomes.values.contains { (try? $0.get()) == nil }
            request.reply(nil)
            request.mute(throttle)
            if failed { request.close() }
            return
        }
        var response = ProduceResponse()
        response.throttleTimeMs = Int32(clamping: throttle)
        for topic in request.body.topicData {
            var entry = ProduceResponse.Topic()
            entry.name = topic.name
            entry.topicID = topic.topicID
            let name = name(of: topic, request.version) ?? ""
            entry.partitionResponses = topic.partitionData.map { partition in
                let key = TopicPartition(name, partition.index)
                return self.partition(key, outcomes[key] ?? .failure(.init(.unknownServerError)))
            }
            response.responses.append(entry)
        }
        request.reply(response)
    }

    private func partition(
        _ key: TopicPartition, _ outcome: Result<ReplicaManager.Appended, ReplicaManager.Refusal>
    ) -> ProduceResponse.Topic.Partition {
        var answer = ProduceResponse.Topic.Partition()
        answer.index = key.partition
        switch outcome {
        case .success(let appended):
            answer.baseOffset = appended.firstOffset
            answer.logStartOffset = appended.logStartOffset
            if replicas.partition(key)?.config.timestampType == .logAppendTime {
                answer.logAppendTimeMs = appended.appendTime
            }
        case .failure(let refusal):
            answer.errorCode = refusal.code
            answer.errorMessage = refusal.message
            answer.baseOffset = -1
            answer.recordErrors = refusal.records.map { record in
                var error = ProduceResponse.Topic.Partition.RecordError()
                error.batchIndex = record.index
                error.batchIndexErrorMessage = record.message
                return error
            }
        }
        return answer
    }
}

extension ProduceValidation.Rules {
    /// The part of a topic's configs that decides what producers may send.
    init(_ topic: TopicConfig) {
        self.init()
        maxMessageBytes = Int(clamping: topic.maxMessageBytes)
        timestampType = topic.timestampType == .logAppendTime ? .logAppendTime : .createTime
        timestampBeforeMaxMs = topic.timestampBeforeMaxMs
        timestampAfterMaxMs = topic.timestampAfterMaxMs
        compression = CompressionType(name: topic.compressionType)
        if compression == .gzip { compressionLevel = Int32(clamping: topic.compressionGzipLevel) }
        if compression == .zstd { compressionLevel = Int32(clamping: topic.compressionZstdLevel) }
        isCompacted = topic.cleanupPolicy.contains(.compact)
    }
}
