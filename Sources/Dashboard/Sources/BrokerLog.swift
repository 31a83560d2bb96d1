import KafkaProtocol

/// What the log of a bundled broker tells of its start and of elections.
package enum BrokerLog {
    /// How far a broker has come that is being started, by what it wrote last of it.
    package enum Step: Equatable, Sendable {
        case begins, listens
        /// It knows who leads the quorum.
        case followsQuorum(leader: BrokerID, epoch: Epoch)
        case registered, ready

        /// In words.
        package var text: String {
            switch self {
            case .begins: "reads its logs"
            case .listens: "listens; no quorum leader yet"
            case .followsQuorum(let leader, _): "registers with controller \(leader)"
            case .registered: "waits to be unfenced"
            case .ready: "ready for clients"
            }
        }
    }

    /// The step that lines of one start lead to.
    package static func step(_ lines: some Sequence<some StringProtocol>) -> Step {
        var step = Step.begins
        for line in lines {
            if line.contains("] listening on ") {
                step = .listens
            } else if step == .listens, let found = leader(line), let leader = found.leader {
                step = .followsQuorum(leader: leader, epoch: found.epoch)
            } else if line.contains("] registered with epoch ") {
                step = .registered
            } else if line.contains("] unfenced: running") {
                step = .ready
            }
        }
        return step
    }

    /// Who leads the quorum as the last line about it says; nil when nobody does.
    package static func leader(in lines: some BidirectionalCollection<some StringProtocol>) -> (
        leader: BrokerID, epoch: Epoch
    )? {
        for line in lines.reversed() {
            guard let found = leader(line) else { continue }
            return found.leader.map { ($0, found.epoch) }
        }
        return nil
    }

    /// How long the election of an epoch took, milliseconds: from when its leader saw none to when it led. Nil when the log
    /// does not reach back to that.
    package static func election(in log: String, epoch: Epoch) -> Int64? {
        var without: Int64?
        for line in log.split(separator: "\n") {
            guard let found = leader(line), let at = timeOfDay(line) else { continue }
            if found.leader == nil { without = without ?? at } else if found.epoch < epoch { without = nil }
            if found.leader != nil, found.epoch == epoch {
                // A day may end between the two.
                return without.map { at >= $0 ? at - $0 : at - $0 + 86_400_000 }
            }
        }
        return nil
    }

    /// `… quorum: epoch 6, leader 2`.
    private static func leader(_ line: some StringProtocol) -> (epoch: Epoch, leader: BrokerID?)? {
        guard let start = line.firstRange(of: "] quorum: epoch ")?.upperBound else { return nil }
        let parts = line[start...].split(separator: ", leader ")
        guard parts.count == 2, let epoch = Epoch(parts[0]) else { return nil }
        return (epoch, BrokerID(parts[1]))
    }

    /// Milliseconds of the day of `[2026-11-27 11:14:19,942] …`.
    private static func timeOfDay(_ line: some StringProtocol) -> Int64? {
        guard let space = line.firstIndex(of: " "), let end = line.firstIndex(of: "]") else { return nil }
        let parts = line[line.index(after: space)..<end].split { $0 == ":" || $0 == "," }.map { Int64($0) }
        guard parts.count == 4, let hour = parts[0], let minute = parts[1], let second = parts[2], let rest = parts[3]
        else { return nil }
        return ((hour * 60 + minute) * 60 + second) * 1_000 + rest
    }
}
