/// What a run is like: every seed draws its own cluster, load and rates of faults, so that some runs are storms of one
/// kind and others are calm in all but one respect.
package struct RunPlan: CustomStringConvertible {
    package var brokers: Int
    package var partitions: Int32
    package var replicas: Int16
    package var minInSync: Int
    /// Segments this small roll often.
    package var segmentBytes: Int
    package var producers: Int
    package var producerPace: ClosedRange<Int64>
    package var unsafeProducers: Int
    package var adminPace: ClosedRange<Int64>?
    package var faultPace: ClosedRange<Int64>
    /// How often each fault is drawn, relative to the others.
    package var weights: [(fault: Fault, weight: Int)]
    package var maxDelay: Int64
    package var loss: Int
    package var slowestWork: Int64
    /// How long faults go on (milliseconds).
    package var turmoil: Int64
    /// No records at all: what is left is the metadata, which must survive any loss of power.
    package var isMetadataOnly = false

    package init(_ dice: Dice) {
        brokers = dice.pick([3, 3, 3, 4, 5])
        partitions = Int32(dice.roll(2...4))
        replicas = dice.pick([3, 3, 3, 2])
        minInSync = replicas == 2 ? Int(dice.roll(1...2)) : dice.pick([2, 2, 1])
        segmentBytes = dice.pick([1_024, 16_384, 1_048_576])
        producers = Int(dice.roll(1...3))
        producerPace = 1...dice.pick([10, 40, 150])
        unsafeProducers = Int(dice.roll(0...1))
        adminPace = dice.chance(700) ? 50...dice.pick([300, 1_000, 3_000]) : nil
        faultPace = 20...dice.pick([300, 1_000, 3_000])
        weights = Fault.allCases.filter { $0 != .blackout }.compactMap { fault in
            dice.chance(550) ? (fault, Int(dice.roll(1...10))) : nil
        }
        // One copy is enough to acknowledge, and it may be the one that goes with the power.
        if minInSync == 1 { weights.removeAll { $0.fault == .power } }
        maxDelay = dice.pick([1, 2, 10, 40])
        loss = dice.pick([0, 0, 0, 1, 5])
        slowestWork = dice.pick([2, 5, 5, 60])
        turmoil = dice.roll(8_000...16_000)
        if dice.chance(100) { leaveOnlyMetadata() }
    }

    /// Makes this a run of the quorum and the controller alone.
    package mutating func leaveOnlyMetadata() {
        isMetadataOnly = true
        producers = 0
        unsafeProducers = 0
        adminPace = adminPace ?? 50...500
        weights = weights.filter { $0.fault != .power } + [(.blackout, 10)]
    }

    package var description: String {
        let faults = weights.map { "\($0.fault) \($0.weight)" }.joined(separator: ", ")
        return
            "\(brokers) brokers\(isMetadataOnly ? " without records" : ""), \(replicas) replicas, min.insync.replicas \(minInSync), segments of "
            + "\(segmentBytes) bytes, delay up to \(maxDelay) ms, loss \(loss) ‰, faults every "
            + "\(faultPace.lowerBound) to \(faultPace.upperBound) ms: \(faults.isEmpty ? "none" : faults)"
    }
}

/// What can befall a cluster.
package enum Fault: String, CaseIterable, Sendable {
    /// A process dies as by SIGKILL and comes back.
    case kill
    /// A process is stopped in order and comes back.
    case stop
    /// A process stands still for a while.
    case pause
    /// One broker is cut off, in both directions or in one.
    case isolate
    /// The brokers are split in two.
    case split
    /// Some links are slow for a while.
    case slow
    /// Frames get lost, and connections with them, for a while.
    case lossy
    /// A wall clock jumps, forwards or back.
    case jump
    /// All brokers die at once, the quorum with them, and come back one after the other.
    case storm
    /// One broker loses power, and what it had not synced. Drawn only while every in-sync set is whole, as that is what
    /// replication without syncing protects against.
    case power
    /// All brokers lose power at once. Only for runs without records, whose replicas may all lose them.
    case blackout
}
