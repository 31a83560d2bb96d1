import ClusterInsight
import Glibc
import KafkaClient
import KafkaProtocol
import LocalCluster

/// Carries out the commands of the screen that reach outside the terminal.
package actor CommandRunner {
    private let client: KafkaClient
    private let source: LiveSource
    private let executor: ChangeExecutor
    private let reader: MessageReader
    private let analyser: TopicAnalyser
    private let managed: ManagedCluster?
    private let histories: PromptHistories?
    private let kept: KeptFormats?
    private let hooks = HookRunner()
    private let send: @Sendable (Message) -> Void
    private var logTask: Task<Void, Never>?
    private var validation: Task<Void, Never>?

    /// A runner for one cluster.
    package init(
        client: KafkaClient, source: LiveSource, executor: ChangeExecutor, managed: ManagedCluster?,
        histories: PromptHistories? = nil, formats: KeptFormats? = nil, masking: Masking = Masking(),
        send: @escaping @Sendable (Message) -> Void
    ) {
        self.client = client
        self.source = source
        self.executor = executor
        self.managed = managed
        self.histories = histories
        kept = formats
        self.send = send
        reader = MessageReader(client: client, masking: masking, send: send)
        analyser = TopicAnalyser(client: client, send: send)
    }

    /// Carries a command out; what takes time goes on beside.
    package func run(_ command: Command) async {
        switch command {
        case .refresh: await source.refresh()
        case .setInterval(let milliseconds): await source.setInterval(milliseconds: milliseconds)
        case .attend(let attention): await source.attend(attention)
        case .fetchConfigs(let resources): Task { await self.fetchConfigs(resources) }
        case .fetchTransactions: Task { self.send(.transactions(await WriterReader(self.client).transactions())) }
        case .fetchProducers(let topic):
            Task { self.send(.producers(topic: topic, await WriterReader(self.client).producers(of: topic))) }
        case .analyse(let topic, let reading, let anew):
            await analyser.analyse(topic, reading: reading, anew: anew)
        case .stopAnalysis: await analyser.stop()
        case .fetchLogDirs(let id): Task { self.send(.logDirs(id, await LogDirReader.picture(of: id, self.client))) }
        case .runHook(let hook):
            Task { if let problem = await self.hooks.run(hook) { self.send(.hookFailed(alert: hook.name, problem)) } }
        case .fetchLastMessages(let partitions): Task { await self.fetchLastMessages(partitions) }
        case .fetchNextMessage(let group, let partition):
            Task {
                let told = await NextMessageReader(client: self.client).told(of: group, in: partition)
                self.send(.nextMessage(group: group, partition, told))
            }
        case .followLog(let id): followLog(id)
        case .read(let request): await reader.read(request)
        case .stopReading: await reader.stop()
        case .resolve(let topics, let partitions, let span):
            Task { self.send(.resolved(span, await self.reader.resolve(topics: topics, span, in: partitions))) }
        case .validateTopic(let topic): validate(topic)
        case .validateConfigs(let resources, let changes): validate(resources, changes)
        case .validatePartitions(let totals): validate(totals)
        case .change(let change, let line): Task { await self.executor.perform(change, command: line) }
        case .save(let path, let contents): save(path, contents)
        case .savePlan(let path, let plan, let rollback): save(path, plan, rollback: rollback)
        case .remember(let prompt, let entries): histories?.write(prompt, entries)
        case .keepFormats(let formats, let topic): kept?.write(formats, for: topic)
        case .findOffsets(let query): Task { self.send(.offsetsFound(query, await self.offsets(query))) }
        case .loadPlan(let path):
            send(.planLoaded(path, Self.read(path, PlanFile.read)))
        case .quit, .suspend, .repaint, .bell, .copy, .setTheme, .previewTheme, .showCluster, .startAgain, .askCluster,
            .edit, .prove:
            break
        }
    }

    private func fetchConfigs(_ resources: [ConfigResource]) async {
        let found = await client.configs(of: resources, details: true)
        for resource in resources {
            guard let outcome = found[resource] else { continue }
            let isLoggers = if case .loggers = resource { true } else { false }
            let entries = outcome.map { values in
                values.map { value in
                    var entry = ConfigEntry(value)
                    // Brokers call them strings.
                    if isLoggers { entry.type = ConfigChoices.level }
                    return entry
                }
            }
            send(.configs(resource, entries.mapError { Failure("\($0)") }))
        }
    }

    /// Only brokers from Kafka 3.0 on know what is asked (KIP-734, ListOffsets version 7).
    private func fetchLastMessages(_ partitions: [TopicPartition]) async {
        guard await client.supports(.listOffsets, version: 7) else {
            let old = Failure("brokers before Kafka 3.0 do not tell")
            return send(.lastMessages(Dictionary(partitions.map { ($0, .failure(old)) }) { first, _ in first }))
        }
        let specs = Dictionary(partitions.map { ($0, OffsetSpec.maxTimestamp) }) { first, _ in first }
        let told = await client.listOffsets(specs, timeout: SourceTimes.call)
        send(
            .lastMessages(
                told.mapValues { outcome in
                    outcome.map { found in
                        found.offset < 0 || found.timestamp < 0
                            ? nil : LastMessages.Place(offset: found.offset, timestamp: found.timestamp)
                    }.mapError { Failure("\($0)") }
                }))
    }

    private func followLog(_ id: BrokerID) {
        logTask?.cancel()
        guard let managed else { return }
        let path = managed.directory.logFile(id)
        let send = send
        logTask = Task {
            var tail = FileTail(path: path)
            while !Task.isCancelled {
                let lines = tail.newLines()
                if !lines.isEmpty { send(.brokerLog(id, lines)) }
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    /// Asks the cluster 300 ms after the last key, so that typing is not a stream of requests.
    private func validate(_ ask: @escaping @Sendable () async -> Message) {
        validation?.cancel()
        let send = send
        validation = Task {
            try? await Task.sleep(for: .milliseconds(300))
            guard !Task.isCancelled else { return }
            let answer = await ask()
            if !Task.isCancelled { send(answer) }
        }
    }

    private func validate(_ topic: NewTopic) {
        let client = client
        validate {
            let outcome = await client.createTopics(
                [
                    .init(
                        topic.name, partitions: topic.partitions, replicationFactor: topic.replicationFactor,
                        configs: topic.configs)
                ], validateOnly: true, timeout: .seconds(5))
            guard case .failure(let error)? = outcome[topic.name] else {
                return .validated(topic: topic.name, problem: nil)
            }
            return .validated(topic: topic.name, problem: "\(error)")
        }
    }

    private func validate(_ totals: [String: Int32]) {
        let client = client
        validate {
            let outcomes = await client.createPartitions(totals, validateOnly: true, timeout: .seconds(5))
            let failed = outcomes.sorted { $0.key < $1.key }.lazy.compactMap { topic, outcome -> String? in
                guard case .failure(let error) = outcome else { return nil }
                return totals.count == 1 ? "\(error)" : "\(topic): \(error)"
            }
            return .validatedPartitions(totals, problem: failed.first)
        }
    }

    private func validate(_ resources: [ConfigResource], _ changes: [ConfigChange]) {
        let client = client
        validate {
            let outcomes = await client.alter(
                resources.map { ConfigAlteration($0, changes) }, validateOnly: true, timeout: .seconds(5))
            let failed = resources.lazy.compactMap { resource -> String? in
                guard case .failure(let error)? = outcomes[resource] else { return nil }
                return resources.count == 1 ? "\(error)" : "\(resource.name): \(error)"
            }
            return .validatedConfigs(changes, problem: failed.first)
        }
    }

    /// By time the first offset from a moment on, and the end where nothing is that late.
    private func offsets(_ query: OffsetsQuery) async -> Result<[TopicPartition: Offset], Failure> {
        switch query {
        case .from(let at, let partitions):
            let places = await MessageReader.places(partitions, ReadSpan(.time(at)), client)
            return places.isEmpty ? .failure(Failure("no partition answers")) : .success(places.mapValues(\.offset))
        case .file(let path):
            return Self.read(path, OffsetsFile.read)
        }
    }

    /// What a file that somebody named says.
    private static func read<Contents>(
        _ path: String, _ parse: ([UInt8], String) throws(Failure) -> Contents
    ) -> Result<Contents, Failure> {
        Result { () throws(Failure) in try parse(try InputFile.bytes(path), path) }
    }

    private func save(_ path: String, _ contents: [UInt8]) {
        send(.saved(path: path, problem: NewFile.write(contents, to: path)))
    }

    /// The way back first: nobody shall have a plan without it.
    private func save(_ path: String, _ plan: [UInt8], rollback: [UInt8]) {
        let back = PlanFile.rollbackPath(path)
        let problem = NewFile.write(rollback, to: back) ?? NewFile.write(plan, to: path)
        send(.saved(path: "\(path), and the way back to \(back)", problem: problem))
    }
}
