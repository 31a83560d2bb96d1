import ClusterInsight
import Glibc

/// How figures went over hours, on disk: one file for each cluster, written anew every ten minutes and at the end.
package struct KeptCourses: Sendable {
    private let directory: String

    /// In the directory of the person's state.
    package init(directory: String) { self.directory = directory + "/courses" }

    /// What an earlier run has seen of a cluster.
    func read(_ cluster: String) -> LongHistory {
        guard let path = path(cluster), let bytes = FileTail.read(path, limit: DashboardLimits.courseBytes) else {
            return LongHistory()
        }
        return LongHistory(lines: String(decoding: bytes, as: UTF8.self).split(separator: "\n"))
    }

    /// Keeps what was seen of a cluster; blocks. Clusters that were not looked at for longest are forgotten.
    func write(_ history: LongHistory, of cluster: String) {
        let lines = history.lines
        guard !lines.isEmpty, let path = path(cluster) else { return }
        mkdir(directory, 0o700)
        KeptFile.replace(path, with: Array(lines.map { $0 + "\n" }.joined().utf8))
        forgetOldest()
    }

    /// A cluster's id is a name of its own choice: only what is one by Kafka's rule becomes the name of a file.
    private func path(_ cluster: String) -> String? {
        let isPlain = cluster.utf8.allSatisfy { byte in
            let character = Character(UnicodeScalar(byte))
            return character.isASCII && (character.isLetter || character.isNumber || "-_".contains(character))
        }
        return isPlain && !cluster.isEmpty && cluster.utf8.count <= 100 ? "\(directory)/\(cluster)" : nil
    }

    private func forgetOldest() {
        guard let handle = opendir(directory) else { return }
        defer { closedir(handle) }
        var files: [(path: String, at: Int)] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var info = stat()
            let path = "\(directory)/\(name)"
            guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { continue }
            files.append((path, info.st_mtim.tv_sec))
        }
        for file in files.sorted(by: { $0.at > $1.at }).dropFirst(DashboardLimits.keptCourseFiles) {
            unlink(file.path)
        }
    }
}
