import TerminalUI

/// What is said instead of a change that may not be made: why, what would allow it, and what it would have sent.
enum Refusal {
    static func popup(_ action: Action, reason: String, _ model: Model) -> TextPopup {
        var lines = [
            StyledText("\(action.keyText) \(action.help) is off: this cluster is read-only."), "",
            label("set by") + StyledText(model.cluster.readOnlyReason ?? reason),
            label("to change") + StyledText("start Klamm again without it"),
        ]
        let plan = plan(action, model)
        if let plan {
            let request = plan.lines.first?.plain ?? plan.change.summary
            let sent = request.hasPrefix("Sends ") ? String(request.dropFirst(6)) : plan.change.summary
            lines.append(label("would send") + StyledText(sent.hasSuffix(".") ? String(sent.dropLast()) : sent))
            lines.append(StyledText(plan.command, .muted))
        }
        return TextPopup(title: "Not done", lines: lines, copy: plan?.command ?? action.help)
    }

    private static func label(_ text: String) -> StyledText { StyledText(text.padded(to: 12), .muted) }

    /// The plan the action would show, when it shows one at once.
    private static func plan(_ action: Action, _ model: Model) -> PlanPopup? {
        var allowed = model
        allowed.cluster.readOnlyReason = nil
        _ = action.run(&allowed)
        if case .plan(let plan) = allowed.popup { return plan }
        return nil
    }
}
