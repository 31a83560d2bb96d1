import ArgumentParser
import Dashboard
import KafkaClient
import KafkaProtocol
import LocalCluster

/// Changes and their results in the words of screens, for files that name those of the client.
typealias ScreenChange = Dashboard.Change
typealias ScreenItem = Dashboard.ChangeItem

/// Changes made by the command line, as the journal of the person keeps them beside those of screens.
enum Noted {
    /// Adds a change to the journal; where none can be kept it is only made.
    ///
    /// - Parameters:
    ///   - words: what was changed, as a screen would say it.
    ///   - undoing: what takes it back, with the cluster's own id: its name alone may mean another one.
    static func add(
        _ words: String, _ items: [ChangeItem], cluster: String, undoing: (what: Undoing, clusterID: String)? = nil
    ) async {
        guard let directory = Surroundings.stateDirectory else { return }
        let failed = items.count { $0.failure != nil }
        let undoing = failed < items.count ? undoing : nil
        let items = undoing?.what.detailed(items) ?? items
        let result = items.count == 1 ? (failed == 0 ? "ok" : "1 failed") : "\(items.count - failed) ok"
        _ = await Journal(path: directory + "/journal.ndjson").add(
            JournalEntry(
                number: 0, at: WallClock.now(), cluster: cluster, change: words,
                result: items.count > 1 && failed > 0 ? "\(result), \(failed) failed" : result, failed: failed > 0,
                undo: undoing.map { $0.what.change.undoWords($0.what.by) } ?? "no: by a command",
                command: command(CommandLine.arguments), items: items, undoChange: undoing?.what.by,
                clusterID: undoing?.clusterID, isCommand: true))
    }

    /// The line that was typed, without what nobody else shall read.
    static func command(_ arguments: [String]) -> String {
        (["klamm"] + arguments.dropFirst().map(hidden)).map(EquivalentCommand.quoted).joined(separator: " ")
    }

    private static func hidden(_ word: String) -> String {
        guard let equals = word.lastIndex(where: { $0 == "=" }) else { return word }
        let name = word[..<(word.firstIndex(of: "=") ?? equals)]
        return ConfigText.isSecret(String(name)) ? "\(name)=(hidden)" : word
    }

    /// What became of each object, by the names that screens have for them.
    static func items<Item: Hashable, Value>(_ outcomes: Outcomes<Item, Value>) -> [ChangeItem] {
        outcomes.map { item, outcome in
            switch outcome {
            case .failure(let error): return ChangeItem(name(item), failure: "\(error)")
            // A topic that is made is remembered by its id, so that nobody takes another of its name for it later.
            case .success(let id as TopicID): return ChangeItem(name(item), detail: UndoPlan.identity(id))
            case .success: return ChangeItem(name(item))
            }
        }.sorted { $0.name < $1.name }
    }

    private static func name(_ item: some Hashable) -> String {
        switch item {
        case let partition as TopicPartition: return "\(partition.topic)/\(partition.partition)"
        case let owner as ConfigOwner:
            if case .topic(let name) = owner { return name }
            return "\(owner)"
        default: return "\(item)"
        }
    }
}

extension ClientOptions {
    /// Changes objects of the cluster, and notes what became of each.
    ///
    /// - Parameters:
    ///   - what: what is waited for.
    ///   - words: what is changed, as a screen would say it.
    ///   - undo: what takes it back, once it is made.
    ///   - noted: false when nothing is changed but only looked whether it could be.
    func changing<Item: Hashable & Sendable, Value: Sendable>(
        _ what: String, _ words: String, undo: () -> Undoing? = { nil }, noted: Bool = true,
        _ body: (KafkaClient) async throws -> Outcomes<Item, Value>
    ) async throws -> Outcomes<Item, Value> {
        try await changing(what, words, undo: undo, noted: noted, items: { Noted.items($0) }, body)
    }

    /// Changes one object of the cluster, and notes it.
    func changing<Result>(
        _ what: String, _ words: String, undo: () -> Undoing? = { nil }, of item: String, noted: Bool = true,
        _ body: (KafkaClient) async throws -> Result
    ) async throws -> Result {
        try await changing(what, words, undo: undo, noted: noted, items: { _ in [ChangeItem(item)] }, body)
    }

    /// Changes something of the cluster, and notes what became of it.
    func changing<Result>(
        _ what: String, _ words: String, undo: () -> Undoing? = { nil }, noted: Bool = true,
        items: (Result) -> [ChangeItem], _ body: (KafkaClient) async throws -> Result
    ) async throws -> Result {
        guard noted else { return try await withClient(what, body) }
        let cluster = try cluster.chosen(Surroundings.settings).name
        do {
            let (result, id) = try await withClient(what) { client in
                let result = try await body(client)
                guard undo() != nil else { return (result, String?.none) }
                return (result, try? await client.describeCluster().clusterID)
            }
            let items = items(result)
            let undoing = undo().flatMap { what in id.map { (what: what, clusterID: $0) } }
            if !items.isEmpty { await Noted.add(words, items, cluster: cluster, undoing: undoing) }
            return result
        } catch {
            await Noted.add(words, [ChangeItem(words, failure: "\(error)")], cluster: cluster)
            throw error
        }
    }
}

extension ClusterOptions {
    /// Does something to brokers of the bundled cluster, and notes it of each.
    ///
    /// - Parameters:
    ///   - change: the same for the journal, where a screen can take it back.
    ///   - failures: those of single brokers afterwards.
    func noting(
        _ words: String, _ brokers: [BrokerID] = [], _ change: ScreenChange? = nil,
        failures: () -> [StartFailure] = { [] }, _ body: () async throws -> Void
    ) async throws {
        let names = brokers.isEmpty ? ["cluster"] : brokers.map { "broker \($0)" }
        do {
            try await body()
            let reasons = Dictionary(failures().map { ("broker \($0.broker)", $0.reason) }) { first, _ in first }
            let items = names.map { ChangeItem($0, failure: reasons[$0]) }
            await Noted.add(words, items, cluster: Settings.bundled, undoing: await undoing(change))
        } catch {
            await Noted.add(words, names.map { ChangeItem($0, failure: "\(error)") }, cluster: Settings.bundled)
            throw error
        }
    }

    /// What takes a change back, with the id of this cluster.
    private func undoing(_ change: ScreenChange?) async -> (what: Undoing, clusterID: String)? {
        guard let change, let what = Undoing(change), let id = try? await cluster.status().clusterID else {
            return nil
        }
        return (what, id)
    }
}
