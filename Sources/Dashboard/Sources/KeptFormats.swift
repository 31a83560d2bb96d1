/// The payload formats and fields chosen for topics, on disk: a line for each topic of each cluster, the last chosen last.
package struct KeptFormats: Sendable {
    private let path: String
    private let cluster: String

    /// The formats of a cluster, in the directory of the person's state.
    package init(directory: String, cluster: String) {
        path = directory + "/formats"
        self.cluster = cluster
    }

    /// The formats as they were left, by topic.
    package func read() -> [String: PayloadFormats] {
        lines().reduce(into: [:]) { found, line in
            if line.cluster == cluster { found[line.topic] = line.formats }
        }
    }

    /// Keeps what was chosen for a topic; where nothing is chosen any more it is forgotten.
    package func write(_ formats: PayloadFormats, for topic: String) {
        var kept = lines().filter { $0.cluster != cluster || $0.topic != topic }
        if formats != PayloadFormats() { kept.append(Line(cluster: cluster, topic: topic, formats: formats)) }
        let text = kept.suffix(DashboardLimits.keptFormats).map(\.text).joined()
        KeptFile.replace(path, with: Array(text.utf8))
    }

    private struct Line {
        var cluster: String
        var topic: String
        var formats: PayloadFormats

        var text: String {
            let fields = formats.fields.joined(separator: " ")
            return "\(cluster)\t\(topic)\t\(formats.key.rawValue)\t\(formats.value.rawValue)\t\(fields)\n"
        }
    }

    private func lines() -> [Line] {
        guard let bytes = FileTail.read(path, limit: DashboardLimits.smallFileBytes) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 5, let key = PayloadFormat(rawValue: parts[2]),
                let value = PayloadFormat(rawValue: parts[3])
            else { return nil }
            var formats = PayloadFormats()
            formats.key = key
            formats.value = value
            formats.fields = parts[4].split(separator: " ").prefix(DashboardLimits.fields).map(String.init)
            return Line(cluster: parts[0], topic: parts[1], formats: formats)
        }
    }
}
