import ClusterInsight
import KafkaProtocol

/// The partitions of many topics as one list: those of Kafka's own topics last. A row is made where it is looked at, for
/// there may be a hundred thousand.
struct PartitionRows: RandomAccessCollection {
    /// The partitions of one topic that are listed.
    private struct Piece {
        let topic: Int
        /// The row of the first of them.
        let first: Int
        /// Where they stand in the topic; nil is all of them.
        let places: [Int]?
        let count: Int
    }

    private let topics: [TopicSnapshot]
    private var pieces: [Piece] = []
    private(set) var count = 0

    /// The partitions of topics that a rule keeps.
    ///
    /// - Parameters:
    ///   - keepsAll: whether all partitions of a topic are listed, without the rule being asked.
    ///   - keeps: whether a partition is listed.
    init(
        _ topics: [TopicSnapshot], keepsAll: (TopicSnapshot) -> Bool,
        keeps: (PartitionRow) -> Bool
    ) {
        self.topics = topics
        pieces.reserveCapacity(topics.count)
        var internals: [Int] = []
        for index in topics.indices {
            if topics[index].isInternal { internals.append(index) } else { add(index, keepsAll, keeps) }
        }
        for index in internals { add(index, keepsAll, keeps) }
    }

    private mutating func add(
        _ index: Int, _ keepsAll: (TopicSnapshot) -> Bool, _ keeps: (PartitionRow) -> Bool
    ) {
        let topic = topics[index]
        let places =
            keepsAll(topic) ? nil : topic.partitions.indices.filter { keeps(PartitionRow(topic, topic.partitions[$0])) }
        let own = places?.count ?? topic.partitions.count
        guard own > 0 else { return }
        pieces.append(Piece(topic: index, first: count, places: places, count: own))
        count += own
    }

    var startIndex: Int { 0 }
    var endIndex: Int { count }

    subscript(row: Int) -> PartitionRow {
        let piece = pieces[piece(of: row)]
        let topic = topics[piece.topic]
        let place = row - piece.first
        return PartitionRow(topic, topic.partitions[piece.places.map { $0[place] } ?? place])
    }

    private func piece(of row: Int) -> Int {
        var (low, high) = (0, pieces.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if pieces[middle].first <= row { low = middle } else { high = middle }
        }
        return low
    }

    /// The row of a partition by what it is kept under; nil where it is not listed.
    func row(of key: String) -> Int? {
        guard let slash = key.lastIndex(of: "/"), let id = Int32(key[key.index(after: slash)...]) else { return nil }
        let name = key[..<slash]
        guard let piece = pieces.first(where: { topics[$0.topic].name == name }) else { return nil }
        let partitions = topics[piece.topic].partitions
        let isThere = { (place: Int) in partitions[piece.places.map { $0[place] } ?? place].id == id }
        return (0..<piece.count).first(where: isThere).map { piece.first + $0 }
    }
}
