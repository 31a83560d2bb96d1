import TerminalUI

/// What works while a state stands in for the screens: the cluster comes up, or nobody has answered yet.
enum StateActions {
    static let starting: [Action] = [
        Actions.everywhere("screen").hinted("screens", keys: "1–9"),
        Action(
            "start.log", [.char("l")], hint: "log of a broker", help: "log of the first broker that is not up",
            availability: { firstWaiting($0) == nil ? .hidden : .yes },
            run: { model in firstWaiting(model).map { Navigation.go(.broker($0, .log), &model) } ?? [] }),
        again,
        Actions.everywhere("quit").hinted("stop brokers and quit", keys: "C-c"),
    ]

    /// A bundled cluster of which a broker has ended is started once more.
    private static let again = Action(
        "start.again", [.char("U")], hint: "start again", help: "start the bundled cluster again", group: .change,
        availability: { model in
            switch model.connection {
            case .unreachable where model.cluster.isBundled: .yes
            case .starting(let progress) where progress.brokers.contains(where: \.failed): .yes
            default: .hidden
            }
        }, run: { _ in [.startAgain] })

    private static func firstWaiting(_ model: Model) -> Int32? {
        guard case .starting(let progress) = model.connection else { return nil }
        return (progress.brokers.first { $0.state != "up" } ?? progress.brokers.first)?.id
    }

    static let unreachable: [Action] = [
        Actions.everywhere("refresh").hinted("try now", keys: "r"), again,
        Action(
            "unreachable.copy", [.char("y")], hint: "copy error", help: "copy the errors",
            run: { model in
                model.say("copied")
                return [.copy(UnreachableScreen.report(model))]
            }),
        ClusterActions.open,
        Actions.everywhere("save").hinted("save report", keys: "C-s"),
    ]
}
