import KafkaProtocol

/// How bad something is; monitoring systems know the three.
package enum HealthLevel: String, Sendable, Comparable, CaseIterable {
    case ok, warning, critical

    /// Worse is greater.
    package static func < (a: HealthLevel, b: HealthLevel) -> Bool { a.rank < b.rank }

    /// 0, 1 or 2, which is also the exit status of a check.
    package var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// What a check accepts before it warns.
package struct HealthLimits: Sendable, Equatable {
    /// How full a disk may be before it is worth a mark, percent.
    package static let fullDisk = 90.0
    /// How full a disk may be before its broker says so wherever it is shown, percent.
    package static let littleRoom = 95.0
    /// A disk with less than such a part free is full.
    package static let noRoomPart: Int64 = 1_000
    /// A disk with less free is full, however small it is, bytes: a batch may take as much.
    package static let noRoom: Int64 = 1 << 20

    /// Partitions that may miss a replica.
    package var underReplicated = 0
    /// Partitions that may be at min.insync.replicas because a replica is missing.
    package var atMinISR = 0
    /// Unread messages that a group may have; nil accepts any lag.
    package var lag: Int64?
    /// The same for single groups.
    package var lagOfGroups: [String: Int64] = [:]
    /// How old the oldest unread message of a group may be, seconds; nil accepts any age.
    package var lagSeconds: Double?
    /// How much of the file system of a log directory may be used, percent.
    package var usedPercent = fullDisk
    /// How long a transaction may be open, seconds; nil accepts what its producer asked for.
    package var transactionSeconds: Int64?

    /// Whole, with room on the disks; lag is not looked at.
    package init() {}
}

/// One reason why a cluster is not well.
package struct HealthFinding: Sendable, Equatable {
    package var level: HealthLevel
    /// What was looked at, as the Health panel names it.
    package var check: String
    /// What was found, with the names of some of those it concerns.
    package var detail: String

    package init(level: HealthLevel, check: String, detail: String) {
        self.level = level
        self.check = check
        self.detail = detail
    }

    /// Names in one finding, after which only their number is said.
    private static let mostNames = 5

    /// All that is wrong, worst first; of transactional ids as far as they were asked about. Critical is what clients feel now: partitions that cannot be read or written with
    /// acks=all, and a quorum that cannot decide. A warning is what the next loss would make critical.
    package static func all(
        _ report: ClusterReport, limits: HealthLimits = HealthLimits(), transactions: TransactionsSnapshot? = nil
    ) -> [HealthFinding] {
        let found =
            partitions(report.health, limits) + brokers(report) + disks(report.snapshot, limits) + throttles(report)
            + groups(report, limits)
            + overdue(transactions?.transactions ?? [], limits, now: report.snapshot.at) + sources(report)
        return HealthLevel.allCases.reversed().flatMap { level in found.filter { $0.level == level } }
    }

    private static func partitions(_ health: ClusterHealth, _ limits: HealthLimits) -> [HealthFinding] {
        var found: [HealthFinding] = []
        if !health.offline.isEmpty {
            found.append(.init(level: .critical, check: "offline partitions", detail: named(health.offline)))
        }
        if !health.belowMinISR.isEmpty {
            found.append(.init(level: .critical, check: "below min.insync.replicas", detail: named(health.belowMinISR)))
        }
        if health.underReplicated > limits.underReplicated {
            found.append(
                .init(
                    level: .warning, check: "under-replicated",
                    detail: "\(health.underReplicated) of \(health.partitions) partitions"))
        }
        if health.atMinISRByLoss > limits.atMinISR {
            found.append(
                .init(
                    level: .warning, check: "at min.insync.replicas",
                    detail:
                        "\(health.atMinISRByLoss) of \(health.partitions) partitions: one replica more and acks=all "
                        + "is refused"))
        }
        return found
    }

    private static func brokers(_ report: ClusterReport) -> [HealthFinding] {
        var found: [HealthFinding] = []
        let health = report.health
        if !health.brokersAway.isEmpty {
            found.append(.init(level: .warning, check: "brokers away", detail: named(health.brokersAway)))
        }
        if report.snapshot.activeController == nil {
            found.append(.init(level: .critical, check: "controller", detail: "no broker is the active controller"))
        }
        if let up = health.votersUp, let voters = health.voters, up < voters {
            found.append(
                .init(
                    level: health.hasQuorum ? .warning : .critical, check: "quorum voters",
                    detail: "\(up) of \(voters) take part"))
        }
        return found
    }

    /// What could not be looked at is no good news either: a controller that does not tell of the quorum, or a leader
    /// that does not tell of its partitions, serves clients no better.
    private static func sources(_ report: ClusterReport) -> [HealthFinding] {
        report.snapshot.sources.compactMap { source in
            guard source.answeredAt == nil || source.failure != nil, source.name != .logDirs else { return nil }
            let level: HealthLevel = [.quorum, .offsets].contains(source.name) ? .critical : .warning
            return .init(level: level, check: source.name.rawValue, detail: source.failure ?? "no answer in time")
        }
    }

    /// Names of some, and how many there are if these are not all.
    static func named(_ names: [some CustomStringConvertible]) -> String {
        let shown = names.prefix(mostNames).map(\.description).joined(separator: ", ")
        return names.count > mostNames ? "\(names.count): \(shown), …" : shown
    }
}
