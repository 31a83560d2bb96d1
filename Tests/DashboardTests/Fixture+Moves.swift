import ClusterInsight
import KafkaProtocol
import TerminalUI

@testable import Dashboard

/// The cluster after broker 4 was added, and the move of 12:42:10.
extension Fixture {
    /// 12:42:08 of the fixture's day, UTC.
    static let moveAt: Timestamp = 1_795_437_728_000

    /// All whole, with broker 4, which holds nothing yet.
    static func fourBrokers() -> ClusterReport {
        let report = healthy()
        var snapshot = report.snapshot
        snapshot.at = moveAt
        var broker = BrokerSnapshot(id: 4, host: "127.0.0.1", port: 9_095, rack: "d")
        broker.upSince = moveAt - 1_314_000
        broker.isObserver = true
        broker.disk = Reading(12_288, at: moveAt)
        broker.diskFree = 22 << 30
        broker.diskTotal = 31 << 30
        snapshot.brokers.append(broker)
        var figures = report.figures
        figures.brokers[4] = BrokerFigures()
        return ClusterReport(snapshot, figures: figures)
    }

    /// The wizard on orders and post-events.
    static func wizard(_ step: Wizard.Step = .choose, width: Int = 120, height: Int = 34) -> Model {
        var model = model(fourBrokers(), .topics, width: width, height: height)
        model.list.marks = ["orders", "post-events"]
        _ = Update.update(&model, .key(.character("R")))
        for _ in 0..<step.rawValue { _ = Update.update(&model, .key(.enter)) }
        return model
    }

    /// 21 seconds after the move began.
    static func moving(width: Int = 120, height: Int = 34) -> Model {
        let report = fourBrokers()
        var snapshot = report.snapshot
        var figures = report.figures
        snapshot.at = moveAt + 23_000
        let mib = 1_048_576.0
        let rows: [(String, Int32, BrokerID, Double, Double, Double?)] = [
            ("orders", 0, 1, 9.8, 9.8, nil), ("orders", 1, 2, 9.8, 9.8, nil), ("orders", 2, 3, 9.8, 9.8, nil),
            ("orders", 3, 3, 9.8, 9.8, nil), ("orders", 4, 1, 9.8, 9.8, nil), ("orders", 6, 2, 9.8, 9.8, nil),
            ("orders", 8, 1, 4.9, 9.8, 0.6), ("orders", 9, 1, 4.9, 9.8, 0.6), ("orders", 10, 3, 4.9, 9.8, 0.6),
            ("post-events", 1, 3, 33, 102, 2.1), ("post-events", 3, 3, 35, 102, 2.1),
            ("post-events", 4, 2, 34, 102, 2.1), ("post-events", 5, 2, 36, 102, 2.1),
        ]
        var moves = MovesFigures()
        moves.startedAt = moveAt + 2_000
        for (topic, number, from, copied, total, speed) in rows {
            var move = MoveFigures(
                partition: TopicPartition(topic, number), removing: [from], adding: [4], copied: Int64(copied * mib),
                total: Int64(total * mib), speed: speed.map { $0 * mib })
            if speed == nil { move.state = .done(moveAt + 12_000 + Int64(number) * 1_000) }
            moves.moves.append(move)
            guard let index = snapshot.topics.firstIndex(where: { $0.name == topic }) else { continue }
            var partition = snapshot.topics[index].partitions[Int(number)]
            if speed == nil {
                partition.replicas = partition.replicas.map { $0 == from ? 4 : $0 }
                partition.isr = partition.replicas
                if partition.leader == from { partition.leader = 4 }
            } else {
                partition.replicas.append(4)
                partition.adding = [4]
                partition.removing = [from]
            }
            snapshot.topics[index].partitions[Int(number)] = partition
        }
        for index in moves.moves.indices { moves.moves[index].atStart = moves.moves[index].total }
        moves.moves[moves.moves.count - 1].atStart? -= Int64(1.9 * mib)
        figures.moves = moves
        for broker in 1...4 { snapshot.throttles.brokers[BrokerID(broker)] = 10 << 20 }
        snapshot.throttles.topics = ["orders", "post-events"]
        var model = model(
            ClusterReport(snapshot, figures: figures), .reassign, width: width, height: height)
        model.sentMove = SentMove(at: moveAt + 1_900, text: "spread evenly, 2 topics")
        model.list.cursorID = "post-events/1"
        _ = Update.update(&model, .key(.character("+")))
        return model
    }
}
