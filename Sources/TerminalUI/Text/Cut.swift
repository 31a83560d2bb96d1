/// Where a text that is too long loses cells.
package enum Cut: Hashable, Sendable {
    /// For names: beginning and end both tell things apart (`orders-eu-…-retry-v2`).
    case middle
    /// For sentences and values.
    case end

    /// The text cut to at most `width` cells, with a sign where something is missing. A wide character is never
    /// halved; a blank fills the cell it leaves.
    package func cut(_ text: String, to width: Int, glyphs: GlyphSet = .unicode) -> String {
        let clusters = StyledText(text).clusters(glyphs: glyphs)
        return String(cut(clusters, to: width, glyphs: glyphs).map(\.cluster.character))
    }

    func cut(_ clusters: [StyledCluster], to width: Int, glyphs: GlyphSet) -> [StyledCluster] {
        guard clusters.reduce(0, { $0 + $1.width }) > width else { return clusters }
        guard width > 0 else { return [] }
        let sign = self == .middle ? glyphs.cutMiddle : glyphs.cutEnd
        let room = width - sign.count
        guard room > 0 else {
            return Array(repeating: self.sign(String(sign.prefix(1)), clusters.first), count: 1)
        }
        switch self {
        case .end:
            return Self.take(clusters, room) + [self.sign(sign, clusters.last)]
        case .middle:
            let tail = Self.take(clusters.reversed(), room / 2)
            let head = Self.take(clusters, room - room / 2)
            return head + sign.map { self.sign(String($0), head.last) } + tail.reversed()
        }
    }

    private func sign(_ text: String, _ neighbour: StyledCluster?) -> StyledCluster {
        StyledCluster(
            cluster: Cluster(character: text.first ?? " ", width: 1), style: neighbour?.style ?? .text)
    }

    /// Exactly `width` cells from the start, the last one blank when a wide character does not fit.
    private static func take(_ clusters: some Sequence<StyledCluster>, _ width: Int) -> [StyledCluster] {
        var taken: [StyledCluster] = []
        var left = width
        for cluster in clusters {
            if cluster.width > left {
                if left > 0 {
                    taken.append(
                        StyledCluster(cluster: Cluster(character: " ", width: 1), style: cluster.style))
                }
                break
            }
            taken.append(cluster)
            left -= cluster.width
            if left == 0 { break }
        }
        return taken
    }
}
