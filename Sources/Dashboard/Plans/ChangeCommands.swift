import KafkaProtocol

/// The command line for every change. What is sent is what the command does.
extension Change {
    package var equivalent: EquivalentCommand {
        switch self {
        case .createTopic(let topic):
            let size = [
                ("partitions", "\(topic.partitions)"), ("replication-factor", "\(topic.replicationFactor)"),
            ]
            let configs = topic.configs.sorted { $0.key < $1.key }.map { ("config", "\($0.key)=\($0.value)") }
            return EquivalentCommand(["topics", "create"], [topic.name], size + configs)
        case .createTopics(let topics): return EquivalentCommand(all: topics.map { Change.createTopic($0).equivalent })
        case .deleteTopics(let names): return EquivalentCommand(["topics", "delete"], names)
        case .addPartitions(let totals):
            return EquivalentCommand(
                all: totals.sorted { $0.key < $1.key }.map { topic, total in
                    EquivalentCommand(["topics", "alter"], [topic], [("partitions", "\(total)")])
                })
        case .alterConfigs(let alterations): return Self.configs(alterations)
        case .purge(let offsets):
            return EquivalentCommand(
                all: offsets.sorted { $0.key < $1.key }.map { id, offset in
                    EquivalentCommand(
                        ["topics", "delete-records"], [id.topic],
                        [("partition", "\(id.partition)"), ("before", "\(offset)")])
                })
        case .electLeaders(let partitions, let unclean):
            return EquivalentCommand(
                ["topics", "elect-leaders"], [], partitions.options + (unclean ? [("unclean", nil)] : []))
        case .restoreGroups(let groups): return Self.offsets(groups)
        case .resetOffsets(let group, let offsets):
            let rows = offsets.sorted { $0.key < $1.key }.map { "\($0.key.topic),\($0.key.partition),\($0.value)" }
            return EquivalentCommand(
                ["groups", "reset-offsets"], [group], [("from-file", "-")], input: rows.joined(separator: "\n"))
        case .deleteGroups(let names): return EquivalentCommand(["groups", "delete"], names)
        case .deleteOffsets(let group, let partitions):
            return EquivalentCommand(["groups", "delete-offsets"], [group], partitions.options)
        case .removeMembers(let group, let ids):
            return EquivalentCommand(["groups", "remove-members"], [group] + ids)
        case .fenceProducers(let ids): return EquivalentCommand(["transactions", "fence"], ids)
        case .abortTransaction(let id, let start):
            return EquivalentCommand(
                ["transactions", "abort"], [id.topic], [("partition", "\(id.partition)"), ("start-offset", "\(start)")])
        case .produce(let record): return record.equivalent
        case .replay(let replay): return replay.equivalent
        case .addVoter(let id): return EquivalentCommand(["quorum", "add"], ["\(id)"])
        case .removeVoter(let id): return EquivalentCommand(["quorum", "remove"], ["\(id)"])
        case .createDemo: return EquivalentCommand(["demo"], [], [("topics-only", nil)])
        case .reassign, .cancelReassignment, .setThrottle, .removeThrottles: return move
        case .moveReplicas(let targets, let broker):
            let byDir = Dictionary(grouping: targets.keys, by: { targets[$0] ?? "" }).sorted { $0.key < $1.key }
            return EquivalentCommand(
                all: byDir.map { dir, partitions in
                    EquivalentCommand(
                        ["logdirs", "move"], partitions.sorted().map { "\($0.topic)/\($0.partition)" },
                        [("broker", "\(broker)"), ("to", dir)])
                })
        case .killBroker, .stopBroker, .startBrokers, .pauseBroker, .resumeBroker, .addBroker, .removeBroker,
            .rollingRestart:
            return process
        }
    }

    /// One call for each partition of each group: only one call could be given a file.
    private static func offsets(_ groups: [String: [TopicPartition: Offset]]) -> EquivalentCommand {
        EquivalentCommand(
            all: groups.sorted { $0.key < $1.key }.flatMap { group, offsets in
                offsets.sorted { $0.key < $1.key }.map { id, offset in
                    EquivalentCommand(
                        ["groups", "reset-offsets"], [group],
                        [("topic", "\(id.topic):\(id.partition)"), ("to-offset", "\(offset)")])
                }
            })
    }

