import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Something the screen has to react to.
package enum Message: Sendable {
    case key(Key)
    /// Time passed; sent a few times a second while anything on the screen ages.
    case tick(Timestamp)
    /// A new picture of the cluster.
    case report(ClusterReport, EventLog)
    /// The same, with what it changes on the screen.
    case foreseen(ClusterReport, EventLog, Foreseen)
    /// How the connection to the cluster is doing.
    case connection(Connection)
    case configs(ConfigResource, Result<[ConfigEntry], Failure>)
    case transactions(Result<TransactionsSnapshot, Failure>)
    case producers(topic: String, Result<ProducersSnapshot, Failure>)
    /// How far an analysis has come.
    case analysis(AnalysisUpdate)
    case logDirs(BrokerID, Result<LogDirsPicture, Failure>)
    /// The last messages of partitions, nil of those without any.
    case lastMessages([TopicPartition: Result<LastMessages.Place?, Failure>])
    /// What a group committed in a partition, and what it reads next there.
    case nextMessage(group: String, TopicPartition, Result<NextMessage.Told, Failure>)
    case brokerLog(BrokerID, [String])
    case messages(ReadUpdate)
    case resolved(ReadSpan, String)
    case validated(topic: String, problem: String?)
    case validatedConfigs([ConfigChange], problem: String?)
    case validatedPartitions([String: Int32], problem: String?)
    /// A change is on its way; told again when more is known of what it does.
    case sending(Sending)
    /// Answers to a change on its way, by its id.
    case answered(Int, [ChangeItem])
    /// Nothing more comes of it; its result follows.
    case sent(Int)
    /// A change ended; one item per object.
    case changed(Change, [ChangeItem], took: Int64, journal: Int?)
    case journal([JournalEntry])
    /// What was run in prompts by earlier runs, by label.
    case histories([String: [String]])
    /// How topics' keys and values were read by earlier runs.
    case formats([String: PayloadFormats])
    /// The editor ended.
    case edited(Result<String, Failure>)
    /// `klamm prove` gave the terminal back, with its exit status.
    case proved(Int32)
    /// Offsets that were asked for, or why not.
    case offsetsFound(OffsetsQuery, Result<[TopicPartition: Offset], Failure>)
    /// A plan file was read, or why not.
    case planLoaded(String, Result<[TopicPartition: [BrokerID]], Failure>)
    /// What became of a question to a cluster of the table.
    case clusterAnswered(String, ClusterOutcome)
    /// The command of an alert failed, and how.
    case hookFailed(alert: String, String)
    case flash(String, Flash.Weight)
    case saved(path: String, problem: String?)
}

/// Why something could not be read, in words.
package struct Failure: Error, Sendable, Equatable {
    package var text: String

    /// A failure in words.
    package init(_ text: String) {
        self.text = text
    }
}

/// What a change did to one object.
package struct ChangeItem: Sendable, Equatable {
    /// What: `payments/0`.
    package var name: String
    /// What it was and became, when that can be told.
    package var detail: String
    /// Kafka's error name and a sentence; nil when it went well.
    package var failure: String?
    /// Whether nobody answered: with a failure it may have been done all the same, without one it was found done.
    package var isUnanswered: Bool

    /// The outcome for one object.
    package init(_ name: String, detail: String = "", failure: String? = nil, isUnanswered: Bool = false) {
        self.name = name
        self.detail = detail
        self.failure = failure
        self.isUnanswered = isUnanswered
    }

    /// The same after the cluster was looked at: done, not done, or nil when that could not be told. What is not done yet
    /// may still be, as a request can wait in a broker.
    package func found(_ isDone: Bool?) -> ChangeItem {
        guard isUnanswered, let failure, let isDone else { return self }
        return isDone
            ? ChangeItem(name, detail: detail, isUnanswered: true)
            : ChangeItem(name, detail: detail, failure: "\(failure); not done when looked at", isUnanswered: true)
    }

    /// What became of it, in a word.
    package var word: String {
        failure == nil ? isUnanswered ? "done" : "ok" : isUnanswered ? "unknown" : "FAILED"
    }

    /// The word, and why.
    package var verdict: String {
        guard let failure else { return isUnanswered ? "\(word) (nobody answered; found so)" : word }
        return "\(word)   \(failure)"
    }
}

