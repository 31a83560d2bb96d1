import ClusterInsight
import KafkaProtocol
import TerminalUI

@testable import Dashboard

/// A cluster with a share group and a streams group beside a classic one.
extension Fixture {
    private static let orders = (0..<3).map { TopicPartition("orders", $0) }

    /// Screen 5, or one of its groups, at 12:04:26.
    ///
    /// - Parameters:
    ///   - tellsLag: whether brokers tell the lag of share groups (Kafka 4.2).
    ///   - describes: whether they describe share and streams groups at all.
    static func groupTypes(
        _ place: Place = .groups, tellsLag: Bool = true, describes: Bool = true, width: Int = 120, height: Int = 40
    ) -> Model {
        var snapshot = snapshot(at: healthyAt)
        for index in snapshot.topics.indices where snapshot.topics[index].name == "orders" {
            for position in snapshot.topics[index].partitions.indices {
                snapshot.topics[index].partitions[position].offsets = Reading(
                    PartitionOffsets(earliest: 0, latest: 1_000), at: healthyAt)
            }
        }
        snapshot.groups = [
            describes ? enricher : untold("enricher", "streams", "reconciling"),
            describes ? pickers(tellsLag: tellsLag) : untold("pickers", "share", "stable"),
            GroupSnapshot(
                name: "readers", state: "empty", coordinator: 1,
                committed: Dictionary(orders.map { ($0, 990) }, uniquingKeysWith: { a, _ in a }),
                committedAt: healthyAt),
        ]
        var history = ClusterHistory()
        let figures = history.observe(snapshot)
        return model(ClusterReport(snapshot, figures: figures), place, width: width, height: height)
    }

    private static func untold(_ name: String, _ type: String, _ state: String) -> GroupSnapshot {
        GroupSnapshot(name: name, state: state, type: type, coordinator: 1)
    }

    private static func pickers(tellsLag: Bool) -> GroupSnapshot {
        let members = [("picker-1", [0, 1]), ("picker-2", [1, 2])].map { name, partitions in
            MemberSnapshot(
                id: "\(name)-4f1c", clientID: name, host: "127.0.0.1", partitions: partitions.map { orders[$0] },
                epoch: 4)
        }
        var group = GroupSnapshot(
            name: "pickers", state: "stable", type: "share", coordinator: 2, members: members, committedAt: healthyAt)
        group.assignor = "simple"
        group.epoch = 4
        group.shares = [
            orders[0]: ShareSnapshot(start: 900, lag: tellsLag ? 40 : nil),
            orders[1]: ShareSnapshot(start: 950, lag: tellsLag ? 50 : nil),
        ]
        return group
    }

    private static var enricher: GroupSnapshot {
        func tasks(_ texts: [String]) -> [StreamsTask] {
            texts.map { StreamsTask(String($0.prefix(1)), Int32($0.dropFirst(2)) ?? 0) }
        }
        func member(_ number: Int, _ tasks: StreamsTasks, _ target: StreamsTasks, _ partitions: [Int]) -> MemberSnapshot
        {
            MemberSnapshot(
                id: "thread-\(number)-9ad0", clientID: "enricher-thread-\(number)", host: "127.0.0.1",
                partitions: partitions.map { orders[$0] }, target: partitions.map { orders[$0] }, epoch: 7,
                streams: StreamsMember(
                    processID: "7c1f-\(number)", topologyEpoch: 2, tasks: tasks, target: target))
        }
        let first = StreamsTasks(active: tasks(["0_0", "0_1"]), standby: tasks(["1_0"]))
        let second = StreamsTasks(active: tasks(["0_2", "1_0"]), warmup: tasks(["0_0"]))
        var group = GroupSnapshot(
            name: "enricher", state: "reconciling", type: "streams", coordinator: 3,
            members: [
                member(1, first, first, [0, 1]),
                member(2, second, StreamsTasks(active: tasks(["0_0", "0_2", "1_0"])), [2]),
            ],
            committed: [orders[0]: 800, orders[1]: 900, orders[2]: 1_000], committedAt: healthyAt)
        group.epoch = 7
        group.topology = StreamsTopology(
            epoch: 2,
            subtopologies: [.init(id: "0", sources: ["orders"]), .init(id: "1", sources: ["app-repartition"])])
        return group
    }
}
