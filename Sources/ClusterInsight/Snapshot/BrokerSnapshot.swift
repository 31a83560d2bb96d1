import KafkaProtocol

/// What a broker is doing, as far as its process and the cluster tell.
package enum BrokerState: Sendable, Equatable {
    case up
    case starting
    case stopping
    case fenced
    /// Its process is stopped by a signal, since a moment.
    case paused(since: Timestamp)
    /// The cluster counts it in, but it has answered nothing since a moment.
    case silent(since: Timestamp)
    /// It is gone, since a moment; nil when it was before anybody looked.
    case down(since: Timestamp?)

    /// Whether it answers and takes part.
    package var isLive: Bool { self == .up || self == .stopping }
}

/// One broker.
package struct BrokerSnapshot: Sendable, Equatable {
    /// Its node id.
    package var id: BrokerID
    /// The advertised host; empty while only replica lists name the broker.
    package var host: String
    /// The advertised port.
    package var port: Int
    /// `broker.rack`.
    package var rack: String?
    /// What it is doing.
    package var state: BrokerState
    /// Since when it is up.
    package var upSince: Timestamp?
    /// How it died or who paused it, in words.
    package var cause: String?
    /// When the controller fenced it.
    package var fencedAt: Timestamp?
    /// How many partitions it led before it died.
    package var ledBefore: Int?
    /// The sum of its log dirs, bytes.
    package var disk: Reading<Int64>?
    /// Bytes free on its log dirs' file systems together.
    package var diskFree: Int64?
    /// Bytes of those file systems.
    package var diskTotal: Int64?
    /// Its log dirs, with bytes and an error when they have one.
    package var logDirs: [LogDirSnapshot]
    /// Process id of a bundled broker.
    package var pid: Int32?
    /// Resident memory of a bundled broker, bytes.
    package var residentBytes: Int64?
    /// Bytes sent to clients since its start, when the process tells.
    package var bytesSent: Reading<Int64>?
    /// Whether it is a quorum observer only.
    package var isObserver: Bool

    /// Its log dir with the least room, which it told while it was up; nil where it told of none.
    package var fullestDir: LogDirSnapshot? {
        state == .up ? logDirs.max { ($0.usedPercent ?? -1) < ($1.usedPercent ?? -1) } : nil
    }

    /// How much room that has left.
    package var room: LogDirSnapshot.Room { fullestDir?.room ?? .enough }

    /// Whether it is not up, or soon cannot be written to.
    package var isTroubled: Bool { state != .up || room != .enough }

    /// How much of its log dirs' file systems is used, percent.
    package var usedPercent: Double? {
        guard let diskFree, let diskTotal, diskTotal > 0 else { return nil }
        return Double(max(0, diskTotal - diskFree)) / Double(diskTotal) * 100
    }

    /// Since when it is down, paused or silent.
    package var awaySince: Timestamp? {
        switch state {
        case .paused(let since), .silent(let since): since
        case .down(let since): since
        default: nil
        }
    }

    /// Where clients reach it; `?` while only replica lists name the broker.
    package var address: String { isUnseen ? "?" : "\(host):\(port)" }

    /// Whether no broker has told of it: only replica lists name it.
    package var isUnseen: Bool { host.isEmpty }

    /// Whether it takes part, or may again at any moment without anybody telling.
    package var isWorthAsking: Bool { if case .silent = state { true } else { state.isLive } }

    /// Whether it does not take part and is not on its way to.
    package var isAway: Bool { !state.isLive && state != .starting }

    /// A broker of which only the address is known.
    package init(id: BrokerID, host: String, port: Int, rack: String? = nil, state: BrokerState = .up) {
        self.id = id
        self.host = host
        self.port = port
        self.rack = rack
        self.state = state
        logDirs = []
        isObserver = false
    }
}

extension BrokerSnapshot {
    /// A broker that only replica lists name: Kafka before 4.0 does not tell of brokers that are away.
    package init(unseen id: BrokerID) {
        self.init(id: id, host: "", port: 0, state: .down(since: nil))
        cause = "no broker tells of it, only replica lists name it"
    }
}

/// One log directory of a broker.
package struct LogDirSnapshot: Sendable, Equatable {
    /// Its path on the broker.
    package var path: String
    /// Bytes of all logs in it.
    package var bytes: Int64
    /// Logs in it.
    package var logs: Int
    /// Why it cannot be used, when it cannot.
    package var error: String?
    /// Bytes free on its file system, and bytes of that; nil where it does not tell (Kafka before 3.3, KIP-827).
    package var free, total: Int64?

    /// A directory with its figures.
    package init(
        path: String, bytes: Int64, logs: Int, error: String? = nil, free: Int64? = nil, total: Int64? = nil
    ) {
        self.path = path
        self.bytes = bytes
        self.logs = logs
        self.error = error
        self.free = free
        self.total = total
    }

    /// How much of its file system is used, percent.
    package var usedPercent: Double? {
        guard let free, let total, total > 0 else { return nil }
        return Double(max(0, total - free)) / Double(total) * 100
    }

    /// How much room its file system has left for what is written.
    package enum Room: Int, Sendable, Comparable {
        case enough, little, none

        package static func < (a: Room, b: Room) -> Bool { a.rawValue < b.rawValue }
    }

    /// What is left, by the limits of `HealthLimits`.
    package var room: Room {
        guard let free, let total, total > 0 else { return .enough }
        if free < max(HealthLimits.noRoom, total / HealthLimits.noRoomPart) { return .none }
        return usedPercent ?? 0 > HealthLimits.littleRoom ? .little : .enough
    }
}

extension Sequence<LogDirSnapshot> {
    /// Bytes free on the file systems of directories, and bytes of those. Directories that tell exactly the same are on one
    /// file system, which counts once; nil when none tells.
    package var space: (free: Int64, total: Int64)? {
        let told = Set(
            compactMap { dir -> [Int64]? in
                guard let free = dir.free, let total = dir.total else { return nil }
                return [free, total]
            })
        return told.isEmpty ? nil : told.reduce((0, 0)) { ($0.0 + $1[0], $0.1 + $1[1]) }
    }
}
