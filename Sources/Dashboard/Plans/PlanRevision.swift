import KafkaProtocol
import TerminalUI

/// That the cluster changed under an open plan.
package struct PlanRevision: Sendable, Equatable {
    /// When its lines became what they are.
    var at: Timestamp
    /// The lines that are new.
    var lines: Set<Int>

    /// Nothing is confirmed for so long after a change, milliseconds: what somebody is about to say yes to is no longer
    /// what they read.
    static let hold: Int64 = 1_000
}

extension Plans {
    /// Makes the open plan anew from what is known by now, so that nobody confirms what is no longer so. What was foreseen
    /// is taken as long as nothing was typed or chosen in it meanwhile.
    static func follow(_ model: inout Model, _ foreseen: Foreseen.Revised? = nil) {
        guard case .plan(let plan) = model.popup, let request = plan.request else { return }
        if let foreseen, foreseen.before == plan {
            model.popup = .plan(foreseen.after)
            return
        }
        var gone = plan
        gone.question = .refused("There is nothing left to be sent.")
        model.popup = .plan(plan.revised(as: request.plan(model) ?? gone, at: model.now))
    }
}

extension PlanPopup {
    /// Whether it may not be confirmed yet, as it changed a moment ago.
    func isHeld(at now: Timestamp) -> Bool { lasts(PlanRevision.hold, at: now) }

    private func lasts(_ duration: Int64, at now: Timestamp) -> Bool {
        revision.map { (0..<duration).contains(now - $0.at) } ?? false
    }

    /// The lines as they are drawn: those that changed a moment ago are marked.
    func lines(at now: Timestamp) -> [StyledText] {
        guard let revision, lasts(RecentChanges.duration, at: now) else { return lines }
        return lines.enumerated().map { index, line in revision.lines.contains(index) ? line.on(.rowChanged) : line }
    }

    /// The same plan as it is now: what was typed and chosen stays where the question does.
    func revised(as fresh: PlanPopup, at now: Timestamp) -> PlanPopup {
        var fresh = fresh
        fresh.scroll = scroll
        fresh.question.keep(of: question)
        let (before, after) = (facts, fresh.facts)
        let isSame = before == after && question.words == fresh.question.words && change == fresh.change
        let new = after.indices.filter { !before.contains(after[$0]) }
        fresh.revision = isSame ? revision : PlanRevision(at: now, lines: Set(new))
        return fresh
    }

    /// What the lines say of the cluster's state: figures that flow all the time are no change of it.
    private var facts: [String] {
        lines.enumerated().map { index, line in
            guard flowing.contains(index) else { return line.plain }
            return line.plain.split(separator: " ").filter { !$0.contains(where: \.isNumber) }.joined(separator: " ")
        }
    }
}

extension PlanPopup.Question {
    /// What is asked, whatever has been answered so far.
    fileprivate var words: String {
        switch self {
        case .asked(let confirmation): confirmation.question
        case .typed(let typed): "\(typed.question) \(typed.expected)"
        case .refused(let why): why
        }
    }

    /// Takes over what was answered to the question before.
    fileprivate mutating func keep(of before: Self) {
        switch (self, before) {
        case (.asked(let new), .asked(let old)) where new.question == old.question: self = .asked(old)
        case (.typed(let new), .typed(let old)): self = .typed(new.keeping(old))
        default: break
        }
    }
}
