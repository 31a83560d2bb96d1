import KafkaProtocol

/// What a check says of the work on a cluster: groups, transactions, and what it needs of brokers.
extension HealthFinding {
    /// The verdicts on groups and their lags. A verdict, and the age of what is unread, take a while to be known.
    static func groups(_ report: ClusterReport, _ limits: HealthLimits) -> [HealthFinding] {
        let known = Set(report.snapshot.groups.map(\.name))
        // Where groups could not be read that is said by itself.
        let areRead = report.snapshot.sources.first { $0.name == .groups }.map { $0.answeredAt != nil } ?? true
        let unknown = limits.lagOfGroups.keys.filter { areRead && !known.contains($0) }.sorted().map { name in
            HealthFinding(level: .warning, check: "lag", detail: "there is no group \(name)")
        }
        return unknown
            + report.snapshot.groups.flatMap { group -> [HealthFinding] in
                let own = limits.lagOfGroups[group.name]
                guard !group.isConsole || own != nil, let figures = report.figures.groups[group.name]?.value
                else { return [] }
                return verdict(group, figures, at: report.snapshot.at)
                    + lag(group, figures, atMost: own ?? limits.lag, seconds: limits.lagSeconds)
            }
    }

    private static func verdict(_ group: GroupSnapshot, _ figures: GroupFigures, at: Timestamp) -> [HealthFinding] {
        guard figures.status != .ok else { return [] }
        let reason = EventDetector.reason(group, figures, at: at)
        return [
            .init(level: .warning, check: "groups", detail: "group \(group.name) \(figures.status.word): \(reason)")
        ]
    }

    private static func lag(
        _ group: GroupSnapshot, _ figures: GroupFigures, atMost limit: Int64?, seconds: Double?
    ) -> [HealthFinding] {
        var found: [HealthFinding] = []
        if let limit, let lag = figures.lag, lag > limit {
            let about = figures.isEstimate ? "about " : ""
            found.append(
                .init(
                    level: .warning, check: "lag",
                    detail: "group \(group.name) has \(about)\(lag) unread, above \(limit)"))
        }
        if let seconds, let age = figures.seconds, age > seconds {
            found.append(
                .init(
                    level: .warning, check: "lag in seconds",
                    detail: "the oldest unread message of group \(group.name) is \(Int(age)) s old, above "
                        + "\(Int(seconds)) s"))
        }
        return found
    }

    /// Log directories that cannot be used, or soon not any more.
    static func disks(_ snapshot: ClusterSnapshot, _ limits: HealthLimits) -> [HealthFinding] {
        snapshot.brokers.flatMap { broker in
            broker.logDirs.compactMap { dir -> HealthFinding? in
                if let error = dir.error {
                    return .init(
                        level: .warning, check: "log dirs", detail: "broker \(broker.id) \(dir.path): \(error)")
                }
                guard let used = dir.usedPercent, used > limits.usedPercent else { return nil }
                return .init(
                    level: .warning, check: "disks",
                    detail: "broker \(broker.id) \(dir.path): \(Int(used)) % used, above \(Int(limits.usedPercent)) %")
            }
        }
    }

    /// Throttles that hold back nothing but replicas that have to catch up.
    static func throttles(_ report: ClusterReport) -> [HealthFinding] {
        let throttles = report.snapshot.throttles
        guard !throttles.isEmpty, report.health.moving == 0 else { return [] }
        let brokers = throttles.brokers.keys.sorted().map(String.init).joined(separator: ", ")
        let places = [
            throttles.brokers.isEmpty ? nil : "on brokers \(brokers)",
            throttles.topics.isEmpty ? nil : "on topics \(named(throttles.topics))",
        ]
        return [
            .init(
                level: .warning, check: "left-over throttles",
                detail: "nothing moves, but replication is throttled "
                    + places.compactMap { $0 }.joined(separator: " and "))
        ]
    }

    /// Transactions that hold back whoever reads committed records only.
    static func overdue(
        _ transactions: [TransactionSnapshot], _ limits: HealthLimits, now: Timestamp
    ) -> [HealthFinding] {
        let overdue = transactions.filter { transaction in
            guard let limit = limits.transactionSeconds else { return transaction.isOverdue(now: now) }
            return transaction.age(now: now).map { $0 > limit * 1_000 } ?? false
        }
        guard !overdue.isEmpty else { return [] }
        let names = overdue.map { "\($0.id) for \(($0.age(now: now) ?? 0) / 1_000) s" }
        return [.init(level: .warning, check: "overdue transactions", detail: "open: \(named(names))")]
    }
}