    /// One call for all owners that are changed in the same way.
    private static func configs(_ alterations: [ConfigAlteration]) -> EquivalentCommand {
        var calls: [(resources: [ConfigResource], changes: [ConfigChange])] = []
        for alteration in alterations {
            if let index = calls.firstIndex(where: { $0.changes == alteration.changes }) {
                calls[index].resources.append(alteration.resource)
            } else {
                calls.append(([alteration.resource], alteration.changes))
            }
        }
        return EquivalentCommand(
            all: calls.map { resources, changes in
                let options = changes.map { change -> (String, String?) in
                    let value = change.value.map { ConfigText.isSecret(change.name) ? "(hidden)" : $0 }
                    return value.map { ("set", "\(change.name)=\($0)") } ?? ("delete", change.name)
                }
                return EquivalentCommand(["configs", "alter"], [], resources.map(\.option) + options)
            })
    }

    private var move: EquivalentCommand {
        switch self {
        case .reassign(let plan, let throttle):
            let option = throttle.map { [("throttle", Optional(ByteRateText.exact($0)))] } ?? []
            return EquivalentCommand(["reassign", "execute"], ["-"], option, input: PlanFile.json(plan))
        case .cancelReassignment(let partitions):
            return EquivalentCommand(["reassign", "cancel"], [], partitions.options)
        case .setThrottle(let rate): return EquivalentCommand(["reassign", "throttle"], [ByteRateText.exact(rate)])
        default: return EquivalentCommand(["reassign", "throttle"], ["none"])
        }
    }

    private var process: EquivalentCommand {
        func brokers(_ verb: String, _ ids: [BrokerID]) -> EquivalentCommand {
            EquivalentCommand(["cluster", verb], ids.map(String.init))
        }
        switch self {
        case .killBroker(let id): return brokers("kill", [id])
        case .stopBroker(let id): return brokers("stop", [id])
        case .startBrokers(let ids): return brokers("restart", ids)
        case .pauseBroker(let id): return brokers("pause", [id])
        case .resumeBroker(let id): return brokers("resume", [id])
        case .removeBroker(let id): return brokers("remove-broker", [id])
        case .rollingRestart(let ids):
            return EquivalentCommand(["cluster", "restart"], ids.map(String.init), [("rolling", nil)])
        default: return EquivalentCommand(["cluster", "add-broker"])
        }
    }
}

extension ConfigResource {
    fileprivate var option: (String, String?) {
        switch self {
        case .topic(let name): ("topic", name)
        case .broker(let id): ("broker", "\(id)")
        case .allBrokers: ("all-brokers", nil)
        case .loggers(let id): ("broker-logger", "\(id)")
        }
    }
}

extension [TopicPartition] {
    fileprivate var options: [(String, String?)] { sorted().map { ("partition", "\($0.topic)/\($0.partition)") } }
}

extension NewRecord {
    fileprivate var equivalent: EquivalentCommand {
        var options: [(String, String?)] = []
        if let partition { options.append(("partition", "\(partition)")) }
        if let key { options.append(Self.bytes(key, "key")) }
        options.append(value.map { Self.bytes($0, "value") } ?? ("null-value", nil))
        for header in headers {
            guard let value = header.value else {
                options.append(("header-null", header.key))
                continue
            }
            let (name, text) = Self.bytes(value, "header")
            options.append((name, "\(header.key)=\(text)"))
        }
        if compression != "none" { options.append(("compression", compression)) }
        if acks != -1 { options.append(("acks", "\(acks)")) }
        if times != 1 { options.append(("times", "\(times)")) }
        return EquivalentCommand(["produce"], [topic], options)
    }

    /// Bytes as text, or as hex when they are none; the arguments of a process hold no zero byte.
    private static func bytes(_ bytes: [UInt8], _ name: String) -> (String, String) {
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            return (name + "-hex", Payload.hex(bytes).filter { $0 != " " })
        }
        return (name, text)
    }
}

/// Bytes a second as `--throttle` takes them, without rounding.
enum ByteRateText {
    static func exact(_ rate: Int64) -> String {
        for (unit, size) in [("GiB", Int64(1) << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        where rate > 0 && rate % size == 0 {
            return "\(rate / size)\(unit)"
        }
        return "\(rate)"
    }
}
