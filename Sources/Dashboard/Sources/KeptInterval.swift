/// How often the cluster is asked, as chosen on the screen, on disk. The choice stands until the settings say something else
/// than they did when it was made.
package struct KeptInterval: Sendable {
    private let path: String

    /// The choice in the directory of the person's state.
    package init(directory: String) { path = directory + "/refresh.interval" }

    /// Milliseconds as chosen, where the settings say `set`; nil when nothing was chosen.
    package func interval(insteadOf set: Int64) -> Int64? {
        guard let bytes = FileTail.read(path, limit: DashboardLimits.smallFileBytes) else { return nil }
        let numbers = String(decoding: bytes, as: UTF8.self).split { $0 == "\t" || $0 == "\n" }.map { Int64($0) }
        guard numbers.count == 2, numbers[0] == set, let chosen = numbers[1], Moves.intervals.contains(chosen) else {
            return nil
        }
        return chosen
    }

    /// Keeps a choice; blocks.
    package func keep(_ chosen: Int64, insteadOf set: Int64) {
        KeptFile.replace(path, with: Array("\(set)\t\(chosen)\n".utf8))
    }
}
