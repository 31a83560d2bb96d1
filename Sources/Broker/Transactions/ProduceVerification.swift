import KafkaProtocol
import LogStorage
import NIOCore

/// Has the transaction behind a Produce request confirmed before its batches are appended (KIP-890), and keeps the
/// requests of one producer in order while it waits. Loop only.
package final class ProduceVerification {
    /// What is known of a request's transaction.
    enum Verdict {
        /// Every partition of the request gets this error.
        case refused(ErrorCode)
        /// The partitions with transactional batches: the proof for the append (nil when the transaction is open there
        /// already), or the error. Nil as a whole when nothing has to be verified.
        case checked([TopicPartition: Result<VerificationGuard?, ErrorCode>]?)
    }

    private let replicas: ReplicaManager
    private let verifier: TransactionVerifier
    /// Requests of a producer behind one that is being verified.
    private var behind: [Int64: [() -> Void]] = [:]

    package init(replicas: ReplicaManager, verifier: TransactionVerifier) {
        self.replicas = replicas
        self.verifier = verifier
    }

    /// Calls `proceed` once, now or later; the batches must be appended before it returns.
    func check(_ request: Request<ProduceRequest>, proceed: @escaping (Verdict) -> Void) {
        let batches = Self.transactionalBatches(request.body)
        guard let first = batches.first?.value else { return proceed(.checked(nil)) }
        guard let id = request.body.transactionalID else {
            return proceed(.refused(.transactionalIdAuthorizationFailed))
        }
        let isOne = batches.values.allSatisfy {
            $0.producerID == first.producerID && $0.producerEpoch == first.producerEpoch
        }
        guard isOne else { return proceed(.refused(.invalidProducerIdMapping)) }
        guard replicas.configs.bool("transaction.partition.verification.enable", in: replicas.image) else {
            return proceed(.checked(nil))
        }
        let producerID = first.producerID
        if behind[producerID] != nil {
            behind[producerID]?.append { self.check(request, proceed: proceed) }
            return
        }
        var open: [TopicPartition: Result<VerificationGuard?, ErrorCode>] = [:]
        var proofs: [TopicPartition: VerificationGuard] = [:]
        for (key, batch) in batches {
            open[key] = .success(nil)
            guard let partition = replicas.partition(key), partition.isLeader else { continue }
            proofs[key] = partition.log.startVerification(
                producerID: producerID, epoch: batch.producerEpoch, sequence: batch.baseSequence, bumpsEpoch: false,
                now: replicas.clock.wall)
        }
        guard !proofs.isEmpty else { return proceed(.checked(open)) }
        behind[producerID] = []
        verifier.verify(
            Set(proofs.keys), in: id, producerID: producerID, epoch: first.producerEpoch,
            knowsAbortable: request.version >= 11
        ) { codes in
            for (key, proof) in proofs {
                let code = codes[key] ?? .unknownServerError
                open[key] = code == .none ? .success(proof) : .failure(code)
            }
            proceed(.checked(open))
            for next in self.behind.removeValue(forKey: producerID) ?? [] { next() }
        }
    }

    /// The first transactional batch for each partition; from version 3 on there is one batch for each.
    private static func transactionalBatches(_ body: ProduceRequest) -> [TopicPartition: BatchHeader] {
        var found: [TopicPartition: BatchHeader] = [:]
        for topic in body.topicData {
            for partition in topic.partitionData {
                guard let records = partition.records,
                    let header = try? BatchHeader(in: records, at: records.readerIndex),
                    header.attributes.isTransactional, header.hasProducerID
                else { continue }
                found[TopicPartition(topic.name, partition.index)] = header
            }
        }
        return found
    }
}
