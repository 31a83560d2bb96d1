import KafkaProtocol

/// A request that waits for something to happen to partitions: for replicas, for bytes, for the high watermark.
package final class DelayedOperation {
    fileprivate let attempt: () -> Bool
    fileprivate let expire: () -> Void
    fileprivate var timer: Scheduled?
    fileprivate(set) var isDone = false

    /// - Parameters:
    ///   - attempt: answers and returns true when the time has come.
    ///   - expire: answers with what there is when the time is up.
    package init(attempt: @escaping () -> Bool, expire: @escaping () -> Void) {
        self.attempt = attempt
        self.expire = expire
    }
}

/// The waiting requests by the partitions that could end their wait. Loop only.
package final class DelayedOperations {
    private let clock: any Clock
    private var waiting: [TopicPartition: [DelayedOperation]] = [:]
    private var checking: Set<TopicPartition> = []
    private var again: Set<TopicPartition> = []
    package private(set) var count = 0

    package init(clock: any Clock) { self.clock = clock }

    /// Tries at once, and parks the operation if its time has not come. Beyond the limit it expires at once, which
    /// answers with what there is.
    package func park(_ operation: DelayedOperation, on keys: [TopicPartition], timeout: Int64) {
        if operation.attempt() { return operation.isDone = true }
        guard timeout > 0, count < Limits.parkedRequests else {
            operation.isDone = true
            return operation.expire()
        }
        count += 1
        for key in keys { waiting[key, default: []].append(operation) }
        operation.timer = clock.schedule(after: timeout) { [weak self] in
            guard !operation.isDone else { return }
            self?.end(operation)
            self?.forget(operation, keys)
            operation.expire()
        }
    }

    /// Something happened to a partition: tries what waits on it.
    ///
    /// An answer can cause the next event on the same partition; that one is looked at after the present round, so that
    /// no round works on a list that another has changed.
    package func check(_ key: TopicPartition) {
        guard waiting[key] != nil || checking.contains(key) else { return }
        guard checking.insert(key).inserted else {
            again.insert(key)
            return
        }
        repeat {
            again.remove(key)
            let round = waiting.removeValue(forKey: key) ?? []
            var kept: [DelayedOperation] = []
            for operation in round where !operation.isDone {
                if operation.attempt() { end(operation) } else { kept.append(operation) }
            }
            // What was parked meanwhile stays behind those that were there.
            kept += waiting[key] ?? []
            waiting[key] = kept.isEmpty ? nil : kept
        } while again.contains(key)
        checking.remove(key)
    }

    private func end(_ operation: DelayedOperation) {
        guard !operation.isDone else { return }
        operation.isDone = true
        operation.timer?.cancel()
        operation.timer = nil
        count -= 1
    }

    private func forget(_ operation: DelayedOperation, _ keys: [TopicPartition]) {
        for key in keys {
            waiting[key]?.removeAll { $0 === operation || $0.isDone }
            if waiting[key]?.isEmpty == true { waiting[key] = nil }
        }
    }
}
