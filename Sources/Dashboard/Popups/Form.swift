import KafkaProtocol
import TerminalUI

/// A form over the body; it ends in a plan and never sends by itself.
package struct FormPopup: Sendable, Equatable {
    /// What it is for.
    package enum Kind: Sendable, Equatable {
        case createTopic
        case addPartitions(topic: String)
        case config([ConfigResource])
        case produce(topic: String)
        case purge([TopicPartition])
        case prove
    }

    package var kind: Kind
    package var title: String
    package var right = ""
    package var form: Form
    /// Muted lines under the fields.
    package var notes: [StyledText] = []
    package var width = 84
    /// The question whose answer is waited for before the plan.
    package var asked: OffsetsQuery?

    /// A form with its fields.
    package init(
        kind: Kind, title: String, fields: [FormField], notes: [StyledText] = [], labelWidth: Int = 15,
        buttons: [String] = ["Preview", "Cancel"]
    ) {
        self.kind = kind
        self.title = title
        form = Form(fields: fields, buttons: buttons, labelWidth: labelWidth)
        self.notes = notes
    }

    /// The text typed or chosen in a field.
    package func string(_ id: String) -> String { form[id]?.string ?? "" }
}
