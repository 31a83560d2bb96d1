import ClusterInsight
import KafkaClient
import KafkaProtocol
import KafkaRecords
import LocalCluster

/// Carries out changes: through the admin calls of the client, and on the processes of a bundled cluster. Every change
/// has a result per object and goes into the journal.
package struct ChangeExecutor: Sendable {
    let client: KafkaClient
    let managed: ManagedCluster?
    let lifeline: Lifeline?
    let source: LiveSource
    let journal: Journal
    let clusterName: String
    let send: @Sendable (Message) -> Void

    /// An executor for one cluster.
    package init(
        client: KafkaClient, managed: ManagedCluster?, lifeline: Lifeline?, source: LiveSource, journal: Journal,
        clusterName: String, send: @escaping @Sendable (Message) -> Void
    ) {
        self.client = client
        self.managed = managed
        self.lifeline = lifeline
        self.source = source
        self.journal = journal
        self.clusterName = clusterName
        self.send = send
    }

    /// Carries a change out, notes it, and tells the screen.
    package func perform(_ change: Change, command: String) async {
        let began = ContinuousClock.now
        let at = WallClock.now()
        let begun = ChangeProgress(change, at: at, send)
        var undo = await undo(of: change)
        let details = await details(of: change, undo: undo)
        let progress = begun.detailed(change, at: at, details)
        let words = change.told(details.map { ChangeItem($0.key, detail: $0.value) })
        await source.note(
            ClusterEvent(at: at, kind: .change, text: "\(words), by this Klamm", short: words, line: "\(words), here"),
            of: change.watchedConfigs)
        let items = Self.detailed(await checked(await outcome(of: change, progress), change, progress), details)
        if case .addBroker = change, let id = items.first.flatMap(Self.broker) { undo = .removeBroker(id) }
        let elapsed = began.duration(to: .now).components
        let took = elapsed.seconds * 1_000 + elapsed.attoseconds / 1_000_000_000_000_000
        let failed = items.count { $0.failure != nil }
        let result = failed == 0 && items.count <= 1 ? "ok" : items.counts
        let number = await journal.add(
            JournalEntry(
                number: 0, at: at, cluster: clusterName, change: words, result: result, failed: failed > 0,
                undo: change.undoWords(failed < items.count ? undo : nil), command: command,
                items: items, undoChange: failed < items.count ? undo : nil,
                clusterID: await source.snapshot.clusterID))
        if failed > 0 {
            await source.note(
                ClusterEvent(
                    at: WallClock.now(), kind: .change,
                    text: "\(words): \(failed) of \(items.count) failed (journal \(number))",
                    short: "\(failed) of \(items.count) failed", weight: .bad))
        }
        send(.journal(await journal.newestFirst))
        progress.ended()
        send(.changed(change, items, took: took, journal: number))
        await source.refresh()
    }

    private func outcome(of change: Change, _ progress: ChangeProgress) async -> [ChangeItem] {
        switch change {
        case .killBroker, .stopBroker, .startBrokers, .pauseBroker, .resumeBroker, .addBroker, .removeBroker,
            .rollingRestart:
            await processChange(change, progress)
        default: await clusterChange(change, progress)
        }
    }

    // MARK: processes

    private func processChange(_ change: Change, _ progress: ChangeProgress) async -> [ChangeItem] {
        guard let managed else { return [ChangeItem("broker", failure: "Klamm did not start these brokers")] }
        switch change {
        case .killBroker(let id):
            await source.note("exited, signal 9, asked here", about: id)
            return [await item("broker \(id)") { try await managed.kill(id) }]
        case .stopBroker(let id):
            await source.note("stopped in order, asked here", about: id)
            return [await item("broker \(id)") { try await managed.stop(id) }]
        case .pauseBroker(let id):
            await source.note("SIGSTOP, asked here", about: id)
            return [await item("broker \(id)") { try await managed.pause(id) }]
        case .resumeBroker(let id): return [await item("broker \(id)") { try await managed.resume(id) }]
        case .startBrokers(let ids):
            do {
                let failures = try await managed.restart(ids, lifeline: lifeline) { id, failure in
                    progress.told([ChangeItem("broker \(id)", failure: failure?.reason)])
                }
                return ids.map { id in
                    ChangeItem("broker \(id)", failure: failures.first { $0.broker == id }?.reason)
                }
            } catch {
                return ids.map { failed("broker \($0)", error) }
            }
        case .addBroker:
            do {
                return [ChangeItem("broker \(try await managed.addBroker(lifeline: lifeline))")]
            } catch {
                return [failed("new broker", error)]
            }
        case .removeBroker(let id):
            await source.note("removed, asked here", about: id)
            return [await item("broker \(id)") { try await BrokerRemoval(managed, client, id).run() }]
        case .rollingRestart(let ids):
            for id in ids { await source.note("restarted in turn, asked here", about: id) }
            return await RollingRestart(managed, client, lifeline).run(ids, progress.told)
        default: return []
        }
    }

    /// The broker that an item is about.
    private static func broker(_ item: ChangeItem) -> BrokerID? {
        item.failure == nil && item.name.hasPrefix("broker ") ? BrokerID(item.name.dropFirst("broker ".count)) : nil
    }

    private func item(_ name: String, _ work: () async throws -> Void) async -> ChangeItem {
        do {
            try await work()
            return ChangeItem(name)
        } catch {
            return failed(name, error)
        }
    }

    /// What was not done, or not as far as anybody told.
    func failed(_ name: String, _ error: any Error) -> ChangeItem {
        let isUnanswered =
            switch error as? ClientError {
            case .timedOut, .disconnected: true
            default: false
            }
        return ChangeItem(name, failure: words(error), isUnanswered: isUnanswered)
    }

    /// Looks for what nobody answered about: it may have been done.
    private func checked(
        _ items: [ChangeItem], _ change: Change, _ progress: ChangeProgress
    ) async -> [ChangeItem] {
        guard items.contains(where: \.isUnanswered) else { return items }
        progress.told(items)
        send(.flash("\(change.summary): unknown, nobody answered; checking", .warn))
        let found = await ChangeCheck(client: client, change: change).findings()
        return items.map { $0.found(found[$0.name]) }
    }

    /// Kafka's error name and what the broker said.
    func words(_ error: any Error) -> String { "\(error)" }

    // MARK: the cluster

    private func clusterChange(_ change: Change, _ progress: ChangeProgress) async -> [ChangeItem] {
        switch change {
        case .createTopic(let topic): return await create([topic])
        case .createTopics(let topics): return await progress.inLots(topics, create)
        case .deleteTopics(let names):
            return await progress.inLots(names) { items(await client.deleteTopics($0)) { $0 } }
        case .addPartitions(let totals):
            return await progress.inLots(totals.keys.sorted()) { names in
                items(await client.createPartitions(totals.filter { names.contains($0.key) })) { $0 }
            }
        case .purge(let offsets):
            return await progress.inLots(offsets.keys.sorted()) { lot in
                let part = Dictionary(lot.map { ($0, offsets[$0] ?? 0) }, uniquingKeysWith: { a, _ in a })
                return items(await client.deleteRecords(part)) { "\($0.topic)/\($0.partition)" }
            }
        case .electLeaders(let partitions, let unclean):
            return await progress.inLots(partitions) { lot in
                await partitionItems(lot) { try await client.electLeaders(unclean ? .unclean : .preferred, lot) }
            }
        case .reassign(let plan, let throttle): return await startMoves(plan, throttle: throttle)
        case .cancelReassignment(let partitions): return await cancelMoves(partitions)
        case .moveReplicas(let targets, let broker): return await moveReplicas(targets, on: broker, progress)
        case .deleteGroups(let names):
            return await progress.inLots(names) { items(await client.deleteGroups($0)) { $0 } }
        case .restoreGroups(let groups):
            return await progress.inLots(groups.keys.sorted()) { names in
                var items: [ChangeItem] = []
                for name in names { items.append(await restore(name, groups[name] ?? [:])) }
                return items
            }
        case .deleteOffsets(let group, let partitions):
            return await partitionItems(partitions) { try await client.deleteOffsets(of: group, partitions) }
        case .removeMembers(let group, let ids):
            var items: [ChangeItem] = []
            for id in ids {
                let item = await item(id) { try await client.removeMembers([id], from: group) }
                progress.told([item])
                items.append(item)
            }
            return items
        case .fenceProducers(let ids):
            return await progress.inLots(ids) { items(await client.fenceProducers($0)) { $0 } }
        case .abortTransaction(let partition, let start):
            return [
                await item("\(partition.topic)/\(partition.partition)") {
                    try await client.abortTransaction(in: partition, startingAt: start)
                }
            ]
        case .resetOffsets(let group, let offsets):
            let isShare = await source.snapshot.group(group)?.isShare
            return await partitionItems(Array(offsets.keys)) {
                try await client.moveOffsets(of: group, isShare: isShare, to: offsets)
            }
        case .alterConfigs(let alterations):
            return await progress.inLots(alterations) { items(await client.alter($0), \.name) }
        case .addVoter(let id): return [await item("broker \(id)") { try await client.makeVoter(id) }]
        case .removeVoter(let id): return [await item("broker \(id)") { try await client.takeVote(of: id) }]
        case .setThrottle(let rate): return await throttleItems { try await client.throttleMoves(rate: rate) }
        case .removeThrottles: return await throttleItems { try await client.removeThrottles(of: nil) }
        case .produce(let record): return await produce(record, progress)
        case .replay(let replay): return await self.replay(replay, progress)
        case .createDemo: return await DemoTopics.create(client).map { ChangeItem($0.name, failure: $0.failure) }
        default: return []
        }
    }

    func items<Item: Hashable, Value>(
        _ outcomes: Outcomes<Item, Value>, _ name: (Item) -> String
    ) -> [ChangeItem] {
        outcomes.map { key, outcome in
            switch outcome {
            case .success: ChangeItem(name(key))
            case .failure(let error): failed(name(key), error)
            }
        }.sorted { $0.name < $1.name }
    }

    func partitionItems<Value>(
        _ partitions: [TopicPartition], _ call: () async throws -> Outcomes<TopicPartition, Value>
    ) async -> [ChangeItem] {
        do {
            return items(try await call()) { "\($0.topic)/\($0.partition)" }
        } catch {
            return partitions.sorted().map { failed("\($0.topic)/\($0.partition)", error) }
        }
    }

    /// A group is what its offsets are: one result for all of them.
    private func restore(_ group: String, _ offsets: [TopicPartition: Offset]) async -> ChangeItem {
        let items = await partitionItems(Array(offsets.keys)) {
            try await client.resetOffsets(of: group, to: offsets.mapValues { CommittedOffset($0) })
        }
        let failed = items.filter { $0.failure != nil }
        guard let first = failed.first else { return ChangeItem(group, detail: "\(offsets.count) offsets") }
        let which = failed.count == items.count ? "" : "\(failed.count) of \(items.count) offsets, \(first.name): "
        return ChangeItem(group, failure: which + (first.failure ?? ""), isUnanswered: first.isUnanswered)
    }

    /// Each topic is remembered by its id, so that nobody takes another of its name for it later.
    @Sendable private func create(_ topics: [NewTopic]) async -> [ChangeItem] {
        let outcomes = await client.createTopics(
            topics.map {
                .init($0.name, partitions: $0.partitions, replicationFactor: $0.replicationFactor, configs: $0.configs)
            })
        return items(outcomes) { $0 }.map { item in
            guard case .success(let id)? = outcomes[item.name] else { return item }
            return ChangeItem(item.name, detail: UndoPlan.identity(id))
        }
    }

    private func produce(_ record: NewRecord, _ progress: ChangeProgress) async -> [ChangeItem] {
        var configuration = ProducerConfiguration()
        configuration.acks = record.acks
        configuration.isIdempotent = record.acks == -1
        configuration.compression = CompressionType(name: record.compression) ?? .none
        // Brokers hold a write back until it is in sync; what the screen asks meanwhile must not wait behind it.
        let own = KafkaClient(client.configuration)
        let producer = Producer(own, configuration)
        var items: [ChangeItem] = []
        for _ in 0..<max(1, record.times) {
            do {
                let delivery = try await producer.send(ProducerRecord(record))
                items.append(
                    ChangeItem(
                        "\(delivery.partition.topic)/\(delivery.partition.partition)",
                        detail: "offset \(delivery.offset)"))
            } catch {
                items.append(failed(record.topic, error))
                break
            }
            progress.told(Array(items.suffix(1)))
        }
        await producer.close()
        await own.close()
        return items
    }

    /// What would undo a change, worked out before it is made.
    private func undo(of change: Change) async -> Change? {
        switch change {
        case .deleteTopics(let names): return await emptyAgain(names)
        case .reassign(let plan, let throttle):
            let snapshot = await source.snapshot
            let before = plan.keys.compactMap { id in snapshot.partition(id).map { (id, $0.replicas) } }
            return .reassign(Dictionary(before, uniquingKeysWith: { a, _ in a }), throttle: throttle)
        case .moveReplicas(let targets, let broker): return await backToLogDirs(targets, on: broker)
        case .resetOffsets(let group, let offsets):
            guard let known = await source.snapshot.group(group) else { return .deleteGroups([group]) }
            let before = known.positions.filter { offsets[$0.key] != nil }
            return before.isEmpty ? nil : .resetOffsets(group: group, before)
        case .deleteOffsets(let group, let partitions):
            let committed = await source.snapshot.group(group)?.committed ?? [:]
            let before = committed.filter { partitions.contains($0.key) }
            return before.isEmpty ? nil : .resetOffsets(group: group, before)
        case .alterConfigs(let alterations):
            let before = await client.previous(alterations)
            return before.isEmpty ? nil : .alterConfigs(before)
        case .deleteGroups(let names):
            let snapshot = await source.snapshot
            let offsets = names.reduce(into: [String: [TopicPartition: Offset]]()) { offsets, name in
                if let own = snapshot.group(name)?.committed, !own.isEmpty { offsets[name] = own }
            }
            return .restoring(offsets)
        case .cancelReassignment(let partitions):
            let snapshot = await source.snapshot
            return Self.moveAgain(partitions, snapshot)
        case .setThrottle:
            let rate = await source.snapshot.throttles.brokers.values.max()
            return rate.map { .setThrottle($0) } ?? .removeThrottles
        default: return change.opposite
        }
    }

    /// What a move that is cancelled would have come to, as fast as it went.
    static func moveAgain(_ partitions: [TopicPartition], _ snapshot: ClusterSnapshot) -> Change? {
        let moving = partitions.compactMap { id in
            snapshot.partition(id).flatMap { $0.isMoving ? (id, $0.targetReplicas) : nil }
        }
        guard !moving.isEmpty else { return nil }
        return .reassign(
            Dictionary(moving, uniquingKeysWith: { a, _ in a }), throttle: snapshot.throttles.brokers.values.max())
    }

    /// Topics as they are now, without their messages; who does not tell its configs is left out.
    private func emptyAgain(_ names: [String]) async -> Change? {
        let snapshot = await source.snapshot
        let configs = await client.configs(of: names.map { .topic($0) })
        let topics = names.compactMap { name -> NewTopic? in
            guard let topic = snapshot.topic(name), let first = topic.partitions.first,
                case .success(let values)? = configs[.topic(name)]
            else { return nil }
            let own = values.filter { !$0.isDefault && $0.source == 1 }
            return NewTopic(
                name: name, partitions: Int32(clamping: topic.partitions.count),
                replicationFactor: Int16(clamping: first.targetReplicas.count),
                configs: own.reduce(into: [:]) { $0[$1.name] = $1.value })
        }
        guard let first = topics.first else { return nil }
        return names.count == 1 ? .createTopic(first) : .createTopics(topics)
    }
}
