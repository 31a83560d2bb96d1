import TerminalUI

/// What is said instead of a change that may not be made.
enum Refusal {
    static func popup(_ action: Action, reason: String, _ model: Model) -> TextPopup {
        TextPopup(
            title: "Not done",
            lines: [
                StyledText("\(action.keyText) \(action.help) is off: this cluster is read-only."), "",
                StyledText("set by      ", .muted) + StyledText(model.cluster.readOnlyReason ?? reason),
                StyledText("to change   ", .muted) + StyledText("start Klamm again without it"),
            ], copy: action.help)
    }
}
