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
    package func check(_ key: TopicPartition) {
        guard let list = waiting[key] else { return }
        var kept: [DelayedOperation] = []
        for operation in list where !operation.isDone {
            if operation.attempt() { end(operation) } else { kept.append(operation) }
        }
        // What was parked while trying stays behind those that were there.
        let added = (waiting[key] ?? []).dropFirst(list.count)
        kept += added.filter { !$0.isDone }
        waiting[key] = kept.isEmpty ? nil : kept
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
