import KafkaProtocol

/// A transactional id in a listing.
package struct TransactionListing: Sendable, Hashable {
    package var id: String
    package var producerID: Int64
    /// `Empty`, `Ongoing`, `PrepareCommit`, `CompleteAbort` and so on.
    package var state: String
    package var coordinator: BrokerID
}

/// The transactional ids of a cluster, and which brokers did not answer.
package struct TransactionListings: Sendable, Equatable {
    /// Sorted by id.
    package var transactions: [TransactionListing] = []
    package var failures: [BrokerID: ClientError] = [:]
}

/// A transactional id as its coordinator describes it.
package struct TransactionDescription: Sendable, Equatable {
    package var id: String
    package var state: String
    package var producerID: Int64
    package var producerEpoch: Int16
    /// Milliseconds.
    package var timeout: Int32
    /// When its transaction began, in milliseconds since 1970; nil before the first.
    package var start: Timestamp?
    /// Those that have no marker yet.
    package var partitions: [TopicPartition]
}

/// A producer that a partition remembers.
package struct PartitionProducer: Sendable, Equatable {
    package var id: Int64
    package var epoch: Int32
    /// −1 when it has sent nothing in this epoch.
    package var lastSequence: Int32
    package var lastTimestamp: Timestamp
    /// Of the last marker; −1 before the first.
    package var coordinatorEpoch: Epoch
    /// Where its open transaction begins; nil when none is open.
    package var transactionStart: Offset?
}

extension KafkaClient {
    /// The transactional ids of all brokers. A broker that is down hides its own only.
    ///
    /// - Parameter states: only these states; none means all.
    package func listTransactions(states: [String] = [], timeout: Duration? = nil) async throws -> TransactionListings {
        var request = ListTransactionsRequest()
        request.stateFilters = states
        let answers = try await fromAllBrokers(request, deadline: deadline(timeout)) { ($0.errorCode, nil) }
        var listings = TransactionListings()
        for (broker, outcome) in answers {
            switch outcome {
            case .failure(let error): listings.failures[broker] = error
            case .success(let answer):
                if let unknown = answer.unknownStateFilters.first {
                    throw ClientError.invalid("there is no transaction state \(unknown)")
                }
                listings.transactions += answer.transactionStates.map {
                    TransactionListing(
                        id: $0.transactionalID, producerID: $0.producerID, state: $0.transactionState,
                        coordinator: broker)
                }
            }
        }
        listings.transactions.sort { $0.id < $1.id }
        return listings
    }

    /// Transactional ids as their coordinators know them.
    package func describeTransactions(
        _ ids: [String], timeout: Duration? = nil
    ) async -> Outcomes<String, TransactionDescription> {
        let deadline = deadline(timeout)
        var outcomes: Outcomes<String, TransactionDescription> = [:]
        for id in Set(ids).sorted() {
            var request = DescribeTransactionsRequest()
            request.transactionalIDs = [id]
            do {
                let answer = try await call(request, to: .transaction(id), deadline: deadline) {
                    ($0.transactionStates.first?.errorCode ?? .unknownServerError, nil)
                }
                outcomes[id] = answer.transactionStates.first.map { .success(TransactionDescription($0)) }
            } catch {
                outcomes[id] = .failure(ClientError(error))
            }
        }
        return outcomes
    }

    /// The producers that partitions remember, by id.
    package func describeProducers(
        of partitions: [TopicPartition], timeout: Duration? = nil
    ) async -> Outcomes<TopicPartition, [PartitionProducer]> {
        let deadline = deadline(timeout)
        return await byLeader(partitions, deadline: deadline) { broker, partitions in
            var request = DescribeProducersRequest()
            request.topics = partitions.byTopic()
            let answer = try await self.call(request, to: .broker(broker), deadline: deadline)
            return answer.topics.outcomes {
                let producers = $0.activeProducers.map(PartitionProducer.init)
                return ($0.partitionIndex, $0.errorCode.outcome($0.errorMessage, producers))
            }
        }
    }

    /// Aborts what transactional ids have open and fences their producers: each gets a new epoch, with which nobody writes.
    ///
    /// - Returns: for each id the producer that the id has now.
    package func fenceProducers(
        _ ids: [String], timeout: Duration? = nil
    ) async -> Outcomes<String, (id: Int64, epoch: Int16)> {
        let deadline = deadline(timeout)
        var outcomes: Outcomes<String, (id: Int64, epoch: Int16)> = [:]
        for id in Set(ids).sorted() {
            var request = InitProducerIdRequest()
            request.transactionalID = id
            request.transactionTimeoutMs = Int32(clamping: configuration.requestTimeout.milliseconds)
            do {
                let answer = try await call(request, to: .transaction(id), deadline: deadline) { ($0.errorCode, nil) }
                outcomes[id] = .success((answer.producerID, answer.producerEpoch))
            } catch {
                outcomes[id] = .failure(ClientError(error))
            }
        }
        return outcomes
    }

    /// Aborts the open transaction that begins at `start` in a partition, without its coordinator: for transactions that
    /// nobody ends any more (KIP-664). The leader writes an ABORT marker.
    ///
    /// - Returns: the producer whose transaction it was.
    /// - Throws: `ClientError.invalid` when no open transaction begins there.
    @discardableResult
    package func abortTransaction(
        in partition: TopicPartition, startingAt start: Offset, timeout: Duration? = nil
    ) async throws -> PartitionProducer {
        let described = await describeProducers(of: [partition], timeout: timeout)
        let producers = try (described[partition] ?? .failure(.malformed("no answer for \(partition)"))).get()
        guard let producer = producers.first(where: { $0.transactionStart == start }) else {
            throw ClientError.invalid("no open transaction begins at offset \(start) of \(partition)")
        }
        var marker = WriteTxnMarkersRequest.Marker()
        marker.producerID = producer.id
        marker.producerEpoch = Int16(clamping: producer.epoch)
        marker.coordinatorEpoch = max(producer.coordinatorEpoch, 0)
        marker.topics = [partition].byTopic()
        var request = WriteTxnMarkersRequest()
        request.markers = [marker]
        _ = try await call(request, to: .leader(partition), deadline: deadline(timeout)) {
            ($0.markers.first?.topics.first?.partitions.first?.errorCode ?? .unknownServerError, nil)
        }
        return producer
    }
}

extension TransactionDescription {
    fileprivate init(_ state: DescribeTransactionsResponse.State) {
        id = state.transactionalID
        self.state = state.transactionState
        producerID = state.producerID
        producerEpoch = state.producerEpoch
        timeout = state.transactionTimeoutMs
        start = state.transactionStartTimeMs >= 0 ? state.transactionStartTimeMs : nil
        partitions = state.topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0) } }
    }
}

extension PartitionProducer {
    fileprivate init(_ state: DescribeProducersResponse.ProducerState) {
        id = state.producerID
        epoch = state.producerEpoch
        lastSequence = state.lastSequence
        lastTimestamp = state.lastTimestamp
        coordinatorEpoch = state.coordinatorEpoch
        transactionStart = state.currentTxnStartOffset >= 0 ? state.currentTxnStartOffset : nil
    }
}
