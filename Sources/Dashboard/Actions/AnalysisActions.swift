import KafkaProtocol
import TerminalUI

/// What works on the analysis of a topic.
enum AnalysisActions {
    private static func topic(_ model: Model) -> String? {
        switch model.place {
        case .analysis(let name), .topic(let name, _): name
        case .topics: Screens.cursorID(model)
        default: nil
        }
    }

    private static func update(_ model: Model) -> AnalysisUpdate? {
        guard case .analysis(let name) = model.place else { return nil }
        return model.analyses[name]
    }

    private static func isReading(_ model: Model) -> Bool { update(model)?.state == .reading }

    /// Leads to the analysis of the topic under the cursor, or the one that is shown.
    static let open = Action(
        "topic.analyse", [.char("x")], help: "what it holds, by reading all of it",
        availability: { topic($0) == nil ? .hidden : .yes },
        run: { model in topic(model).map { Navigation.go(.analysis($0), &model) } ?? [] })

    /// Begins to read the place that is gone to, unless something is known of it.
    static func enter(_ topic: String, _ model: inout Model) -> [Command] {
        model.analyses[topic] == nil ? read(topic, anew: true, &model) : []
    }

    private static func read(_ topic: String, anew: Bool, _ model: inout Model) -> [Command] {
        if let other = model.analyses.reading, other != topic { model.say("\(other) is not read on meanwhile") }
        let reading = model.analyses.begin(topic, anew: anew, now: model.now)
        return [.analyse(topic: topic, reading: reading, anew: anew)]
    }

    /// Stops reading; what was read stays.
    static func stop(_ model: inout Model) -> [Command] {
        model.analyses.stop()
        model.say("stopped; c continues")
        return [.stopAnalysis]
    }

    /// Takes what was found, and says so where it is not looked at.
    static func take(_ update: AnalysisUpdate, _ model: inout Model) {
        model.analyses.take(update)
        guard model.place != .analysis(update.topic) else { return }
        if update.state == .done {
            let count = Format.shortCount(update.figures.all.messages)
            model.say("\(update.topic) is analysed: \(count) messages", .ok)
        } else if update.state == .stopped, let problem = update.problem {
            model.say("\(update.topic) is not analysed to its end: \(problem)", .warn)
        }
    }

    private static func show(_ popup: TextPopup?, _ model: inout Model) -> [Command] {
        if let popup { model.popup = .text(popup) }
        return []
    }

    static let table: [Action] = [
        Action(
            "analysis.open", [.enter], hint: "all of it", help: "all that was found in the partition",
            availability: { Screens.cursorID($0) == nil ? .hidden : .yes },
            run: { model in
                guard let topic = topic(model), let id = Screens.cursorID(model) else { return [] }
                return show(AnalysisScreen.details(id, topic, model), &model)
            }),
        Action(
            "analysis.total", [.char("t")], hint: "all partitions",
            help: "all that was found in all partitions together",
            availability: { update($0) == nil ? .hidden : .yes },
            run: { model in
                guard let update = update(model) else { return [] }
                let popup = AnalysisText.details(
                    "All partitions of \(update.topic)", update.figures.all, update, model)
                return show(popup, &model)
            }),
        Action(
            "analysis.stop", [], keyText: "Esc", hint: "stop", help: "stop reading and keep what was found",
            availability: { isReading($0) ? .yes : .hidden }, run: { stop(&$0) }),
        Action(
            "analysis.resume", [.char("c")], hint: "continue", help: "read on from where it was stopped",
            availability: { update($0)?.state == .stopped ? .yes : .hidden },
            run: { model in topic(model).map { read($0, anew: false, &model) } ?? [] }),
        Action(
            "analysis.anew", [.char("n")], hint: "anew", help: "read the topic again from its beginning",
            availability: { topic($0) == nil ? .hidden : .yes },
            run: { model in topic(model).map { read($0, anew: true, &model) } ?? [] }),
        Action(
            "analysis.messages", [.char("m")], hint: "messages", help: "messages of the partition",
            availability: { Screens.cursorID($0).flatMap(Objects.partition) == nil ? .hidden : .yes },
            run: { PartitionActions.messages(&$0) }),
        Actions.everywhere("sort").hinted("sort", keys: "s"),
    ]
}
