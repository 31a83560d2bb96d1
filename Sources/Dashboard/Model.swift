import ClusterInsight
import KafkaClient
import KafkaProtocol
import TerminalUI

/// Everything the screen knows. Only `update` changes it, only `view` draws it; it holds no clock, file or socket.
package struct Model: Sendable {
    /// The terminal.
    package var size: Size
    /// The signs it can show.
    package var glyphs: GlyphSet
    /// The person's zone.
    package var zone: LocalZone
    /// The moment of the last tick.
    package var now: Timestamp
    /// When a key was pressed last, or the screen was opened.
    package var lastKeyAt: Timestamp
    /// Which cluster, and what may be done to it.
    package var cluster: ClusterInfo
    /// How the connection is doing.
    package var connection: Connection
    /// The newest picture of the cluster.
    package var latest: ClusterReport? { didSet { keptRows = KeptRows() } }
    /// The timeline.
    package var latestEvents = EventLog()
    /// What changed a moment ago.
    package var latestChanges = RecentChanges()
    /// What is shown instead while frozen.
    package var frozen: Frozen? { didSet { keptRows = KeptRows() } }
    /// Where the person is.
    package var place = Place.overview
    /// Places visited before.
    package var back: [Place] = []
    /// Places left by going back.
    package var forward: [Place] = []
    /// What was chosen in each list, by kind of place.
    package var lists: [String: ListState] = [:]
    /// The pane of Overview with the focus.
    package var pane = OverviewPane.brokers
    /// What lies over the body.
    package var popup: Popup?
    /// The prompt on the last line.
    package var prompt: OpenPrompt?
    /// Texts run in prompts before, by label.
    package var histories: [String: History] = [:]
    /// What the last line says.
    package var flash: Flash?
    /// What it said before, oldest first, bounded by `DashboardLimits.said`.
    package var said: [Flash] = []
    /// How often the cluster is asked, milliseconds; 0 is never.
    package var interval: Int64
    /// Keys that a person has chosen.
    package var keys: KeyMap
    /// Clusters that can be shown.
    package var clusters: [ClusterInfo]
    /// What they told when they were asked, by name.
    package var clustersAsked: [String: ClusterAsked] = [:]
    /// Names of the themes found.
    package var themes: [String] = []
    /// Whether internal topics and console groups are shown.
    package var showsInternal = false
    /// Configurations read so far, bounded by `DashboardLimits.configs`.
    package var configs: [ConfigResource: Reading<[ConfigEntry]>] = [:]
    /// When the configurations shown were asked for last.
    package var configsAskedAt: Timestamp = 0
    /// Whether configurations show their raw values.
    package var rawConfigs = false
    /// Whether a broker's loggers are shown instead of its configurations.
    package var showsLoggers = false
    /// Whether a broker's configurations show only those in which brokers differ.
    package var comparesBrokers = false
    /// Transactional ids, read while somebody looks at them.
    package var transactions: Reading<TransactionsSnapshot>?
    /// The producers of the topic that was looked at last.
    package var producers: Reading<ProducersSnapshot>?
    /// Why the newest of these could not be read.
    package var writersFailure: String?
    /// When they were asked for last.
    package var writersAskedAt: Timestamp = 0
    /// What topics hold, as far as somebody had them read.
    package var analyses = Analyses()
    /// The log dirs of the broker that was looked at last.
    package var logDirs: LogDirsShown?
    /// Why the newest of them could not be read.
    package var logDirsFailure: String?
    /// When they were asked for last.
    package var logDirsAskedAt: Timestamp = 0
    /// The ends of bundled brokers' logs.
    package var logs: [BrokerID: [String]] = [:]
    /// Whether a group shows its members instead of its partitions.
    package var showsMembers = false
    /// The messages screen.
    package var messages = MessagesState()
    /// The wizard of screen 7.
    package var wizard: Wizard?
    /// The throttle chosen on screen 7, bytes per second.
    package var chosenThrottle: Int64?
    /// Changes on their way, oldest first.
    package var sending: [Sending] = []
    /// The last move sent from here.
    package var sentMove: SentMove?
    /// When the last move seen here ended.
    package var lastMoveEndedAt: Timestamp?
    /// Changes made here, newest first.
    package var journal: [JournalEntry] = []
    /// The journal's entry whose undo waits for the present configs, and of whom.
    package var pendingUndo: (entry: JournalEntry, unread: Set<ConfigResource>)?
    /// The journal's entry whose undo waits for the present log dirs of a broker.
    package var pendingDirsUndo: JournalEntry?
    /// How many minutes charts reach back; nil is as far as every ten seconds are known.
    package var spanMinutes: Int?
    /// The last messages of what is described.
    package var lastMessages = LastMessages()
    /// What a group reads next in the partition that is described.
    package var nextMessage = NextMessage()
    /// When those two were asked for last, see `Described.ask`.
    package var describedAskedAt: Timestamp = 0
    /// Incidents folded on screen 8.
    package var folded: Set<Int> = []
    /// Whether the bell rings when something goes wrong.
    package var rings = false
    /// What the person wants to hear of.
    package var alerts = AlertWatch()
    /// When it began to look.
    package let startedAt: Timestamp
    /// When it saw the cluster first, which may have had to be started; nil before.
    private(set) var firstPictureAt: Timestamp?
    /// Which rows the list has, as long as the picture stands.
    private(set) var keptRows = KeptRows()
    /// The row under the cursor, within one frame, which draws nothing but this model.
    var cursorRow: CursorRow?

    /// A model before the first picture.
    package init(
        size: Size, now: Timestamp, cluster: ClusterInfo, connection: Connection, glyphs: GlyphSet = .unicode,
        zone: LocalZone = .utc, settings: Settings = Settings()
    ) {
        self.size = size
        self.now = now
        lastKeyAt = now
        startedAt = now
        self.cluster = cluster
        self.connection = connection
        self.glyphs = glyphs
        self.zone = zone
        interval = settings.interval
        keys = settings.keys
        rings = settings.rings
        alerts = AlertWatch(settings.alerts)
        clusters = ClusterInfo.all(settings)
    }

    /// Takes over what belongs to the person, when another cluster is shown in the same window.
    package mutating func keep(of before: Model) {
        histories = before.histories
        said = before.said
        interval = before.interval
        showsInternal = before.showsInternal
        spanMinutes = before.spanMinutes
        clustersAsked = before.clustersAsked.mapValues(\.asleep)
    }

    /// Takes a new picture, with the rows of its list where they are worked out already.
    mutating func show(_ report: ClusterReport, rows: KeptRows?) {
        firstPictureAt = firstPictureAt ?? report.snapshot.at
        latest = report
        if let rows { keptRows = rows }
    }

    /// Whether nobody has touched the screen for so long that it is only left open.
    package var isLeftAlone: Bool { now - lastKeyAt >= DashboardLimits.leftAlone }

    /// What all keys do here.
    package var actions: [Action] { Actions.table(self) }

    /// What the body shows: the newest picture, or the one that was frozen.
    package var report: ClusterReport? { frozen?.report ?? latest }
    /// What is known of the cluster, empty before the first picture.
    package var snapshot: ClusterSnapshot { report?.snapshot ?? ClusterSnapshot(at: now) }
    /// Rates, lags and verdicts, empty before the first picture.
    package var figures: ClusterFigures { report?.figures ?? ClusterFigures() }
    /// The timeline shown.
    package var events: EventLog { frozen?.events ?? latestEvents }
    /// What changed a moment ago, nothing while frozen.
    package var recent: RecentChanges { frozen == nil ? latestChanges : RecentChanges() }
    /// The moment ages are counted to: frozen pictures do not age.
    package var shownNow: Timestamp { frozen?.at ?? now }

    /// What was chosen in the list of the present place.
    package var list: ListState {
        get { lists[listKey] ?? ListState() }
        set { lists[listKey] = newValue }
    }

    /// Each pane of Overview keeps its own cursor.
    private var listKey: String { place == .overview ? "overview.\(pane)" : place.kind }

    /// Shows only problems, or all again; on Overview in all panes.
    package mutating func toggleProblemsOnly() {
        list.problemsOnly.toggle()
        guard place == .overview else { return }
        for pane in OverviewPane.allCases {
            lists["overview.\(pane)", default: ListState()].problemsOnly = list.problemsOnly
        }
    }

    /// Whether something read at a moment is old; nil is old.
    ///
    /// - Parameter isOfAll: it adds up everything there is, and is read as rarely as that.
    package func isStale(_ at: Timestamp?, source: SourceSnapshot.Name, isOfAll: Bool = false) -> Bool {
        guard let at else { return true }
        var slow = source == .logDirs ? max(5_000, interval) : max(1_000, interval)
        if isOfAll, let survey = snapshot.sources.first(where: { $0.name == source })?.survey {
            slow = max(slow, Int64(survey / .milliseconds(1)))
        }
        return Staleness.isStale(at: at, now: shownNow, interval: .milliseconds(slow))
    }
}

