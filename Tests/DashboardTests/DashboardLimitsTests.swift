import ClusterInsight
import Foundation
import KafkaProtocol
import KafkaRecords
import NIOCore
import TerminalUI
import TestSupport
import Testing

@testable import Dashboard

/// What happens beyond each bound of the dashboard.
@Suite struct DashboardLimitsTests {
    private func inFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("limits-\(Foundation.UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path)
    }

    private func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    // MARK: Memory

    /// What is beyond is new without being marked so.
    @Test func notMoreRowsAreMarkedThanAreLookedAt() {
        let before = ClusterSnapshot(at: 0)
        var after = before
        let names = (0..<DashboardLimits.markedChanges + 5).map { "group-\(1_000_000 + $0)" }
        after.groups = names.map { GroupSnapshot(name: $0, state: "stable") }
        var changes = RecentChanges()
        changes.observe(
            from: ClusterReport(before, figures: ClusterFigures()), to: ClusterReport(after, figures: ClusterFigures()),
            at: 0)
        #expect(names.count { changes.surface(.group($0)) == .rowNew } == DashboardLimits.markedChanges)
    }

    /// The others are only counted.
    @Test func notAllThatIsSkippedIsListed() {
        var update = ReadUpdate(reading: 1)
        for offset in 0...DashboardLimits.listedSkips {
            update.skip(TopicPartition("t", 0), offset: Offset(offset), reason: "it is text, not JSON")
        }
        #expect(update.skips.count == DashboardLimits.listedSkips)
        #expect(Int(update.skipped) == DashboardLimits.listedSkips + 1)
    }

