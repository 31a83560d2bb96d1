import KafkaProtocol
import TerminalUI

/// The plan of an offset reset: where to, every partition before → after, the name to type.
package struct ResetPopup: Sendable, Equatable {
    /// What keys act on, in Tab order.
    package enum Focus: Int, Sendable, CaseIterable {
        case to, rows, name
    }

    package var group: String
    package var mode = ResetMode.beginning
    /// What was given for the mode.
    package var value = ""
    /// Offsets that had to be asked for: by time, or from a file.
    package var found: [TopicPartition: Offset] = [:]
    /// The question whose answer is waited for.
    package var asked: OffsetsQuery?
    package var focus = Focus.to
    /// The row under the cursor.
    package var cursor = 0
    /// Topics that the group has not read so far (KIP-122 resets those too).
    package var added: Set<String> = []
    /// Partitions left out.
    package var leftOut: Set<TopicPartition> = []
    package var typed: TypedConfirmation

    /// A reset of a group, nothing chosen yet.
    package init(group: String) {
        self.group = group
        typed = TypedConfirmation("Type the group name to reset:", expected: group)
    }
}
