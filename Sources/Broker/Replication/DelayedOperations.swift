import KafkaProtocol

/// A request that waits for something to happen to partitions: for replicas, for bytes, for the high watermark.
package final class DelayedOperation {
    /// Gives the answer to its client. Runs once, after the operation has left the table, so that whatever the answer
    /// causes finds the table in order.
    package typealias Answer = () -> Void

    /// Whose events can end a wait.
    package enum Interest {
        case partitions([TopicPartition])
        /// Every partition's: for requests about so many that to note each would cost more than to ask the request.
        case all
    }

    fileprivate let interest: Interest
    fileprivate let attempt: (_ changed: TopicPartition?) -> Answer?
    fileprivate let expire: Answer
    fileprivate var timer: Scheduled?
    fileprivate var isDone = false

    /// - Parameters:
    ///   - attempt: looks whether the time has come, and gives the answer then. `changed` is the partition that something
    ///     happened to; nil asks for all of them.
    ///   - expire: answers with what there is when the time is up.
    package init(
        on interest: Interest, attempt: @escaping (_ changed: TopicPartition?) -> Answer?, expire: @escaping Answer
    ) {
        self.interest = interest
        self.attempt = attempt
        self.expire = expire
    }
}

/// The waiting requests by the partitions that could end their wait. Loop only.
///
/// An answer can cause the next event on any partition. No operation is in the table any more when its answer runs, and
/// every round works on a copy of its list, so events within events neither answer twice nor lose anybody.
package final class DelayedOperations {
    private let clock: any Clock
    private var waiting: [TopicPartition: [DelayedOperation]] = [:]
    private var waitingForAll: [DelayedOperation] = []
    package private(set) var count = 0

    package init(clock: any Clock) { self.clock = clock }

    /// Forgets whoever waits.
    package func takeApart() {
        waiting = [:]
        waitingForAll = []
    }

    /// Tries at once, and parks the operation if its time has not come. Beyond the limit it expires at once, which
    /// answers with what there is.
    package func park(_ operation: DelayedOperation, timeout: Int64) {
        if let answer = operation.attempt(nil) {
            operation.isDone = true
            return answer()
        }
        guard timeout > 0, count < Limits.parkedRequests else {
            operation.isDone = true
            return operation.expire()
        }
        count += 1
        switch operation.interest {
        case .all: waitingForAll.append(operation)
        case .partitions(let keys): for key in keys { waiting[key, default: []].append(operation) }
        }
        operation.timer = clock.schedule(after: timeout) { [weak self] in
            guard let self, !operation.isDone else { return }
            remove(operation)
            operation.expire()
        }
    }

    /// Something happened to a partition: tries what waits on it, in the order of arrival.
    package func check(_ key: TopicPartition) {
        for operation in waiting[key] ?? [] { attempt(operation, key) }
        for operation in waitingForAll { attempt(operation, key) }
    }

    private func attempt(_ operation: DelayedOperation, _ key: TopicPartition) {
        guard !operation.isDone, let answer = operation.attempt(key) else { return }
        remove(operation)
        answer()
    }

    /// Takes it out everywhere: one left on a quiet partition would stay, with its whole request, until that one moves.
    private func remove(_ operation: DelayedOperation) {
        operation.isDone = true
        operation.timer?.cancel()
        operation.timer = nil
        count -= 1
        switch operation.interest {
        case .all: waitingForAll.removeAll { $0 === operation }
        case .partitions(let keys):
            for key in keys {
                waiting[key]?.removeAll { $0 === operation }
                if waiting[key]?.isEmpty == true { waiting[key] = nil }
            }
        }
    }
}
