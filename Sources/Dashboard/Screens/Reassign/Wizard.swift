import ClusterInsight
import KafkaProtocol

/// A value the wizard asks for on one line.
package enum WizardPrompt: Sendable, Equatable {
    /// All partitions on this broker.
    case chooseBroker
    /// A plan file to load.
    case file
    /// Move off this broker.
    case offBroker
    /// Onto this broker.
    case ontoBroker
    /// Replication factor to set.
    case replicationFactor
    /// The replica list of one partition.
    case replicas(TopicPartition)
}

/// The wizard of screen 7: choose, strategy, preview, throttle; the plan popup is the last step.
package struct Wizard: Sendable, Equatable {
    /// Its steps.
    package enum Step: Int, Sendable, CaseIterable {
        case choose, strategy, preview, throttle
    }

    package var step = Step.choose
    /// Partitions to be moved.
    package var chosen: [TopicPartition]
    /// How the choice came about, in words: `the 2 marked topics`.
    package var chosenText: String
    /// The option under the cursor in the present step.
    package var cursor = 0
    /// The strategy chosen.
    package var strategy = MoveStrategy.spreadEvenly
    /// Partitions left out by hand.
    package var leftOut: Set<TopicPartition> = []
    /// Replica lists given by hand.
    package var byHand: [TopicPartition: [BrokerID]] = [:]
    /// The throttle, bytes per second; nil is none.
    package var throttle: Int64? = 10 << 20

    /// A wizard about some partitions.
    package init(chosen: [TopicPartition], text: String) {
        self.chosen = chosen
        chosenText = text
    }
}
