import TerminalUI

/// What `:prove` asks before it gives the terminal to `klamm prove`.
enum ProveForm {
    static func open(_ model: inout Model) -> [Command] {
        var popup = FormPopup(
            kind: .prove, title: "Prove that nothing acknowledged is lost",
            fields: [
                .number("minutes", "minutes", 2), .number("every", "fault every", 20, note: "seconds"),
                FormField(
                    "faults", label: "faults",
                    value: .choice(["kill,pause", "kill", "pause", "stop", "none"], selected: 0)),
                .number("rate", "records/s", 1_000),
            ], buttons: ["Prove", "Cancel"])
        refresh(&popup)
        model.popup = .form(popup)
        return []
    }

    /// Says what will run, with the values as they are.
    static func refresh(_ popup: inout FormPopup) {
        popup.notes = [
            "Starts three brokers of its own, writes to them with acks=all, breaks them, and",
            "reads all back; then they are removed. The cluster shown is not touched.",
            StyledText((["klamm prove"] + options(popup)).joined(separator: " "), .muted),
        ]
    }

    /// What is wrong with the values; nil when it can begin.
    static func problem(_ popup: FormPopup) -> String? {
        func isWithin(_ id: String, _ range: ClosedRange<Int>) -> Bool {
            popup.form[id]?.integer.map(range.contains) ?? false
        }
        if !isWithin("minutes", 1...10_080) { return "1 to 10,080 minutes" }
        if !isWithin("every", 1...86_400) { return "a fault every 1 to 86,400 seconds" }
        return isWithin("rate", 1...100_000) ? nil : "1 to 100,000 records/s"
    }

    /// The options of `klamm prove`.
    static func options(_ popup: FormPopup) -> [String] {
        ["minutes", "every", "faults", "rate"].flatMap { ["--\($0)", popup.string($0)] }
    }

    /// Says how it ended; its report was on the terminal.
    static func ended(_ status: Int32, _ model: inout Model) {
        switch status {
        case 0: model.say("prove: every acknowledged message was read once and in order", .ok)
        case ..<0: model.say("prove could not be started", .error)
        default: model.say("prove ended with \(status): the claim was not proved", .warn)
        }
    }
}