extension [ChangeItem] {
    /// How many went how: `5 ok, 1 failed`.
    var counts: String {
        let failed = count { $0.failure != nil }
        let unknown = count { $0.failure != nil && $0.isUnanswered }
        let all = [(count - failed, "ok"), (failed - unknown, "failed"), (unknown, "unknown")]
        return all.filter { $0.0 > 0 || $0.1 == "ok" }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}

/// One change made here, as the journal keeps it.
package struct JournalEntry: Sendable, Equatable {
    package var number: Int
    package var at: Timestamp
    package var cluster: String
    /// In words.
    package var change: String
    /// In words.
    package var result: String
    package var failed: Bool
    /// `yes: …`, `no: …` or `done: …`.
    package var undo: String
    /// The equivalent command.
    package var command: String
    package var items: [ChangeItem]
    /// What undoing would send.
    package var undoChange: Change?
    /// Kafka's id of the cluster it was made on.
    package var clusterID: String?
    /// Whether the command line made it, not a screen.
    package var isCommand: Bool

    /// Tells it from all others, of which two may have the same number in files of earlier versions.
    package var id: String { "\(at) \(number)" }

    /// A change and its result.
    package init(
        number: Int, at: Timestamp, cluster: String, change: String, result: String, failed: Bool = false,
        undo: String = "no", command: String = "", items: [ChangeItem] = [], undoChange: Change? = nil,
        clusterID: String? = nil, isCommand: Bool = false
    ) {
        self.clusterID = clusterID
        self.isCommand = isCommand
        self.number = number
        self.at = at
        self.cluster = cluster
        self.change = change
        self.result = result
        self.failed = failed
        self.undo = undo
        self.command = command
        self.items = items
        self.undoChange = undoChange
    }
}

/// How the connection to the cluster is doing.
package enum Connection: Sendable, Equatable {
    /// The bundled cluster is being started.
    case starting(StartProgress)
    /// Nobody has answered yet, or only where brokers tell of themselves, and not where they say they are.
    case unreachable([BootstrapTry], since: Timestamp)
    /// At least one broker answers.
    case live
    /// It was live; nobody answers since then.
    case lost(since: Timestamp)
}

/// How far the bundled cluster has come up.
package struct StartProgress: Sendable, Equatable {
    /// One broker on its way.
    package struct Broker: Sendable, Equatable {
        package var id: BrokerID
        package var address: String
        package var pid: Int32?
        package var state: String
        package var step: String
        /// Since its process began, until it was ready.
        package var milliseconds: Int64
        package var failed: Bool
        /// How long it has been in this step.
        package var inStep: Int64
        /// What it wrote last into its log.
        package var lastLine: String

        /// A broker on its way.
        package init(
            id: BrokerID, address: String, pid: Int32? = nil, state: String, step: String, milliseconds: Int64,
            failed: Bool = false, inStep: Int64 = 0, lastLine: String = ""
        ) {
            self.inStep = inStep
            self.lastLine = lastLine
            self.id = id
            self.address = address
            self.pid = pid
            self.state = state
            self.step = step
            self.milliseconds = milliseconds
            self.failed = failed
        }
    }

    package var since: Timestamp
    package var brokers: [Broker]
    package var quorum: String
    package var done: [String]
    package var now: String
    package var next: String

    /// A start that has just begun.
    package init(
        since: Timestamp, brokers: [Broker] = [], quorum: String = "", done: [String] = [], now: String = "",
        next: String = ""
    ) {
        self.since = since
        self.brokers = brokers
        self.quorum = quorum
        self.done = done
        self.now = now
        self.next = next
    }
}

/// What became of one bootstrap address, or of one that a broker advertises.
package struct BootstrapTry: Sendable, Equatable {
    package var address: String
    /// Who advertises it; nil for one that was given.
    package var broker: BrokerID?
    package var tries: Int
    package var error: String
    package var nextTryAt: Timestamp

    /// An address that was tried.
    package init(address: String, of broker: BrokerID? = nil, tries: Int, error: String, nextTryAt: Timestamp) {
        self.address = address
        self.broker = broker
        self.tries = tries
        self.error = error
        self.nextTryAt = nextTryAt
    }
}
