import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What a group that has read everything cannot read yet: records behind the last stable offset, which only those get that
/// take what may yet be aborted.
enum OpenTransactions {
    /// Records of a partition that wait so for a group that has read all before them.
    static func held(_ row: GroupPartitionFigures, _ model: Model) -> Int64 {
        guard row.lag == 0, let committed = row.committed,
            let ends = model.snapshot.partition(row.partition)?.offsets?.value, let stable = ends.stable
        else { return 0 }
        // Who reads what is not committed either is beyond the stable offset already.
        return max(0, ends.latest - max(stable, committed))
    }

    /// What is said of it beside the verdict; empty when nothing waits so.
    static func words(_ group: GroupSnapshot, _ figures: GroupFigures, _ model: Model) -> String {
        guard group.topics.contains(where: { model.snapshot.topic($0)?.isTransactional ?? false }) else { return "" }
        let rows = figures.partitions.map { (held: held($0, model), partition: $0.partition) }.filter { $0.held > 0 }
        guard let most = rows.max(by: { $0.held < $1.held }) else { return "" }
        let count = Format.count(Int(rows.reduce(0) { $0 + $1.held }))
        let name = "\(most.partition.topic)/\(most.partition.partition)"
        return "\(count) wait behind open transactions, \(rows.count == 1 ? "in" : "most in") \(name)"
    }
}
