import TerminalUI

/// What lies over the body. One at a time; a result replaces its plan.
package enum Popup: Sendable, Equatable {
    case plan(PlanPopup)
    case form(FormPopup)
    case text(TextPopup)
    case keys(KeysPopup)
    case sending(SendingPopup)
    case result(ResultPopup)
    case message(MessagePopup)
    case reset(ResetPopup)
    case sort(SortPopup)
    case copy(CopyPopup)

    /// Whether letters are text in it.
    var takesText: Bool {
        switch self {
        case .form, .reset: return true
        case .plan(let plan):
            if case .typed = plan.question { return true }
            return false
        case .keys(let keys): return keys.isSearching
        case .text, .sending, .result, .message, .sort, .copy: return false
        }
    }
}

/// Sentences to be read and scrolled.
package struct TextPopup: Sendable, Equatable {
    package var title: String
    package var right = ""
    package var lines: [StyledText]
    package var scroll = 0
    package var search = TextSearch()
    package var width = 84
    /// What `y` copies.
    package var copy = ""
    /// What it describes, so that it tells of the newest picture instead of its lines.
    package var about: Described?

    /// Sentences under a title.
    package init(title: String, right: String = "", lines: [StyledText], width: Int = 84, copy: String = "") {
        self.title = title
        self.right = right
        self.lines = lines
        self.width = width
        self.copy = copy
    }
}

/// The keys of a screen.
package struct KeysPopup: Sendable, Equatable {
    package var search = TextInput()
    package var isSearching = false
    package var cursor = 0

    /// All keys.
    package init() {}
}

/// A request before it is sent: what, what it would hurt, what undoes it, the command, the question.
package struct PlanPopup: Sendable, Equatable {
    /// How it is confirmed.
    package enum Question: Sendable, Equatable {
        /// Can be undone: yes or no.
        case asked(Confirmation)
        /// Cannot be undone: the words have to be typed.
        case typed(TypedConfirmation)
        /// It cannot be sent, and why.
        case refused(String)
    }

    package var title: String
    package var lines: [StyledText]
    /// The command line for the same.
    package var equivalent: EquivalentCommand
    /// `equivalent` as text that names the cluster.
    package var command: String
    package var question: Question
    package var change: Change
    package var scroll = 0
    package var width = 92
    /// Lines whose figures flow all the time, as messages and bytes do.
    package var flowing: Set<Int> = []
    /// What it was made for, to be made again when the cluster changes.
    package var request: PlanRequest?
    /// The same for all there are, by the key `a`.
    package var wider: PlanRequest?
    /// When it changed last under the eyes of who reads it.
    package var revision: PlanRevision?

    /// A plan. `equivalent` is given where a command says shorter what the change spells out.
    package init(
        title: String, lines: [StyledText], question: Question, change: Change, equivalent: EquivalentCommand? = nil,
        flowing: Set<Int> = [], width: Int = 92
    ) {
        self.title = title
        self.lines = lines
        self.equivalent = equivalent ?? change.equivalent
        command = self.equivalent.text()
        self.question = question
        self.change = change
        self.flowing = flowing
        self.width = width
    }

    /// Whether it destroys something.
    package var isDanger: Bool { if case .typed = question { true } else { false } }
}

/// A change on its way, by its id.
package struct SendingPopup: Sendable, Equatable {
    package var id: Int
    package var cursor = 0
}

/// What a change did, per object.
package struct ResultPopup: Sendable, Equatable {
    package var title: String
    package var change: Change
    package var items: [ChangeItem]
    package var milliseconds: Int64
    package var journal: Int?
    package var cursor = 0
    package var button = 0
}

/// One message in full.
package struct MessagePopup: Sendable, Equatable {
    /// How its value is shown.
    package enum Style: Int, Sendable, CaseIterable {
        case pretty, raw, hex
    }

    package var message: ReadMessage
    package var style = Style.pretty
    package var scroll = 0
    package var search = TextSearch()
}
