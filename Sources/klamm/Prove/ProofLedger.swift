import ClusterInsight
import KafkaClient
import KafkaProtocol
import Synchronization

/// What the writers, the reader and the watcher of a proof know together.
final class ProofLedger: Sendable {
    private struct State {
        var checker: ProofChecker
        var lastAcknowledged: [Int32: ContinuousClock.Instant] = [:]
        var faults: [ProofFault] = []
        var lastError: String?
        var course = ProofCourse()
        var produced = RecentLatencies()
        var endToEnd = RecentLatencies()
        var standing = Standing()
    }

    /// How the partitions stood when they were looked at last.
    struct Standing: Sendable {
        var underReplicated = 0
        var offline = 0
        /// Brokers that some in-sync set lacks.
        var lagging: Set<BrokerID> = []
    }

    private let state: Mutex<State>

    init(topic: String) { state = Mutex(State(checker: ProofChecker(topic: topic))) }

    /// The next record of a stream; nil while too many are not settled.
    func next(_ stream: ProofRecord.Stream) -> ProofRecord? {
        state.withLock { state in
            guard state.checker.hasRoom else { return nil }
            return ProofRecord(stream: stream, sequence: state.checker.sends(stream), made: WallClock.now())
        }
    }

    /// - Parameter time: from sending to the answer.
    func answered(_ record: ProofRecord, _ result: Result<Delivery, ClientError>, after time: Duration) {
        state.withLock { state in
            switch result {
            case .success(let delivery):
                state.produced.add(time)
                state.checker.acknowledged(record.stream, record.sequence, at: delivery.offset)
                let partition = record.stream.partition
                let now = ContinuousClock.now
                if let last = state.lastAcknowledged[partition], let current = state.faults.indices.last {
                    let silence = last.duration(to: now)
                    let longest = state.faults[current].silence[partition] ?? .zero
                    state.faults[current].silence[partition] = max(longest, silence)
                }
                state.lastAcknowledged[partition] = now
            case .failure(let error):
                state.checker.unanswered(record.stream, record.sequence)
                state.lastError = "\(error)"
            }
        }
    }

    func read(_ record: ConsumedRecord) {
        let value = record.record.value.map { Array($0.readableBytesView) } ?? []
        let made = ProofRecord(decoding: value)?.made
        state.withLock {
            $0.checker.read(value, partition: record.partition.partition, offset: record.record.offset)
            if let made { $0.endToEnd.add(.milliseconds(WallClock.now() - made)) }
        }
    }

    func readToTheEnd() { state.withLock { $0.checker.readToTheEnd() } }

    var counts: ProofChecker.Counts { state.withLock { $0.checker.counts } }
    var inFlight: Int { state.withLock { $0.checker.inFlight } }
    var findings: [String] { state.withLock { $0.checker.findings } }
    var faults: [ProofFault] { state.withLock { $0.faults } }
    /// The last reason why a record got no answer.
    var lastError: String? { state.withLock { $0.lastError } }

    var course: ProofCourse { state.withLock { $0.course } }
    /// From sending to the answer.
    var produced: RecentLatencies { state.withLock { $0.produced } }
    /// From sending to the reader.
    var endToEnd: RecentLatencies { state.withLock { $0.endToEnd } }

    var standing: Standing { state.withLock { $0.standing } }

    /// A second has gone by.
    func tick() {
        state.withLock { state in
            state.course.tick(state.checker.counts)
            state.produced.tick()
            state.endToEnd.tick()
        }
    }

    // MARK: Faults

    func begins(_ fault: ProofFault) {
        state.withLock { state in
            var fault = fault
            fault.lostBefore = state.checker.counts.lost
            state.faults.append(fault)
            state.course.mark(fault.kind.letter)
        }
    }

    /// The broker of the last fault was started or resumed.
    func faultIsOver() {
        state.withLock { state in
            if let last = state.faults.indices.last { state.faults[last].isOver = true }
        }
    }

    /// Notes how the partitions stand.
    func observes(_ partitions: [PartitionDescription]) {
        state.withLock { state in
            state.standing = Standing(partitions)
            guard let last = state.faults.indices.last else { return }
            let fault = state.faults[last]
            let elapsed = fault.began.duration(to: .now)
            if fault.noticed == nil, fault.isOver || partitions.count(where: { $0.leader == fault.broker }) < fault.led
            {
                state.faults[last].noticed = elapsed
            }
            if fault.leaderless == nil {
                let isLed = partitions.allSatisfy { $0.leader >= 0 && $0.leader != fault.broker }
                // A broker that is back before anybody missed it leads on.
                if isLed || fault.isOver && partitions.allSatisfy({ $0.leader >= 0 }) {
                    state.faults[last].leaderless = elapsed
                }
            }
            if fault.isOver, fault.untilInSync == nil, partitions.allSatisfy({ $0.isr.count == $0.replicas.count }) {
                state.faults[last].untilInSync = elapsed
            }
        }
    }
}

extension ProofLedger.Standing {
    fileprivate init(_ partitions: [PartitionDescription]) {
        underReplicated = partitions.count { $0.isr.count < $0.replicas.count }
        offline = partitions.count { $0.leader < 0 }
        lagging = partitions.reduce(into: []) { $0.formUnion(Set($1.replicas).subtracting($1.isr)) }
    }
}
