import ClusterInsight
import KafkaProtocol

/// A value the wizard asks for on one line.
package enum WizardPrompt: Sendable, Equatable {
    /// All partitions on this broker.
    case chooseBroker
    /// A topic to add to the choice or take out of it.
    case topic
    /// A plan file to load.
    case file
    /// Move off these brokers.
    case offBrokers
    /// Onto these brokers.
    case ontoBrokers
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

    /// How the partitions were chosen.
    package enum Choice: Sendable, Equatable {
        /// Rows the wizard was opened on, in words: `the 2 marked topics`.
        case given(String)
        case all
        case broker(BrokerID)
        case problems
        /// A plan file of this name.
        case file(String)
    }

    package var step = Step.choose
    /// Partitions to be moved.
    package var chosen: [TopicPartition]
    /// How the choice came about.
    package var choice: Choice
    /// Rows the wizard was opened on, to come back to: partitions and words.
    package let given: [TopicPartition]
    package let givenText: String
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
        choice = .given(text)
        given = chosen
        givenText = text
    }

    /// The wizard about a plan that was seen: its lists are given, whatever else would be worked out by now.
    func settled(on plan: MovePlan) -> Wizard {
        var wizard = self
        wizard.strategy = .byHand(plan.assignment)
        wizard.byHand = [:]
        return wizard
    }

    /// Throttles that `+` and `−` step through, bytes per second.
    package static let rates: [Int64] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000].map { $0 << 20 }
}

/// A move that was sent from here, to be told apart from those of other clients.
package struct SentMove: Sendable, Equatable {
    /// The replicas of a partition, the one that is to lead first.
    package struct Lists: Sendable, Equatable {
        package var before: [BrokerID]
        package var after: [BrokerID]

        /// From one list to another.
        package init(before: [BrokerID], after: [BrokerID]) {
            self.before = before
            self.after = after
        }
    }

    package var at: Timestamp
    /// In words: `spread evenly, 2 topics`.
    package var text: String
    /// What it makes of each partition.
    package var partitions: [TopicPartition: Lists] = [:]

    /// A move that is sent now.
    package init(at: Timestamp, text: String, partitions: [TopicPartition: Lists] = [:]) {
        self.at = at
        self.text = text
        self.partitions = partitions
    }
}

extension SentMove {
    /// Whether all partitions have what they were to get.
    func isInPlace(_ snapshot: ClusterSnapshot) -> Bool {
        !partitions.isEmpty
            && partitions.allSatisfy { id, lists in
                snapshot.partition(id).map { !$0.isMoving && $0.replicas == lists.after } ?? false
            }
    }
}

extension MovesFigures {
    /// A move that begins so long after one was sent is another one, milliseconds.
    private static let sentBefore: Int64 = 30_000

    /// Whether these are the moves that were sent.
    func began(with sent: SentMove) -> Bool { startedAt.map { abs(sent.at - $0) < Self.sentBefore } ?? false }

    /// With those partitions of a move sent from here that were in place before anybody looked: empty ones are copied at
    /// once, and are done as much as the others will be.
    func including(_ sent: SentMove?, _ snapshot: ClusterSnapshot) -> MovesFigures {
        guard let sent, let startedAt, began(with: sent) else { return self }
        let known = Set(moves.map(\.partition))
        var all = self
        for (id, lists) in sent.partitions where !known.contains(id) {
            guard let partition = snapshot.partition(id), !partition.isMoving,
                Set(partition.replicas) == Set(lists.after), Set(lists.before) != Set(lists.after)
            else { continue }
            let adding = lists.after.filter { !lists.before.contains($0) }
            let bytes = (partition.leaderBytes ?? 0) * Int64(adding.count)
            all.moves.append(
                MoveFigures(
                    partition: id, removing: lists.before.filter { !lists.after.contains($0) }, adding: adding,
                    copied: bytes, total: bytes, atStart: bytes, state: .done(startedAt)))
        }
        all.moves.sort { $0.partition < $1.partition }
        return all
    }
}