/// A picture that stands while data go on underneath.
package struct Frozen: Sendable {
    package var report: ClusterReport?
    package var events: EventLog
    package var at: Timestamp
}

/// Which cluster is shown, and what may be done to it.
package struct ClusterInfo: Sendable, Equatable {
    /// Its name in the crumbs.
    package var name: String
    /// Whether Klamm started its processes.
    package var isBundled: Bool
    /// Why nothing may be changed; nil when changes are allowed.
    package var readOnlyReason: String?
    /// Its directory or addresses, for sentences.
    package var origin: String
    /// The options by which the command line means this cluster; none for the bundled one in its usual place.
    package var commandOptions: [String]
    /// The role its name takes in the crumbs, so that nobody mistakes one cluster for another.
    package var tag: Role?
    /// What is hidden of its messages.
    package var masking: Masking

    /// A cluster by name.
    package init(
        name: String, isBundled: Bool, readOnlyReason: String? = nil, origin: String = "",
        commandOptions: [String] = [], tag: Role? = nil, masking: Masking = Masking()
    ) {
        self.name = name
        self.isBundled = isBundled
        self.readOnlyReason = readOnlyReason
        self.origin = origin
        self.commandOptions = commandOptions
        self.tag = tag
        self.masking = masking
    }

    /// The clusters that settings know, the bundled one first.
    static func all(_ settings: Settings) -> [ClusterInfo] {
        let others = settings.clusters.map(\.name).filter { $0 != Settings.bundled }
        return ([Settings.bundled] + others).map { name in
            let known = settings.cluster(name)
            return ClusterInfo(
                name: name, isBundled: name == Settings.bundled, readOnlyReason: known?.readOnlyReason,
                origin: known?.client.bootstrap.map { $0.map(\.description).joined(separator: ",") } ?? "",
                tag: known?.tag)
        }
    }
}

