import KafkaProtocol
import Synchronization

/// Tells the screen of a change while it is carried out: what it is about, and each answer as it comes.
struct ChangeProgress: Sendable {
    /// Tells changes of this process apart.
    private static let count = Atomic<Int>(0)

    /// Tells it from others that are on their way.
    let id = count.add(1, ordering: .relaxed).newValue
    private let send: @Sendable (Message) -> Void
    private var details: [String: String] = [:]

    init(_ change: Change, at: Timestamp, _ send: @escaping @Sendable (Message) -> Void) {
        self.send = send
        send(.sending(Sending(id, change, since: at)))
    }

    /// The same when it is known what it does to each object.
    func detailed(_ change: Change, at: Timestamp, _ details: [String: String]) -> ChangeProgress {
        var progress = self
        progress.details = details
        if !details.isEmpty { send(.sending(Sending(id, change, since: at, details: details))) }
        return progress
    }

    /// Answers that have come.
    func told(_ items: [ChangeItem]) { send(.answered(id, ChangeExecutor.detailed(items, details))) }

    /// Nothing more will come.
    func ended() { send(.sent(id)) }

    /// Sends objects in a few lots at the same time and tells of each as its answer comes: a broker that does not answer
    /// holds up only its own, and no other waits behind it.
    func inLots<Item: Sendable>(
        _ all: [Item], _ send: @escaping @Sendable ([Item]) async -> [ChangeItem]
    ) async -> [ChangeItem] {
        let size = max(1, (all.count + DashboardLimits.sendingLots - 1) / DashboardLimits.sendingLots)
        return await withTaskGroup(of: [ChangeItem].self) { group in
            for start in stride(from: 0, to: all.count, by: size) {
                group.addTask { await send(Array(all[start..<min(start + size, all.count)])) }
            }
            var items: [ChangeItem] = []
            for await part in group {
                told(part)
                items += part
            }
            return items.sorted { $0.name < $1.name }
        }
    }
}
