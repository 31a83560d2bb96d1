import ClusterInsight
import FoundationEssentials
import KafkaProtocol

/// The JSON of kafka-reassign-partitions: `{"version":1,"partitions":[{"topic":…,"partition":…,"replicas":[…]}]}`, with
/// `log_dirs` passed over.
package enum PlanFile {
    private struct Contents: Decodable {
        struct Partition: Decodable {
            var topic: String
            var partition: Int32
            var replicas: [BrokerID]
        }

        var version: Int?
        var partitions: [Partition]
    }

    /// Reads a file's bytes; `name` stands in the sentences about what is wrong.
    package static func read(_ bytes: [UInt8], name: String) throws(Failure) -> [TopicPartition: [BrokerID]] {
        let contents: Contents
        do {
            contents = try JSONDecoder().decode(Contents.self, from: Data(bytes))
        } catch {
            throw Failure(
                "\(name) is not a reassignment file: it wants version and partitions with topic, partition, replicas")
        }
        if let version = contents.version, version != 1 { throw Failure("\(name) has version \(version), not 1") }
        var targets: [TopicPartition: [BrokerID]] = [:]
        for entry in contents.partitions {
            let id = TopicPartition(entry.topic, entry.partition)
            guard targets.updateValue(entry.replicas, forKey: id) == nil else {
                throw Failure("\(name) names \(id.topic)/\(id.partition) twice")
            }
            guard !entry.replicas.isEmpty, Set(entry.replicas).count == entry.replicas.count else {
                throw Failure("\(name): the replicas of \(id.topic)/\(id.partition) must be different brokers")
            }
        }
        guard !targets.isEmpty else { throw Failure("\(name) names no partitions") }
        return targets
    }

    /// Replica lists as JSON on one line.
    package static func json(_ targets: [TopicPartition: [BrokerID]]) -> String {
        let lines = targets.sorted { $0.key < $1.key }.map { id, replicas in
            "{\"topic\":\(JSONText.quoted(id.topic)),\"partition\":\(id.partition),"
                + "\"replicas\":[\(replicas.map(String.init).joined(separator: ","))]}"
        }
        return "{\"version\":1,\"partitions\":[\(lines.joined(separator: ","))]}"
    }

    /// Saves the plan that is looked at, and beside it what brings its partitions back to where they are now; nil where no
    /// plan is.
    static func save(_ path: String, _ model: Model) -> Command? {
        let targets: [TopicPartition: [BrokerID]]
        if case .plan(let plan) = model.popup, case .reassign(let lists, _) = plan.change {
            targets = lists
        } else if model.place == .plan, let wizard = model.wizard {
            targets = WizardPlan.of(wizard, model).assignment
        } else {
            return nil
        }
        let before = targets.keys.reduce(into: [TopicPartition: [BrokerID]]()) { lists, id in
            guard let partition = model.snapshot.partition(id) else { return }
            lists[id] = partition.replicas.filter { !partition.adding.contains($0) }
        }
        return .savePlan(
            path: path, Array((json(targets) + "\n").utf8), rollback: Array((json(before) + "\n").utf8))
    }

    /// Where the way back from a plan is saved: `plan-rollback.json`.
    static func rollbackPath(_ path: String) -> String {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return path + "-rollback" }
        return String(path.dropLast(name[dot...].count)) + "-rollback" + name[dot...]
    }
}
