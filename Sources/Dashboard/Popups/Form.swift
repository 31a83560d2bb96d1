import ClusterInsight
import KafkaProtocol
import TerminalUI

/// A form over the body; it ends in a plan and never sends by itself.
package struct FormPopup: Sendable, Equatable {
    /// What it is for.
    package enum Kind: Sendable, Equatable {
        case createTopic(like: TopicModel?)
        case addPartitions([String])
        case config([ConfigResource])
        case produce(topic: String)
        case replay([ReadMessage])
        case purge([TopicPartition])
        case moveReplicas([TopicPartition], on: BrokerID)
        case prove
    }

    /// The topic that a new one is to be like.
    package struct TopicModel: Sendable, Equatable {
        package var name: String
        /// Its configurations, once they are read.
        package var entries: [ConfigEntry]?
        /// Why they could not be read.
        package var failure: String?

        /// What was set for it, by name; what a move has set for a while is left out.
        var overrides: [String: String] {
            (entries ?? []).filter {
                $0.source == .dynamicTopic && !$0.name.hasSuffix(".replication.throttled.replicas")
            }
            .reduce(into: [:]) { $0[$1.name] = $1.value }
        }
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

    /// The topic that the one to be made is to be like.
    var topicModel: TopicModel? { if case .createTopic(let like) = kind { like } else { nil } }

    /// Whether a topic is to be made.
    var isNewTopic: Bool { if case .createTopic = kind { true } else { false } }

    /// The text typed or chosen in a field.
    package func string(_ id: String) -> String { form[id]?.string ?? "" }
}
