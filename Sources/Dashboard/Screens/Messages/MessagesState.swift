import KafkaProtocol

/// The messages screen: what is read, what was kept, whether it follows.
package struct MessagesState: Sendable {
    /// What is being read; nil before a topic was chosen.
    package var request: ReadRequest?
    /// Whether reading goes on.
    package var isReading = false
    /// Whether the newest message keeps the cursor.
    package var isFollowing = true
    /// Messages kept, oldest first, bounded by number and bytes.
    package private(set) var kept: [ReadMessage] = []
    /// The newest ones drawn while following, at most `DashboardLimits.rowsPerSecond` a second.
    package private(set) var drawn: [ReadMessage] = []
    /// Messages that came while not following.
    package var missed = 0
    /// Messages that left because the bounds were reached.
    package private(set) var dropped: Int64 = 0
    /// Bytes of the messages kept.
    package private(set) var keptBytes = 0
    /// Counters of the last update, without its messages.
    package private(set) var last: ReadUpdate?
    /// Whether not all that came in the last second was drawn.
    package private(set) var thins = false
    /// Formats chosen by topic, bounded by `DashboardLimits.formats`.
    package private(set) var formats: [String: PayloadFormats] = [:]
    private var readings = 0
    private var budget = Double(DashboardLimits.rowsPerSecond)
    private var budgetAt: Timestamp = 0
    private var thinnedAt: Timestamp = 0

    /// Nothing is read yet.
    package init() {}

    /// What the list shows: a choice of the newest while following, everything kept otherwise.
    package var shown: [ReadMessage] { isFollowing && thins ? drawn : kept }

    /// Begins to read something else; answers the request with its number.
    package mutating func begin(_ request: ReadRequest) -> ReadRequest {
        var request = request
        readings += 1
        request.number = readings
        if request.continuing == nil {
            kept = []
            dropped = 0
            keptBytes = 0
            last = nil
        } else {
            last?.state = .reading
        }
        drawn = []
        thins = false
        missed = 0
        self.request = request
        isReading = true
        isFollowing = request.follow
        return request
    }

    /// Drops what was matched, to make room for the next ones.
    package mutating func forgetMatches() {
        dropped += Int64(kept.count)
        kept = []
        keptBytes = 0
    }

    /// Reads a topic's bytes otherwise from now on.
    package mutating func use(_ formats: PayloadFormats, for topic: String) {
        if self.formats.count >= DashboardLimits.formats, self.formats[topic] == nil { self.formats = [:] }
        self.formats[topic] = formats
    }

    /// How a topic's bytes are read.
    package func formats(of topic: String) -> PayloadFormats { formats[topic] ?? PayloadFormats() }

    /// Takes what came in.
    package mutating func take(_ update: ReadUpdate, now: Timestamp) {
        guard update.reading == request?.number else { return }
        let messages = update.messages.byTime()
        // What was there before comes from several brokers, each in its own time.
        let mixes = isFollowing && kept.count < DashboardLimits.mixedMessages && (last?.share ?? 0) < 1
        kept = mixes ? (kept + messages).byTime() : kept + messages
        keptBytes += messages.reduce(0) { $0 + $1.cost }
        if !isFollowing { missed += messages.count { update.isNew($0) } }
        bound()
        if isFollowing { draw(messages, now: now) }
        var counters = update
        counters.messages = []
        last = counters
        if update.state != .reading, request?.follow == false { isReading = false }
    }

    private mutating func bound() {
        var surplus = 0
        var freed = 0
        while kept.count - surplus > DashboardLimits.messages || keptBytes - freed > DashboardLimits.messageBytes,
            surplus < kept.count
        {
            freed += kept[surplus].cost
            surplus += 1
        }
        guard surplus > 0 else { return }
        kept.removeFirst(surplus)
        keptBytes -= freed
        dropped += Int64(surplus)
    }

    /// A person can follow some rows a second; of more than that an even choice is drawn.
    private mutating func draw(_ messages: [ReadMessage], now: Timestamp) {
        let most = Double(DashboardLimits.rowsPerSecond)
        budget = min(most, budget + Double(max(0, now - budgetAt)) * most / 1_000)
        budgetAt = now
        let room = Int(budget)
        if messages.count <= room {
            drawn += messages
        } else if room > 0 {
            drawn += (0..<room).map { messages[($0 + 1) * messages.count / room - 1] }
        }
        budget -= Double(min(room, messages.count))
        if messages.count > room {
            if !thins { drawn = Array(kept.suffix(DashboardLimits.drawnMessages)) }
            thins = true
            thinnedAt = now
        } else if thins, now - thinnedAt > 2_000 {
            thins = false
        }
        if drawn.count > DashboardLimits.drawnMessages {
            drawn.removeFirst(drawn.count - DashboardLimits.drawnMessages)
        }
    }
}
