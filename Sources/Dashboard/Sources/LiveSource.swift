import ClusterInsight
import KafkaClient
import KafkaProtocol
import LocalCluster

/// Watches a cluster and publishes immutable pictures of it. Each kind of figures has its own call, interval and back-off;
/// one that fails keeps its last values and marks only itself.
package actor LiveSource {
    let client: KafkaClient
    let managed: ManagedCluster?
    let send: @Sendable (Message) -> Void
    private var engine = InsightEngine()
    private var clocks: [SourceSnapshot.Name: SourceClock] = Dictionary(
        uniqueKeysWithValues: SourceSnapshot.Name.allCases.map { ($0, SourceClock($0)) })
    var memory = BrokerMemory()
    var snapshot: ClusterSnapshot
    /// The moves that the controller told of last.
    var lastMoves: [TopicPartition: OngoingReassignment] = [:]
    /// The brokers that the cluster told of last.
    var lastBrokers: [BrokerNode] = []
    /// The throttles that were found last.
    var lastThrottles = Throttles()
    /// Where the configurations of very many topics are read on.
    var nextConfigTopic = 0
    /// What partitions that are placed alike share.
    var placements = Placements()
    /// Where each topic stands in the snapshot.
    var topicPositions: [String: Int] = [:]
    /// Where each group stands in the snapshot.
    var groupPositions: [String: Int] = [:]
    /// The groups as the brokers list them.
    var listedGroups: [String: GroupListing] = [:]
    /// When they are listed again.
    var groupList = SurveyClock()
    /// When first offsets were asked for last.
    var startsAskedAt: Timestamp = 0
    /// What was wrong with a partition in the last answer about offsets.
    var lastOffsetsFailure: ClientError?
    /// When it was last looked whether topics that somebody looks at are written in transactions.
    var writersSoughtAt: [String: Timestamp] = [:]
    /// Topics that somebody looks at of which brokers do not tell their producers.
    var untoldWriters: Set<String> = []
    private var attention = Attention()
    /// Who reads what, as of the last report.
    private var readers = TopicReaders()
    /// What follows from topics and their leaders, until those change.
    private var led: Led?
    /// Whether replicas have to be held against the brokers that take part anew, and which those were.
    private var marked: Set<BrokerID>?
    private var hasSaidOff = false
    /// Whether replicas that somebody looks at are on their way back into the ISR.
    private var isCatchingUp = false
    private var interval: Int64 = 1_000
    private var hasAnswered = false
    /// What is read of the quorum more rarely than who leads it.
    var quorumMore = QuorumMore()
    /// Whether throttles of an earlier move have been looked for.
    var hasLookedForThrottles = false
    private var failedSince: Timestamp?
    /// Whether any broker has answered where it says it is.
    private var hasReachedBroker = false
    /// Brokers that metadata tells of and that cannot be reached where they say they are; told while no other could.
    private var unreached: (since: Timestamp, brokers: [BrokerID: ClientError])?
    private var tries = 0
    private var isStopped = false
    private var isPublishing = false
    private let bootstrap: [String]
    private let eventsFile: EventsFile?
    private let eventsKeptAs: EventsFile.Cluster?
    private var eventsKept = 0
    private let courses: KeptCourses?
    private var coursesKeptAt: Timestamp = 0
    private var lastFigures: ClusterFigures?
    private var hasRestoredEvents = false

    /// A source for a cluster; nothing is asked before `run`.
    ///
    /// - Parameters:
    ///   - events: where the timeline is kept, and under which cluster's name.
    ///   - courses: where it is kept how figures went over hours.
    package init(
        client: KafkaClient, bootstrap: [String], managed: ManagedCluster?,
        events: (file: EventsFile, cluster: EventsFile.Cluster)? = nil, courses: KeptCourses? = nil,
        send: @escaping @Sendable (Message) -> Void
    ) {
        self.courses = courses
        eventsFile = events?.file
        eventsKeptAs = events?.cluster
        self.client = client
        self.bootstrap = bootstrap
        self.managed = managed
        self.send = send
        snapshot = ClusterSnapshot(at: WallClock.now())
    }

    /// Asks until `stop`. Runs beside the screen; an answer under way never delays another source.
    package func run() async {
        while !isStopped {
            startDue()
            // All that is asked every so often is asked at once, so that the screen is drawn once for it.
            try? await Task.sleep(for: .milliseconds(pause))
        }
    }

    /// Milliseconds until sources are looked at again. While there is no connection the next try is not to wait for others.
    private var pause: Int64 {
        if !hasAnswered || failedSince != nil { return 100 }
        return interval > 0 ? min(interval, 1_000) : 1_000
    }

    /// Takes what somebody looks at now; it is asked for at the next interval, and at once when somebody has come back.
    package func attend(_ new: Attention) {
        let hasComeBack = attention.isLeftAlone && !new.isLeftAlone
        attention = new.bounded
        if hasComeBack, interval > 0 { refresh() }
    }

    /// Topics somebody looks at, and those that groups somebody looks at read.
    var attendedTopics: Set<String> {
        var names = attention.topics
        for group in attention.groups { names.formUnion(readers.topics(of: group)) }
        return names.filter { topicPositions[$0] != nil }
    }

    /// Groups somebody looks at, and those that read topics somebody looks at.
    var attendedGroups: Set<String> {
        var names = attention.groups
        for topic in attention.topics { names.formUnion(readers.groups(of: topic)) }
        return Attention(groups: names.filter { listedGroups[$0] != nil }).bounded.groups
    }

    /// Asks nothing more.
    package func stop() {
        isStopped = true
        keepCourses(now: .max)
    }

    /// Keeps how figures went, every ten minutes and at the end.
    private func keepCourses(now: Timestamp) {
        guard let courses, let figures = lastFigures, let id = snapshot.clusterID,
            now - coursesKeptAt >= SourceTimes.courses
        else { return }
        coursesKeptAt = now
        courses.write(figures.long, of: id)
    }

    /// Asks everything as soon as may be.
    package func refresh() {
        hurry()
        if interval == 0 { once() } else { startDue() }
    }

    private func hurry() {
        for name in SourceSnapshot.Name.allCases { clocks[name]?.hurry() }
    }

    /// Asks so often; zero is only by `refresh`.
    package func setInterval(milliseconds: Int64) {
        interval = milliseconds
        startDue()
    }

    /// Notes what somebody here does to a broker, so that its row can say why it is gone.
    package func note(_ cause: String, about id: BrokerID) { memory.note(cause, about: id) }

    /// Adds an event to the timeline, such as a change made here, of these configurations.
    package func note(_ event: ClusterEvent, of configs: [WatchedConfig] = []) {
        engine.note(event, of: configs)
        publish()
    }

    private func once() {
        interval = 1_000
        startDue()
        interval = 0
    }

    /// How often each source is asked as things stand.
    private var pace: SourcePace {
        var pace = SourcePace(interval: interval)
        pace.isInTrouble = isInTrouble
        pace.isMoving = !lastMoves.isEmpty || isCatchingUp
        pace.isLeftAlone = attention.isLeftAlone
        pace.topics = snapshot.topics.count
        return pace
    }

    /// Whether a broker is away or partitions move, so that what was read a moment ago is soon wrong.
    private var isInTrouble: Bool { !lastMoves.isEmpty || snapshot.brokers.contains(where: \.isAway) }

    /// How surveys are worth making as things stand.
    var mood: SurveyClock.Mood {
        isInTrouble ? .inTrouble : attention.isLeftAlone ? .leftAlone : .usual
    }

    /// Some of those who are asked have told something, which is shown though others are waited for.
    func noteAnswerInPart(_ name: SourceSnapshot.Name) {
        clocks[name]?.answeredInPart(now: WallClock.now())
        publishSoon()
    }

    // MARK: Surveys

    /// Whether all is to be asked for now, not only what somebody looks at.
    func beginSurvey(_ name: SourceSnapshot.Name) -> Bool {
        guard clocks[name]?.survey.isDue(now: WallClock.now(), mood) ?? true else { return false }
        clocks[name]?.survey.begin()
        return true
    }

    func endSurvey(_ name: SourceSnapshot.Name, items: Int) {
        clocks[name]?.survey.end(now: WallClock.now(), items: items, mood)
    }

    /// Where surveys are far apart, ends are read after what groups have committed: a lag is what lies between the two, and
    /// all that came between two looks would count as lag.
    func askEndsAfterCommits() {
        guard let groups = clocks[.groups]?.survey.pace, let ends = clocks[.offsets]?.survey.pace,
            groups >= SourceTimes.farApart, groups * 2 >= ends
        else { return }
        hurrySurvey(.offsets)
    }

    /// All is to be asked for with the next answer, which is asked for at once.
    func hurrySurvey(_ name: SourceSnapshot.Name) { clocks[name]?.hurry() }

    private func startDue() {
        guard interval > 0 else { return }
        let (now, pace) = (WallClock.now(), pace)
        for name in SourceSnapshot.Name.allCases {
            guard hasAnswered || name == .metadata else { continue }
            let every = pace.every(name)
            guard clocks[name]?.begin(now: now, interval: every) == true else { continue }
            Task { await self.ask(name, every: every) }
        }
    }

    private func ask(_ name: SourceSnapshot.Name, every: Int64) async {
        var failure: String?
        var addresses: [AddressFailure] = []
        var silent: [BrokerID] = []
        var isPartial = false
        do {
            switch name {
            case .metadata: try await askMetadata()
            case .offsets: try await askOffsets()
            case .logDirs: try await askLogDirs()
            case .groups: try await askGroups()
            case .quorum: try await askQuorum()
            case .configs: try await askConfigs()
            }
        } catch let noAnswer as NoAnswer {
            failure = noAnswer.text
            silent = noAnswer.brokers
            isPartial = noAnswer.isPartial
        } catch {
            let error = ClientError(error)
            failure = "\(error)"
            if !hasAnswered { addresses = await client.bootstrapFailures() }
        }
        clocks[name]?.end(
            now: WallClock.now(), interval: every, longest: managed == nil ? SourceClock.longest : SourceTimes.ownRetry,
            failure: failure, silent: silent, isPartial: isPartial)
        let isFirst = !hasAnswered
        if name == .metadata { connection(failure, addresses) } else { publishSoon() }
        // The first answer lets the others begin; what was hurried meanwhile is asked again.
        if interval == 0, isFirst, hasAnswered { once() } else { startDue() }
    }

    /// Where no broker is left that could be asked, nothing was answered: what is known only grows old.
    func nobodyIsLeft(for call: String) throws {
        let away = memory.snapshots.filter { !$0.isWorthAsking }.map(\.id)
        guard !away.isEmpty, away.count == memory.snapshots.count else { return }
        let failed = away.map { ($0, ClientError.unreachable("down")) }
        throw NoAnswer(of: call, Dictionary(failed) { first, _ in first }, asked: away.count)
    }

    /// Publishes once for all answers that come close together, so that the screen is not drawn for each.
    private func publishSoon() {
        guard !isPublishing else { return }
        isPublishing = true
        Task {
            try? await Task.sleep(for: SourceTimes.gather)
            isPublishing = false
            publish()
        }
    }

    /// What a failing or answering metadata call says about the connection.
    ///
    /// - Parameter addresses: why each address fails, where that is what the failure is about.
    private func connection(_ failure: String?, _ addresses: [AddressFailure]) {
        let now = WallClock.now()
        guard let failure else {
            failedSince = nil
            if hasAnswered {
                publishSoon()
            } else {
                hasAnswered = true
                publish()
            }
            return
        }
        let since = failedSince ?? now
        failedSince = since
        tries += 1
        if hasAnswered {
            publishSoon()
            if now - since > 3_000 { send(.connection(.lost(since: since))) }
        } else {
            let next = clocks[.metadata]?.shown.nextTryAt ?? now + 1_000
            let entries = bootstrap.map { address in
                let reason = addresses.first { $0.address.description == address }?.reason ?? failure
                return BootstrapTry(address: address, tries: tries, error: reason, nextTryAt: next)
            }
            send(.connection(.unreachable(entries, since: since)))
        }
    }

    /// Sends the picture as it is now.
    func publish() {
        guard hasAnswered else { return }
        let now = WallClock.now()
        if let page = unreachedPage { return send(page) }
        snapshot.at = now
        let before = (live: Set(snapshot.liveBrokers.map(\.id)), hasQuorum: snapshot.hasQuorum)
        snapshot.brokers = memory.snapshots
        markAbsent()
        // Who has come back is asked at once, whatever the pauses have grown to.
        if !before.live.isSuperset(of: snapshot.liveBrokers.map(\.id)) || snapshot.hasQuorum && !before.hasQuorum {
            hurry()
        }
        snapshot.sources = SourceSnapshot.Name.allCases.compactMap { clocks[$0]?.shown }
            .filter { $0.name != .quorum || snapshot.quorumRefusal == nil }
        restoreEvents()
        if lastFigures == nil, let courses, let id = snapshot.clusterID {
            engine.restore(courses.read(id), at: now)
            coursesKeptAt = now
        }
        let report = engine.observe(snapshot)
        lastFigures = report.figures
        keepCourses(now: now)
        let fresh = engine.events.total - eventsKept
        if fresh > 0 { keep(engine.events.newest(fresh).map(\.event).reversed()) }
        eventsKept = engine.events.total
        let lost = failedSince.map { now - $0 > 3_000 } ?? false
        readers = report.figures.readers
        isCatchingUp =
            report.health.underReplicated > 0
            && attendedTopics.contains { name in
                topicPositions[name].map { snapshot.topics[$0].partitions.contains(where: \.isCatchingUp) } ?? false
            }
        send(.report(report, engine.events))
        sayOff()
        if lost, let since = failedSince { send(.connection(.lost(since: since))) }
    }

    // MARK: Addresses that brokers advertise

    /// What came of asking every broker for something of its own. A broker that answers on a bootstrap address may advertise
    /// another one that leads nowhere from here (`advertised.listeners`): of such a cluster everything would look lost.
    ///
    /// - Parameter failed: those that failed, of all that were asked.
    func noteReach(_ failed: [BrokerID: ClientError], asked: Int) {
        guard managed == nil, !hasReachedBroker, asked > 0 else { return }
        let isNobody =
            failed.count == asked && failed.values.allSatisfy { if case .unreachable = $0 { true } else { false } }
        hasReachedBroker = !isNobody
        unreached = isNobody ? (unreached?.since ?? WallClock.now(), failed) : nil
        tries += 1
    }

    private var unreachedPage: Message? {
        guard let unreached else { return nil }
        let next = clocks[.logDirs]?.shown.nextTryAt ?? WallClock.now() + 1_000
        let brokers = memory.snapshots.compactMap { broker -> BootstrapTry? in
            guard let error = unreached.brokers[broker.id] else { return nil }
            let address = BrokerAddress(host: broker.host, port: broker.port)
            return BootstrapTry(
                address: "\(address)", of: broker.id, tries: tries, error: error.reason(at: address), nextTryAt: next)
        }
        return .connection(.unreachable(brokers, since: unreached.since))
    }

    /// Once, when the cluster is known: what a dashboard saw of it within the last hour.
    private func restoreEvents() {
        guard !hasRestoredEvents, var cluster = eventsKeptAs else { return }
        hasRestoredEvents = true
        cluster.id = snapshot.clusterID
        let since = snapshot.at - SourceTimes.restored
        let kept = eventsFile?.kept(of: cluster, since: since, within: DashboardLimits.restoredEventBytes)
        if let kept { engine.restore(kept, in: snapshot) }
        eventsKept = engine.events.total
    }

    private func keep(_ events: [ClusterEvent]) {
        guard var cluster = eventsKeptAs else { return }
        cluster.id = snapshot.clusterID
        eventsFile?.append(events, of: engine.events, cluster: cluster)
    }

    private func markAbsent() {
        let live = Set(snapshot.liveBrokers.map(\.id))
        guard marked != live else { return }
        snapshot.markAbsent()
        marked = live
    }

    /// While nothing is asked by itself, what becomes of a broker that goes is not seen, which has to be said.
    private func sayOff() {
        let away = snapshot.brokers.filter(\.isAway).map { "\($0.id)" }
        guard interval == 0, !away.isEmpty else { return hasSaidOff = false }
        guard !hasSaidOff else { return }
        hasSaidOff = true
        send(.flash("refresh is off: what becomes of broker \(away.joined(separator: ", ")) is seen with r", .warn))
    }

    // MARK: What follows from topics

    /// Who leads what, and who has a replica of anything.
    private struct Led {
        var counts: [BrokerID: Int] = [:]
        var first: [BrokerID: TopicPartition] = [:]
        var assigned: Set<BrokerID> = []
    }

    /// Partitions, leaders or replicas are not as they were.
    func noteTopicsChanged() {
        led = nil
        marked = nil
    }

    private var whoLeads: Led {
        if let led { return led }
        var new = Led()
        for topic in snapshot.topics {
            for partition in topic.partitions {
                new.assigned.formUnion(partition.replicas)
                guard let leader = partition.leader else { continue }
                new.counts[leader, default: 0] += 1
                if new.first[leader] == nil { new.first[leader] = TopicPartition(topic.name, partition.id) }
            }
        }
        led = new
        return new
    }

    /// How many partitions each broker leads.
    var leaderCounts: [BrokerID: Int] { whoLeads.counts }

    /// The brokers that have a replica of anything, or should.
    var assignedBrokers: Set<BrokerID> { whoLeads.assigned }

    /// The first partition that each broker leads.
    var firstLed: [BrokerID: TopicPartition] { whoLeads.first }
}
