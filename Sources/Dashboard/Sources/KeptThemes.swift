/// The themes chosen on the screen, on disk: a line for each cluster, the last chosen last. A choice stands until the settings
/// name another theme than they did when it was made.
package struct KeptThemes: Sendable {
    private let path: String

    /// The choices in the directory of the person's state.
    package init(directory: String) { path = directory + "/themes" }

    /// The theme chosen for a cluster that the settings show in `theme`; nil when none was.
    package func theme(of cluster: String, insteadOf theme: String) -> String? {
        lines().last { $0.cluster == cluster && $0.set == theme }?.chosen
    }

    /// Keeps a choice; that of the settings' own theme is none.
    package func keep(_ chosen: String, of cluster: String, insteadOf theme: String) {
        var kept = lines().filter { $0.cluster != cluster }
        if chosen != theme { kept.append((cluster, theme, chosen)) }
        let text = kept.suffix(DashboardLimits.keptThemes).map { "\($0.cluster)\t\($0.set)\t\($0.chosen)\n" }.joined()
        KeptFile.replace(path, with: Array(text.utf8))
    }

    private func lines() -> [(cluster: String, set: String, chosen: String)] {
        guard let bytes = FileTail.read(path, limit: DashboardLimits.smallFileBytes) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return parts.count == 3 ? (parts[0], parts[1], parts[2]) : nil
        }
    }
}
