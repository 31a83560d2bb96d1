import ClusterInsight

/// When an alert is raised: by what `klamm check` finds with a limit of one's own, or by events.
package enum AlertRule: Sendable, Equatable {
    /// A finding of one check.
    case finding(check: String, HealthLimits)
    /// Any finding that is at least so bad.
    case any(HealthLevel)
    /// Events of these kinds.
    case events([ClusterEvent.Kind])

    /// Reads a rule as it stands in the settings.
    ///
    /// - Throws: what is wrong with it, and what can be written.
    package init(_ text: String) throws(Failure) {
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        switch words.first {
        case "check":
            guard words.count == 2, let level = HealthLevel(rawValue: words[1]), level != .ok else {
                throw Failure("`\(text)` is not check warning or check critical")
            }
            self = .any(level)
        case "event":
            self = .events(try Self.kinds(words.count == 2 ? words[1] : ""))
        default: self = try Self.finding(text)
        }
    }

    private static func kinds(_ text: String) throws(Failure) -> [ClusterEvent.Kind] {
        var kinds: [ClusterEvent.Kind] = []
        for name in text.split(separator: ",").map({ $0.filter { $0 != " " }.lowercased() }) {
            let found = ClusterEvent.Kind.allCases.first { $0.rawValue.filter { $0 != " " }.lowercased() == name }
            guard let found else {
                let all = ClusterEvent.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure("there is no kind of event `\(name)`: \(all)")
            }
            kinds.append(found)
        }
        guard !kinds.isEmpty else { throw Failure("`event` wants kinds of events, such as event OFFLINE, min ISR") }
        return kinds
    }

    /// What can be compared with a number, the check that looks at it, and how its limit is set; what has no limit is found
    /// when there is any.
    private static let figures:
        [(name: String, check: String, limit: (@Sendable (inout HealthLimits, Double) -> Void)?)] = [
            ("offline", "offline partitions", nil), ("below-min", "below min.insync.replicas", nil),
            ("brokers-away", "brokers away", nil), ("voters-away", "quorum voters", nil),
            ("groups-not-ok", "groups", nil), ("throttles", "left-over throttles", nil),
            ("urp", "under-replicated", { $0.underReplicated = Int($1) }),
            ("at-min", "at min.insync.replicas", { $0.atMinISR = Int($1) }),
            ("lag", "lag", { $0.lag = Int64($1) }), ("seconds", "lag in seconds", { $0.lagSeconds = $1 }),
            ("disk", "disks", { $0.usedPercent = $1 }),
        ]

    /// `offline > 0`, `lag(billing) > 10k`.
    private static func finding(_ text: String) throws(Failure) -> AlertRule {
        let sides = text.split(separator: ">").map { $0.filter { $0 != " " } }
        guard sides.count == 2, let number = number(sides[1]) else {
            throw Failure("`\(text)` is not like offline > 0, lag(billing) > 10k, event OFFLINE or check warning")
        }
        var (name, group) = (sides[0], String?.none)
        if let open = name.firstIndex(of: "("), name.last == ")" {
            group = String(name[name.index(after: open)...].dropLast())
            name = String(name[..<open])
        }
        guard let figure = figures.first(where: { $0.name == name }), group == nil || name == "lag" && group != ""
        else {
            throw Failure("`\(sides[0])` is none of \(figures.map(\.name).joined(separator: ", ")), lag(GROUP)")
        }
        var limits = HealthLimits()
        if let group {
            limits.lagOfGroups[group] = Int64(number)
        } else if let limit = figure.limit {
            limit(&limits, number)
        } else if number != 0 {
            throw Failure("`\(name)` is compared with 0: any is too much")
        }
        return .finding(check: figure.check, limits)
    }

    /// `10k`, `90 %`, `60 s`: 0 to a thousand million million, which every limit can hold.
    private static func number(_ text: String) -> Double? {
        let digits = text.filter { $0 != "," && $0 != "%" }
        guard let number = Filter.number(digits), (0...1e15).contains(number) else { return nil }
        return number
    }

    /// Why it is raised now; nil when it is not.
    ///
    /// - Parameter fresh: events since it was asked last, newest first.
    package func reason(_ report: ClusterReport, fresh: some Collection<ClusterEvent>) -> (
        text: String, isCritical: Bool
    )? {
        switch self {
        case .finding(let check, let limits):
            return Self.told(HealthFinding.all(report, limits: limits).filter { $0.check == check })
        case .any(let level): return Self.told(HealthFinding.all(report).filter { $0.level >= level })
        case .events(let kinds):
            let found = fresh.filter { kinds.contains($0.kind) }
            guard let first = found.first else { return nil }
            let more = found.count > 1 ? " and \(found.count - 1) more" : ""
            return (first.line + more, found.contains { $0.weight == .bad })
        }
    }

    private static func told(_ findings: [HealthFinding]) -> (text: String, isCritical: Bool)? {
        guard let first = findings.first else { return nil }
        let more = findings.count > 1 ? " and \(findings.count - 1) more" : ""
        return ("\(first.check): \(first.detail)\(more)", first.level == .critical)
    }

    /// Whether it tells of moments, not of a state that lasts.
    package var isOfEvents: Bool { if case .events = self { true } else { false } }
}