/// The panes of Overview that take the focus, in Tab order.
package enum OverviewPane: Int, Sendable, CaseIterable {
    case brokers, health
    /// Only while something is at risk.
    case risk
    case groups, events
}

/// What the last line says.
package struct Flash: Sendable, Equatable {
    /// How much it matters, least first.
    package enum Weight: Int, Sendable, Comparable {
        case info, ok, warn, error

        /// More weight is greater.
        package static func < (a: Weight, b: Weight) -> Bool { a.rawValue < b.rawValue }
    }

    package var text: String
    package var weight: Weight
    package var at: Timestamp
    package var count = 1
    /// What it tells of, when that is something that can be over before its time is.
    package var about: ClusterEvent?

    /// When it goes by itself; errors stay until a key.
    package var endsAt: Timestamp? {
        switch weight {
        case .info, .ok: at + 4_000
        case .warn: at + 8_000
        case .error: nil
        }
    }
}

/// A prompt that is open, and what it is for.
package struct OpenPrompt: Sendable, Equatable {
    /// What runs when Enter is pressed.
    package enum Purpose: Sendable, Equatable {
        case command, filter, seek, messageFilter
        /// Search in the keys popup.
        case keys
        /// Search in the text of a popup.
        case text
        /// A file name for what the screen shows.
        case save
        /// A file name for the message in full, or its value.
        case saveMessage
        /// A file name for the result of a change.
        case saveResult
        /// A value for the choice of an offset reset.
        case reset
        /// A topic that a reset is to take in.
        case resetTopic
        /// A group whose offsets are to be set on these topics; it may be yet to be made.
        case resetGroup(topics: [String])
        /// A file name for the offsets of a reset.
        case saveReset
        /// A value for the wizard.
        case wizard(WizardPrompt)
        /// Partitions of the message screen.
        case partitions
        /// Fields of JSON values on the message screen.
        case fields
    }

    package var purpose: Purpose
    package var prompt: Prompt
    /// What stood there before, restored by Esc.
    package var before = ""
    /// Which suggestion is chosen.
    package var chosen = 0
    /// The place asked for last, while a seek is typed.
    package var asked: ReadSpan?
    /// What the text would lead to, shown after it.
    package var note = ""
    /// The theme that is shown while its command is looked at.
    package var theme: String?
}
