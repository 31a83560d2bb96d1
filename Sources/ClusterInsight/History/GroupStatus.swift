import KafkaProtocol

/// How a group is doing, by Burrow's rules with a minimum lag; declared from best to worst.
package enum GroupStatus: Int, Sendable, Comparable, CaseIterable {
    case ok, warn, rewind, stall, stop

    /// As it is shown.
    package var word: String {
        switch self {
        case .ok: "OK"
        case .warn: "WARN"
        case .rewind: "REWIND"
        case .stall: "STALL"
        case .stop: "STOP"
        }
    }

    /// Worse is greater.
    package static func < (a: GroupStatus, b: GroupStatus) -> Bool { a.rawValue < b.rawValue }
}

/// What was seen of one partition's committed offset at ten second distance.
package struct CommitSample: Sendable, Equatable {
    /// When.
    package var at: Timestamp
    /// The committed offset.
    package var committed: Offset
    /// Unread messages at that moment.
    package var lag: Int64

    /// A sample.
    package init(at: Timestamp, committed: Offset, lag: Int64) {
        self.at = at
        self.committed = committed
        self.lag = lag
    }
}

/// The rules that judge one partition of a group.
package enum GroupRules {
    /// Below both of these a lag is no reason for a verdict.
    package static let minimumLag: Int64 = 1_000
    /// Seconds of age from which a small lag counts all the same.
    package static let minimumSeconds = 10.0
    /// Samples needed before anything but OK is said.
    package static let minimumSamples = 4

    /// The verdict on one partition from its samples, oldest first.
    ///
    /// STOP: nothing was committed during the whole window and nobody reads it. STALL: members read it, yet the committed
    /// offset stands. REWIND: a commit went back and was not regained. WARN: the lag never shrank during the window.
    package static func status(
        samples: [CommitSample], lag: Int64, seconds: Double?, hasMember: Bool
    ) -> GroupStatus {
        guard samples.count >= minimumSamples, let first = samples.first, let last = samples.last else { return .ok }
        if rewound(samples) { return .rewind }
        guard lag >= minimumLag || (seconds ?? 0) >= minimumSeconds, lag > 0 else { return .ok }
        guard samples.allSatisfy({ $0.lag > 0 }) else { return .ok }
        if last.committed == first.committed {
            guard samples.count >= Limits.statusWindow / 2 else { return .ok }
            return hasMember ? .stall : .stop
        }
        let grows = zip(samples, samples.dropFirst()).allSatisfy { $1.lag >= $0.lag }
        return grows && last.lag > first.lag ? .warn : .ok
    }

    private static func rewound(_ samples: [CommitSample]) -> Bool {
        var highest = Offset.min
        for sample in samples { highest = max(highest, sample.committed) }
        guard let last = samples.last, last.committed < highest else { return false }
        return zip(samples, samples.dropFirst()).contains { $1.committed < $0.committed }
    }
}
