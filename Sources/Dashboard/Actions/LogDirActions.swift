import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What works on the replicas in a broker's log dirs, and when the broker is asked for them.
enum LogDirActions {
    /// They are asked for so often while somebody looks, milliseconds.
    static let interval: Int64 = 2_000

    private static func broker(_ model: Model) -> BrokerID? {
        if case .broker(let id, .dirs) = model.place { id } else { nil }
    }

    /// Asks for what is in view when it has grown old.
    static func askAgain(_ model: inout Model) -> [Command] {
        guard model.frozen == nil, model.now - model.logDirsAskedAt >= interval else { return [] }
        return ask(&model)
    }

    /// Asks for what is in view.
    static func ask(_ model: inout Model) -> [Command] {
        guard let id = broker(model) else { return [] }
        model.logDirsAskedAt = model.now
        return [.fetchLogDirs(id)]
    }

    /// Asks for the broker that is gone to; what was shown of another one is forgotten.
    static func enter(_ model: inout Model) -> [Command] {
        model.logDirsFailure = nil
        if model.logDirs?.picture.value.broker != broker(model) { model.logDirs = nil }
        return ask(&model)
    }

    /// A broker told of its log dirs, or not; moves that have ended are said.
    static func take(_ id: BrokerID, _ result: Result<LogDirsPicture, Failure>, _ model: inout Model) {
        guard broker(model) == id || model.pendingDirsUndo != nil else { return }
        switch result {
        case .failure(let failure):
            model.logDirsFailure = failure.text
            if model.pendingDirsUndo != nil, broker(model) == nil { model.say(failure.text, .warn) }
        case .success(let picture):
            model.logDirsFailure = nil
            guard var shown = model.logDirs, shown.picture.value.broker == id else {
                model.logDirs = LogDirsShown(picture, at: model.now)
                return
            }
            say(ended: shown.take(picture, at: model.now), picture, &model)
            model.logDirs = shown
        }
    }

    private static func say(
        ended: [LogDirsPicture.Replica], _ picture: LogDirsPicture, _ model: inout Model
    ) {
        let moved = ended.filter { picture.replica($0.partition)?.dir == $0.heading }
        let names = PartitionNames.list(moved.map(\.partition))
        if let first = moved.first {
            let isOnePlace = moved.allSatisfy { $0.heading == first.heading }
            model.say("moved to \(isOnePlace ? first.heading : "other log dirs"): \(names)", .ok)
        }
        let left = ended.filter { replica in
            picture.replica(replica.partition).map { $0.dir != replica.heading } ?? false
        }
        if !left.isEmpty {
            model.say("the move was given up: \(PartitionNames.list(left.map(\.partition)))", .warn)
        }
    }

    // MARK: moving

    /// The replicas a verb acts on.
    private static func chosen(_ model: Model) -> [LogDirsPicture.Replica] {
        guard let id = broker(model), let picture = LogDirsScreen.shown(id, model)?.picture.value else { return [] }
        let ids = Set(Screens.chosen(model))
        return picture.replicas.filter { ids.contains($0.id) }
    }

    /// Where they can go: the emptiest first; where all of them are or are heading for is nowhere to go.
    private static func targets(_ replicas: [LogDirsPicture.Replica], _ model: Model) -> [LogDirSnapshot] {
        (model.logDirs?.picture.value.usable ?? [])
            .filter { dir in replicas.contains { $0.heading != dir.path } }
            .sorted { ($0.bytes, $0.path) < ($1.bytes, $1.path) }
    }

    private static let move = Action(
        "replica.move", [.char("M")], hint: "move", help: "move the replica to another log dir", group: .change,
        availability: { model in
            let replicas = chosen(model)
            guard let id = broker(model), !replicas.isEmpty else { return .hidden }
            return targets(replicas, model).isEmpty ? .no("broker \(id) has no other log dir") : .yes
        },
        run: { model in
            let replicas = chosen(model)
            guard let id = broker(model) else { return [] }
            let targets = targets(replicas, model)
            guard targets.count > 1 else {
                let partitions = replicas.map(\.partition)
                return Plans.show(targets.first.map { .moveReplicas(partitions, to: $0.path, on: id) }, &model)
            }
            let name = replicas.count == 1 ? replicas[0].id : ReplicaCount.words(replicas.count)
            model.popup = .form(
                FormPopup(
                    kind: .moveReplicas(replicas.map(\.partition), on: id), title: "Move \(name) on broker \(id)",
                    fields: [FormField("to", label: "to log dir", value: .list(targets.map(\.path), selected: 0))],
                    notes: [StyledText("The one with the fewest bytes stands first.", .muted)]))
            return []
        })

    /// The tab of log dirs, with the verbs of its broker.
    static func table(_ verbs: [Action]) -> [Action] {
        [
            Actions.everywhere("tab.next").hinted("tab", keys: "Tab"),
            Action(
                "replica.open", [.enter], hint: "partition", help: "open the partition's topic",
                availability: { Screens.cursorID($0) == nil ? .hidden : .yes }, run: { PartitionActions.open(&$0) }),
            move,
            Actions.everywhere("problems").hinted("moving only", keys: "!"),
            Actions.everywhere("mark").hinted("mark", keys: "Space"),
            Actions.everywhere("sort").hinted("sort", keys: "s"),
        ] + verbs.map { $0.hinted("") }
    }
}
