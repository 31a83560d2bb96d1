/// Every bound of the dashboard's memory, files and recursion, with its reason.
package enum DashboardLimits {
    /// Resources whose configurations are kept.
    package static let configs = 50
    /// Lines of a broker's log that are kept.
    package static let logLines = 10_000
    /// Bytes of a broker's log that are read at a time: about ten thousand lines.
    static let logBytes = 1 << 20
    /// Bytes of a line of a log; what is longer is passed over.
    static let logLineBytes = 65_536
    /// Messages kept while reading.
    package static let messages = 10_000
    /// Bytes of messages kept while reading.
    package static let messageBytes = 32 << 20
    /// How long a reading that is to end waits for partitions that do not answer: leaders move within seconds.
    static let readingPatience = Duration.seconds(30)
    /// Bytes that messages of one broker's answer may unfold to while topics are read; what is beyond is asked for again.
    static let unpackedBytes = 16 << 20
    /// Bytes that a single batch may unfold to then: no more is kept of all messages together.
    static let unpackedBatchBytes = messageBytes
    /// Bytes of messages that a broker is asked for at a time while topics are read, and of each partition.
    static let scanBytes: Int32 = 4 << 20
    static let scanPartitionBytes: Int32 = 256 << 10
    /// Requests into which a change of many objects is split, so that each is answered for by itself where there are few.
    static let sendingLots = 20
    /// Messages that a filter could not be asked of, told one by one with the reason; of the others only the number is kept.
    static let listedSkips = 500
    /// Rows marked as changed by one picture: where more change at once nobody looks for single ones.
    package static let markedChanges = 10_000
    /// Texts of the last line that can be read again.
    package static let said = 200
    /// Rows drawn a second while following: more cannot be read.
    package static let rowsPerSecond = 200
    /// Messages kept for drawing while not all are drawn: more rows than any terminal has.
    package static let drawnMessages = 500
    /// Messages of several partitions that are put in the order of their times when a reading begins: many screens of them.
    package static let mixedMessages = 2_000
    /// Bytes of a value looked at for one line: no row shows more.
    static let lineBytes = 2_000
    /// Characters of a value that are wrapped under the list: more than a third of any screen.
    static let wrappedCharacters = 20_000
    /// Texts within texts in which fields to be hidden are looked for; what is deeper is hidden whole.
    static let maskedNesting = 8
    /// Bytes shown of a value in full, and formatted as JSON: a larger one is saved instead.
    static let shownBytes = 1 << 20
    /// Values within values that are read, which is done by recursion; what is nested deeper is shown raw.
    static let nesting = 100
    /// Parentheses and `!` within each other in a filter of messages.
    static let filterNesting = 50
    /// Fields of JSON values with columns of their own: more do not stand beside each other.
    package static let fields = 6
    /// Topics whose payload formats are remembered.
    package static let formats = 200
    /// Topics whose payload formats are kept on disk, of all clusters together.
    static let keptFormats = 2_000
    /// Clusters for which a theme chosen on the screen is kept on disk.
    static let keptThemes = 200
    /// Bytes read of small files of the person's own: formats and what was typed before.
    static let smallFileBytes = 1 << 20
    /// Clusters whose courses over hours are kept on disk, 1 MiB each.
    static let keptCourseFiles = 20
    /// Bytes read of such a file.
    static let courseBytes = 4 << 20
    /// Partitions that are asked for their last message at once, when a topic is described.
    static let lastMessages = 500
    /// Alerts that settings may ask for: each looks at every picture.
    static let alerts = 20
    /// How often one of them may be raised at most, milliseconds.
    static let alertPause: Int64 = 10_000
    /// Commands of alerts that run at the same time.
    static let hooks = 4
    /// Places remembered for going back.
    package static let history = 50
    /// Topics, and groups, asked for at every interval: more than any terminal has rows.
    package static let attended = 200
    /// How long no key is pressed until a screen counts as left alone, milliseconds: longer than anybody looks at one
    /// picture waiting for it to change.
    package static let leftAlone: Int64 = 300_000
    /// Groups described at once, by name; those beyond are only listed.
    static let describedGroups = 10_000
    /// Topics whose configurations are read at once; the next ones are read in the next rounds.
    static let configTopics = 2_000
    /// Clusters of the table that are asked at once: each takes some connections.
    static let clustersAsked = 8
    /// Transactional ids described at once, those with an open transaction first: each is a call of its own.
    static let describedTransactions = 100
    /// Topics whose analyses are kept in memory: of a topic with many partitions each takes about two MiB.
    package static let analyses = 10
    /// Analyses that were stopped and can go on, each of them up to ten MiB.
    package static let unfinishedAnalyses = 3
    /// Journal entries kept in memory.
    package static let journal = 1_000
    /// The newest bytes of the journal's files that are read back.
    static let journalBytes = 4 << 20
    /// Objects of a change that are kept on disk when it cannot be undone.
    static let journalItems = 100
    /// Objects of a change whose undo is kept on disk: a line of some hundred KiB.
    static let undoItems = 2_000
    /// When a file that grows has so many bytes, it takes the place of the one before, `PATH.1`, and a new one begins:
    /// together 20 MiB at most, and the last lines.
    static let fileBytes = 10 << 20
    /// Bytes of the events' file that are read at the start: about a thousand events, so that the first picture does not
    /// wait.
    static let restoredEventBytes = 256 << 10
    /// Bytes that are put on the clipboard: terminals drop what is much longer without a word.
    static let copiedBytes = 1 << 20
    /// Marked messages that are sent again at once: more are saved and sent by the command line.
    static let replayed = 1_000
    /// Bytes of messages that a command spells out; more are read from a file.
    static let spelledOutBytes = 16 << 10
    /// Headers a form takes.
    static let headers = 100
    /// Bytes of a value typed in a form; longer ones come from a program.
    static let typedValueBytes = 1 << 20
    /// Bytes of a file that a person names: a reassignment of a hundred thousand partitions needs eight million.
    static let inputBytes = 64 << 20
    /// Themes that inherit from each other; more steps than this are a circle.
    static let themeChain = 8
}