    /// Few bytes that would unfold to very many are refused before they do.
    @Test func whatUnfoldsToTooMuchIsRefused() throws {
        let configuration = TopicScan.configuration(.readUncommitted)
        #expect(configuration.batchMaxBytes == DashboardLimits.unpackedBatchBytes)
        #expect(configuration.unpackedMaxBytes == DashboardLimits.unpackedBytes)
        var builder = RecordBatchBuilder(compression: .lz4)
        builder.append(
            timestamp: 1, key: nil, value: ByteBuffer(repeating: 0, count: DashboardLimits.unpackedBatchBytes))
        let batch = try builder.build()
        #expect(batch.sizeInBytes < DashboardLimits.unpackedBatchBytes / 100)
        #expect(throws: RecordsError.tooLarge(limit: DashboardLimits.unpackedBatchBytes)) {
            try batch.records(limit: configuration.batchMaxBytes)
        }
    }

    /// The oldest gives way; it is read again when it is looked at.
    @Test func configsOfManyResourcesAreForgotten() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        func read(_ number: Int) {
            model.now += 1
            _ = Update.update(&model, .configs(.topic("t\(number)"), .success([])))
        }
        for number in 0..<DashboardLimits.configs { read(number) }
        #expect(model.configs.count == DashboardLimits.configs)
        read(0)
        #expect(model.configs.count == DashboardLimits.configs)
        read(DashboardLimits.configs)
        #expect(model.configs.count == DashboardLimits.configs)
        #expect(model.configs[.topic("t1")] == nil && model.configs[.topic("t0")] != nil)
        #expect(model.configs[.topic("t\(DashboardLimits.configs)")] != nil)
    }

    @Test func logsKeepTheirNewestLines() {
        var model = Fixture.model(Fixture.healthy(), .broker(1, .log))
        let lines = (0..<DashboardLimits.logLines + 10).map { "line \($0)" }
        _ = Update.update(&model, .brokerLog(1, Array(lines.prefix(100))))
        _ = Update.update(&model, .brokerLog(1, Array(lines.dropFirst(100))))
        #expect(model.logs[1] == Array(lines.suffix(DashboardLimits.logLines)))
    }

    @Test func largeMessagesAreFewer() {
        var state = MessagesState()
        let number = state.begin(ReadRequest(topics: ["t"], from: .end, follow: false)).number
        let size = 1 << 20
        for offset in 0..<40 {
            let message = MessageTests.message(String(repeating: "x", count: size), offset: Offset(offset))
            state.take(ReadUpdate(reading: number, messages: [message]), now: 0)
            #expect(state.keptBytes <= DashboardLimits.messageBytes)
        }
        #expect(state.kept.count == DashboardLimits.messageBytes / size - 1, "each costs a little more than its value")
        #expect(state.dropped == Int64(40 - state.kept.count) && state.kept.last?.offset == 39)
    }

    @Test func onlyTheFirstScreensAreMixedByTime() {
        func last(after count: Int) -> String? {
            var state = MessagesState()
            let number = state.begin(ReadRequest(topics: ["t"], from: .last(50))).number
            func message(_ partition: Int32, _ offset: Int64, at: Timestamp) -> ReadMessage {
                ReadMessage(topic: "t", partition: partition, offset: offset, timestamp: at, key: nil, value: nil)
            }
            let progress = [TopicPartition("t", 0): ReadUpdate.Progress(start: 0, position: 1, end: 9, scanned: 0)]
            let first = (0..<count).map { message(0, Int64($0), at: 10) }
            state.take(ReadUpdate(reading: number, messages: first, progress: progress), now: 0)
            state.take(ReadUpdate(reading: number, messages: [message(1, 0, at: 5)], progress: progress), now: 0)
            return state.kept.last?.id
        }
        #expect(last(after: DashboardLimits.mixedMessages - 1) == "t/0/\(DashboardLimits.mixedMessages - 2)")
        #expect(last(after: DashboardLimits.mixedMessages) == "t/1/0")
    }

    @Test func formatsOfManyTopicsAreForgotten() {
        var state = MessagesState()
        var hex = PayloadFormats()
        hex.value = .hex
        for number in 0..<DashboardLimits.formats { state.use(hex, for: "t\(number)") }
        #expect(state.formats.count == DashboardLimits.formats && state.formats(of: "t0") == hex)
        state.use(hex, for: "another")
        #expect(state.formats == ["another": hex])
    }

    @Test func onlySoManyFieldsGetColumns() {
        var model = Fixture.following()
        let names = (0...DashboardLimits.fields).map { "f\($0)" }
        #expect(MessageMoves.chooseFields(names.joined(separator: " "), &model).isEmpty)
        #expect(model.flash?.text == "at most \(DashboardLimits.fields) fields")
        #expect(MessageMoves.chooseFields(names.dropLast().joined(separator: " "), &model).count == 1)
        #expect(MessageMoves.fields(model) == names.dropLast())
    }

    /// What is known of the topics looked at longest ago is forgotten, and read again when somebody comes back.
    @Test func analysesOfManyTopicsAreForgotten() {
        var analyses = Analyses()
        for number in 0...DashboardLimits.analyses { _ = analyses.begin("t\(number)", anew: true, now: 0) }
        #expect(analyses["t0"] == nil && analyses["t1"]?.state == .stopped)
        #expect(analyses.reading == "t\(DashboardLimits.analyses)")
    }

    @Test func ofManyStoppedAnalysesTheOldestBeginAnew() {
        var unfinished = UnfinishedAnalyses()
        func run(_ number: Int) -> TopicAnalysisRun {
            TopicAnalysisRun(topic: "t\(number)", progress: [:], silent: [], now: 0)
        }
        for number in 0...DashboardLimits.unfinishedAnalyses { unfinished.keep(run(number)) }
        #expect(unfinished.take("t0") == nil)
        for number in 1...DashboardLimits.unfinishedAnalyses {
            #expect(unfinished.take("t\(number)")?.topic == "t\(number)")
            #expect(unfinished.take("t\(number)") == nil, "it is given back once")
        }
    }

    // MARK: Payloads

    @Test func whatIsNestedTooDeepIsShownRaw() {
        func array(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        let most = DashboardLimits.nesting
        #expect(JSONText.pretty(array(most)) != nil)
        #expect(JSONText.pretty(array(most + 1)) == nil)
        #expect(JSONReader.problem(in: Array(array(most).utf8)) == nil)
        #expect(JSONReader.problem(in: Array(array(most + 2).utf8)) != nil)
        let packed = [UInt8](repeating: 0x91, count: most) + [0xC0]
        #expect(MessagePackText.json(packed) != nil)
        #expect(MessagePackText.json([0x91, 0x91] + packed) == nil)
    }

    @Test func filtersAreNestedSoDeep() {
        func error(_ depth: Int) -> String? {
            let text = String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth)
            return MessageFilter(text, now: 0, zone: .utc).error
        }
        #expect(error(DashboardLimits.filterNesting - 1) == nil)
        #expect(error(DashboardLimits.filterNesting + 1) == "nested too deep")
    }

    @Test func largeValuesAreShownInPart() {
        #expect(JSONText.pretty("\"" + String(repeating: "x", count: DashboardLimits.shownBytes - 2) + "\"") != nil)
        #expect(JSONText.pretty("\"" + String(repeating: "x", count: DashboardLimits.shownBytes - 1) + "\"") == nil)
    }

    // MARK: Forms

    /// A form never takes less of a message than it is.
    @Test func messagesThatDoNotFitAForm() {
        func said(_ message: ReadMessage) -> String? {
            var model = Fixture.following()
            _ = ProduceForm.open(copying: message, &model)
            if case .form = model.popup { return nil }
            return model.flash?.text
        }
        func headers(_ count: Int) -> [Dashboard.RecordHeader] {
            (0..<count).map { Dashboard.RecordHeader(key: "h\($0)", value: [65]) }
        }
        func message(_ value: Int, key: Int = 1, headers: [Dashboard.RecordHeader] = []) -> ReadMessage {
            MessageTests.message(
                String(repeating: "v", count: value), key: String(repeating: "k", count: key), headers: headers,
                topic: "post-events")
        }
        #expect(said(message(DashboardLimits.typedValueBytes)) == nil)
        #expect(said(message(DashboardLimits.typedValueBytes + 1))?.contains("its value is longer than") == true)
        #expect(said(message(1, key: TextInput.defaultLimit)) == nil)
        #expect(said(message(1, key: TextInput.defaultLimit + 1))?.contains("its key is longer than") == true)
        #expect(said(message(1, headers: headers(DashboardLimits.headers))) == nil)
        #expect(said(message(1, headers: headers(DashboardLimits.headers + 1)))?.contains("it has 101 headers") == true)
        let long = Dashboard.RecordHeader(key: "trace", value: Array(repeating: 65, count: TextInput.defaultLimit))
        #expect(said(message(1, headers: [long]))?.contains("its header trace is longer than") == true)
    }

    // MARK: Files

    @Test func namedFilesAreReadUpToABound() async throws {
        try await inFolder { folder in
            let path = folder + "/plan"
            try write("", to: path)
            truncate(path, off_t(DashboardLimits.inputBytes))
            #expect(try InputFile.bytes(path).count == DashboardLimits.inputBytes)
            truncate(path, off_t(DashboardLimits.inputBytes + 1))
            let failure = #expect(throws: Failure.self) { try InputFile.bytes(path) }
            #expect(failure?.text == "\(path) is larger than \(DashboardLimits.inputBytes) bytes")
            let missing = #expect(throws: Failure.self) { try InputFile.bytes(folder + "/none") }
            #expect(missing?.text == "cannot read \(folder)/none: No such file or directory")
            let directory = #expect(throws: Failure.self) { try InputFile.bytes(folder) }
            #expect(directory?.text == "cannot read \(folder): Is a directory")
        }
    }

    /// A log that is new here is read from near its end on, and a line without an end does not fill the memory.
    @Test func logsAreReadFromNearTheirEnd() async throws {
        try await inFolder { folder in
            let path = folder + "/log"
            let line = String(repeating: "x", count: 99) + "\n"
            try write(String(repeating: line, count: DashboardLimits.logBytes / 100 + 1_000) + "last\n", to: path)
            var tail = FileTail(path: path)
            let first = tail.newLines()
            #expect(first.last == "last")
            #expect(first.reduce(0) { $0 + $1.utf8.count + 1 } == DashboardLimits.logBytes)
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.seekToEnd()
            try file.write(contentsOf: Data(repeating: 120, count: DashboardLimits.logLineBytes + 1))
            #expect(tail.newLines().isEmpty)
            try file.write(contentsOf: Data("\nnext\n".utf8))
            #expect(tail.newLines() == ["", "next"])
        }
    }

    @Test func filesThatGrowAreReplaced() async throws {
        try await inFolder { folder in
            let file = GrowingFile(path: folder + "/events")
            let line = [UInt8](repeating: 120, count: (1 << 20) - 1) + [10]
            for _ in 0..<DashboardLimits.fileBytes / line.count { file.append(line) }
            #expect(FileTail.read(file.path + ".1", limit: 1) == nil)
            file.append(Array("next\n".utf8))
            #expect(file.newest(1 << 10).map { String(decoding: $0.suffix(6), as: UTF8.self) } == "\nnext\n")
            #expect(FileTail.read(file.path, limit: 100) == Array("next\n".utf8))
            #expect(FileTail.read(file.path + ".1", limit: 20 << 20)?.count == DashboardLimits.fileBytes)
        }
    }

    /// As two dashboards of one cluster do: the file before is not replaced by one that was begun a moment ago.
    @Test func filesThatGrowAreReplacedByOneOfSeveralWriters() async throws {
        try await inFolder { folder in
            let file = GrowingFile(path: folder + "/events")
            let line = Array("next\n".utf8)
            file.append([UInt8](repeating: 120, count: DashboardLimits.fileBytes - 1) + [10])
            let (first, second) = (file.opened(), file.opened())
            defer { close(second) }
            #expect(file.mayReplace(first))
            // While the first one is about to, others neither wait nor do it too.
            #expect(!file.mayReplace(second))
            file.append(line)
            #expect(FileTail.read(file.path + ".1", limit: 1) == nil)
            #expect(FileTail.read(file.path, limit: 20 << 20)?.count == DashboardLimits.fileBytes + line.count)
            close(first)
            file.append(line)
            #expect(FileTail.read(file.path, limit: 100) == line)
            // Who had opened it before has a full file still, which is the one before by now.
            #expect(!file.mayReplace(second))
            #expect(file.newest(20 << 20)?.count == DashboardLimits.fileBytes + 2 * line.count)
        }
    }

    @Test func theJournalKeepsItsNewestEntries() async throws {
        func entry(_ result: String, items: [ChangeItem] = []) -> JournalEntry {
            JournalEntry(
                number: 0, at: 1, cluster: "bundled", change: "a change", result: result, undo: "no: it is gone",
                items: items)
        }
        try await inFolder { folder in
            let path = folder + "/journal"
            let journal = Journal(path: path)
            let items = (0...DashboardLimits.journalItems).map { ChangeItem("a-topic-with-a-longer-name/\($0)") }
            for number in 0...DashboardLimits.journal { _ = await journal.add(entry("\(number)", items: items)) }
            let kept = await journal.newestFirst
            #expect(kept.count == DashboardLimits.journal && kept.last?.result == "1")
            // On disk an entry that nobody can undo has fewer items, and only the newest bytes are read back.
            let again = await Journal(path: path).newestFirst
            #expect(again.first?.items.count == DashboardLimits.journalItems)
            let size = try #require(FileTail.read(path, limit: .max)).count
            #expect(size > DashboardLimits.journalBytes)
            #expect(again.first?.result == "\(DashboardLimits.journal)")
            #expect(again.count < DashboardLimits.journal && again.count > DashboardLimits.journal / 2)
            var model = Fixture.model(Fixture.healthy(), .journal)
            _ = Update.update(&model, .journal(kept + kept))
            #expect(model.journal.count == DashboardLimits.journal)
        }
    }

    @Test func formatsOnDiskAreBounded() async throws {
        try await inFolder { folder in
            let kept = KeptFormats(directory: folder, cluster: "c")
            var hex = PayloadFormats()
            hex.value = .hex
            kept.write(hex, for: "t")
            let text = String(decoding: FileTail.read(folder + "/formats", limit: 100) ?? [], as: UTF8.self)
            #expect(text.hasPrefix("c\tt\t") && text.hasSuffix("\n"))
            let many = (0..<DashboardLimits.keptFormats).map { text.replacing("c\tt\t", with: "c\tt\($0)\t") }
            try write(many.joined(), to: folder + "/formats")
            #expect(kept.read().count == DashboardLimits.keptFormats)
            kept.write(hex, for: "new")
            #expect(kept.read().count == DashboardLimits.keptFormats && kept.read()["new"] == hex)
            #expect(kept.read()["t0"] == nil)
            // Of a file that is larger, its end.
            let padding = String(repeating: "#", count: DashboardLimits.smallFileBytes) + "\n"
            try write(text + padding + text.replacing("c\tt\t", with: "c\tlast\t"), to: folder + "/formats")
            #expect(kept.read() == ["last": hex])
        }
    }

    @Test func themesChosenForManyClustersAreForgotten() async throws {
        try await inFolder { folder in
            let kept = KeptThemes(directory: folder)
            kept.keep("gruvbox-dark", of: "prod", insteadOf: "nord")
            #expect(kept.theme(of: "prod", insteadOf: "nord") == "gruvbox-dark")
            // The settings name another one since: that counts.
            #expect(kept.theme(of: "prod", insteadOf: "mono") == nil && kept.theme(of: "dev", insteadOf: "nord") == nil)
            kept.keep("dracula", of: "prod", insteadOf: "nord")
            #expect(kept.theme(of: "prod", insteadOf: "nord") == "dracula")
            kept.keep("nord", of: "prod", insteadOf: "nord")
            #expect(kept.theme(of: "prod", insteadOf: "nord") == nil)
            for number in 0...DashboardLimits.keptThemes { kept.keep("mono", of: "c\(number)", insteadOf: "nord") }
            #expect(kept.theme(of: "c0", insteadOf: "nord") == nil)
            #expect(kept.theme(of: "c\(DashboardLimits.keptThemes)", insteadOf: "nord") == "mono")
        }
    }

    @Test func themesInheritInAShortChain() async throws {
        try await inFolder { folder in
            let last = DashboardLimits.themeChain + 1
            for number in 0..<last {
                try write("name = t\(number)\ninherits = t\(number + 1)\n", to: "\(folder)/t\(number).properties")
            }
            try write("name = t\(last)\n", to: "\(folder)/t\(last).properties")
            let library = ThemeLibrary(directories: [folder])
            let whole = try #require(try library.theme("t1"))
            #expect(whole.files.count == last && whole.warnings.isEmpty)
            let cut = try #require(try library.theme("t0"))
            #expect(cut.files.count == last && !cut.warnings.isEmpty)
        }
    }
}
