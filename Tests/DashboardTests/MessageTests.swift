import Foundation
import KafkaProtocol
import NIOCore
import TerminalUI
import Testing

@testable import Dashboard

/// What is read on screen 6: filters, formats, bounds, following, scanning.
@Suite struct MessageTests {
    static let now: Timestamp = 1_795_435_466_000

    static func message(
        _ value: String?, key: String? = "k-1", partition: Int32 = 3, offset: Offset = 100,
        headers: [RecordHeader] = [], at: Timestamp = now, topic: String = "t"
    ) -> ReadMessage {
        ReadMessage(
            topic: topic, partition: partition, offset: offset, timestamp: at, key: key.map { Array($0.utf8) },
            value: value.map { Array($0.utf8) }, headers: headers)
    }

    private func matches(_ filter: String, _ message: ReadMessage) -> Bool {
        let read = MessageFilter(filter, now: Self.now, zone: .utc)
        #expect(read.error == nil, "\(filter): \(read.error ?? "")")
        return MessageMatcher(read).outcome(message) == .match
    }

    @Test(arguments: [
        ("", true), ("ann", true), ("ANN", true), ("bob", false), ("!bob", true), ("ann 42", true),
        ("\"ann b\"", false), ("key:K-1", true), ("key:ann", false), ("value:ann", true), ("value.user.name:ann", true),
        ("value.user.id == 42", true), ("value.user.id==42 && size > 10", true), ("user.id=42", true),
        ("user.id != 42", false), ("user.id>41 user.id<43", true), ("user.id > 1k", false), ("size<1KiB", true),
        ("tags:push", false), ("value.tags:push", true), ("value.tags.1:mail", true), ("value.tags.0:mail", false),
        ("p:3", true), ("p:1,2,3", true), ("p:1", false), ("offset>=100 offset<101", true), ("offset>100", false),
        ("header.source:web", true), ("header.source==edge-3", true), ("header.other:web", false),
        ("time>10m ago", true), ("time<10m ago", false), ("time>12:04", true), ("re:name.:.a.n", true),
        ("value:re:^..user", true), ("re:^x", false), ("bob || ann", true), ("(bob || ann) && !p:3", false),
        ("!(bob || p:4)", true), ("topic:t", true), ("value.note == true", true), ("value.none:x", false),
        ("edge-3", true), ("SOURCE", true), ("value == null", false), ("value != null", true), ("key==null", false),
        ("header.source == null", false), ("header.other == null", true), ("(header.other == null) && ann", true),
        ("value == \"null\"", false), ("value.user.id == null", false),
    ])
    func filtersUnderstandTheirGrammar(_ filter: String, _ expected: Bool) {
        let message = Self.message(
            #"{"user":{"id":42,"name":"ann"},"tags":["push","mail"],"note":true}"#,
            headers: [
                RecordHeader(key: "source", value: Array("web".utf8)),
                RecordHeader(key: "source", value: Array("edge-3".utf8)),
            ])
        #expect(matches(filter, message) == expected, "\(filter)")
    }

    @Test func tombstonesAreNeitherEmptyNorTheWordNull() {
        #expect(matches("value == null", Self.message(nil)))
        #expect(!matches("value == null", Self.message("")))
        #expect(!matches("value == null", Self.message("null")))
        #expect(matches("value == \"null\"", Self.message("null")))
        #expect(!matches("value != null", Self.message(nil)))
        #expect(!matches("!(value == null)", Self.message(nil)))
    }

    @Test(arguments: ["re:(", "offset>x", "time>soon", "(a", "a)", "a &&", "&& a", "|| a", "\"open", "!(a"])
    func whatCannotBeReadIsSaid(_ filter: String) {
        #expect(MessageFilter(filter, now: Self.now, zone: .utc).error != nil, "\(filter)")
    }

    @Test func deepNestingIsRefused() {
        let text = String(repeating: "(", count: 5_000) + "a" + String(repeating: ")", count: 5_000)
        #expect(MessageFilter(text, now: 0, zone: .utc).error == "nested too deep")
        #expect(
            MessageFilter(String(repeating: "!", count: 5_000) + "a", now: 0, zone: .utc).error == "nested too deep")
        #expect(JSONReader.values(at: ["a"], in: Array(String(repeating: "[", count: 5_000).utf8)) == nil)
    }

    @Test func valuesThatCannotBeReadForAFilterAreCounted() {
        let matcher = MessageMatcher(MessageFilter("value.user:ann", now: 0, zone: .utc))
        #expect(matcher.outcome(Self.message("no json")) == .skipped("the value has no user: it is text, not JSON"))
        #expect(matcher.outcome(Self.message(nil)) == .noMatch)
        #expect(matcher.outcome(Self.message(#"{"user":"bob"}"#)) == .noMatch)
        #expect(
            matcher.outcome(Self.message(#"{"user":"ann"#))
                == .skipped("the value has no user: not JSON at line 1, column 13"))
    }

    @Test func jsonIsLookedUpByPath() {
        func values(_ path: String, _ json: String) -> [String]? {
            JSONReader.values(at: path.split(separator: ".").map(String.init), in: Array(json.utf8))?.map(\.plain)
        }
        #expect(values("a.b", #"{"a":{"x":1,"b":"c"},"b":9}"#) == ["c"])
        #expect(values("a", #"[{"a":1},{"a":2.5},{"b":3}]"#) == ["1", "2.5"])
        #expect(values("a", #"{"a":"q\"\u00e9\n"}"#) == ["q\"é\n"])
        #expect(values("a", #"{"a":{"b":1}}"#) == [#"{"b":1}"#])
        #expect(values("a", #"{"a":1} x"#) == nil)
        #expect(values("a", "") == nil)
        #expect(values("a", "{}") == [])
    }

    @Test func valuesAreShownByTheirFormat() {
        func line(_ bytes: [UInt8]?, _ format: PayloadFormat = .automatic, isKey: Bool = false) -> String {
            Payload.line(bytes, format, Self.message(nil), isKey: isKey).plain
        }
        #expect(line(nil) == "(null)")
        #expect(line([]) == "\"\"")
        #expect(line([0xFF, 0x00]) == "hex ff 00  (2 bytes, not text)")
        #expect(line(Array("a\u{1B}b\n".utf8)) == "a·b ")
        #expect(line([0x82, 0xA1, 0x61, 0x01, 0xA1, 0x62, 0x92, 0xC3, 0xC0]) == #"{"a":1,"b":[true,null]}"#)
        #expect(line([0, 0, 0, 0, 0, 0, 4, 0xD2], isKey: true) == "1234")
        #expect(line([0xFF, 0xFE], .number) == "-2")
        #expect(line([1, 2, 3], .base64) == "AQID")
        #expect(line([1, 2], .base64) == "AQI=")
        #expect(line([1], .base64) == "AQ==")
        let uuid: [UInt8] = [0x55, 0x0E, 0x84, 0, 0xE2, 0x9B, 0x41, 0xD4, 0xA7, 0x16, 0x44, 0x66, 0x55, 0x44, 0, 0]
        #expect(line(uuid) == "550e8400-e29b-41d4-a716-446655440000")
        #expect(line(Array("abc".utf8), .hex) == "hex 61 62 63  (3 bytes)")
        #expect(line(Array("abc".utf8), .json) == "hex 61 62 63  (3 bytes, not JSON)")
        #expect(line([0xDD, 0xFF, 0xFF, 0xFF, 0xFF]) == "hex dd ff ff ff ff  (5 bytes, not text)")
        #expect(Payload.bytes(hex: "ff00") == [0xFF, 0])
        #expect(Payload.bytes(hex: "f") == nil)
    }

    /// Whatever stands between its tokens, a line is the text and nothing else.
    @Test(arguments: [
        #"{"id": 1, "user": {"name": "Ann"}}"#, #"{ "a" : [ 1 , true ] }  "#, #"{"a":1}"#, #"{"a": "cut"#, "[1,  2] x",
        "{\"a\": \"" + String(repeating: "y", count: 186) + "\",  \"b\": 2}",
    ])
    func colouredLinesKeepTheirText(_ text: String) {
        #expect(JSONText.coloured(text).plain == text)
    }

    @Test func offsetsRecordsAreDecoded() throws {
        let record = try GroupRecord.offset(
            group: "billing", TopicPartition("payments", 3), OffsetCommitValue(offset: 17, commitTimestamp: 5)
        ).encoded()
        let key = Array(record.key.readableBytesView)
        let value = record.value.map { Array($0.readableBytesView) }
        let message = ReadMessage(
            topic: "__consumer_offsets", partition: 0, offset: 0, timestamp: 0, key: key, value: value)
        #expect(
            Payload.line(key, .automatic, message, isKey: true).plain
                == #"{"group":"billing","topic":"payments","partition":3}"#)
        #expect(
            Payload.line(value, .automatic, message, isKey: false).plain
                == #"{"offset":17,"leaderEpoch":-1,"metadata":"","committedAt":5}"#)
        #expect(matches("key.group:billing value.offset>16", message))
    }

    @Test func recordsOfTheNewConsumerProtocolAreDecoded() throws {
        var current = ConsumerGroupCurrentValue()
        current.memberEpoch = 3
        current.assignedPartitions = [.init(topicID: UUID.metadataTopic, partitions: [0, 2])]
        let record = try GroupRecord.consumer(group: "billing", .current(member: "m", current)).encoded()
        let key = Array(record.key.readableBytesView)
        let message = ReadMessage(
            topic: "__consumer_offsets", partition: 0, offset: 0, timestamp: 0, key: key,
            value: record.value.map { Array($0.readableBytesView) })
        #expect(
            Payload.line(key, .automatic, message, isKey: true).plain
                == #"{"group":"billing","type":"ConsumerGroupCurrentMemberAssignment","member":"m"}"#)
        let id = UUID.metadataTopic.description
        #expect(
            Payload.line(message.value, .automatic, message, isKey: false).plain
                == #"{"memberEpoch":3,"previousMemberEpoch":0,"state":0,"partitions":["\#(id)/0","\#(id)/2"],"#
                + #""revoking":[]}"#)
    }

    @Test func messagesAreBoundedWhileReading() {
        var state = MessagesState()
        let number = state.begin(ReadRequest(topics: ["t"], from: .end, follow: false)).number
        for batch in 0..<30 {
            let messages = (0..<500).map { Self.message("1", partition: 0, offset: Int64(batch * 500 + $0)) }
            state.take(ReadUpdate(reading: number, messages: messages), now: 0)
        }
        #expect(state.kept.count == DashboardLimits.messages)
        #expect(state.dropped == 5_000)
        #expect(state.kept.first?.offset == 5_000)
        state.take(ReadUpdate(reading: number - 1, messages: [Self.message("old")]), now: 0)
        #expect(state.kept.count == DashboardLimits.messages)
    }

    @Test func followingDrawsNoMoreThanCanBeRead() {
        var state = MessagesState()
        let number = state.begin(ReadRequest(topics: ["t"], from: .end)).number
        for second in 0..<5 {
            let messages = (0..<1_000).map { Self.message("1", offset: Int64(second * 1_000 + $0)) }
            state.take(ReadUpdate(reading: number, messages: messages), now: Int64(second) * 1_000)
        }
        #expect(state.thins)
        #expect(state.kept.count == 5_000)
        #expect(state.shown.count == DashboardLimits.drawnMessages)
        #expect(state.shown.last?.offset == 4_999)
        let lastSecond = state.shown.count { $0.offset >= 4_000 }
        #expect(lastSecond == DashboardLimits.rowsPerSecond)
        state.isFollowing = false
        #expect(state.shown.count == 5_000)
    }

    @Test func aScanStopsContinuesAndPauses() {
        var model = Fixture.model(Fixture.healthy(), .messages)
        _ = MessageMoves.begin(topics: ["orders"], from: .end, &model)
        _ = MessageMoves.filter("share", &model)
        let number = model.messages.request?.number ?? 0
        #expect(model.messages.request?.from == .beginning)
        let id = TopicPartition("orders", 0)
        let progress = [id: ReadUpdate.Progress(start: 0, position: 40, end: 100, scanned: 40)]
        _ = Update.update(
            &model,
            .messages(ReadUpdate(reading: number, messages: [Self.message("share")], scanned: 40, progress: progress)))
        #expect(Update.update(&model, .key(.escape)) == [.stopReading])
        #expect(model.place == .messages && model.messages.kept.count == 1)
        guard case .read(let continued)? = Update.update(&model, .key(.character("c"))).first else {
            Issue.record("nothing is read")
            return
        }
        #expect(continued.continuing?.progress[id]?.position == 40)
        #expect(model.messages.kept.count == 1)
        _ = Update.update(
            &model,
            .messages(
                ReadUpdate(
                    reading: continued.number, messages: [Self.message("share", offset: 101)], scanned: 90, matched: 2,
                    progress: progress, state: .full)))
        #expect(!model.messages.isReading)
        #expect(model.messages.kept.count == 2)
        guard case .read(let next)? = Update.update(&model, .key(.character("n"))).first else {
            Issue.record("nothing is read")
            return
        }
        #expect(next.continuing?.scanned == 90)
        #expect(model.messages.kept.isEmpty && model.messages.isReading)
    }

    @Test func exportsFollowTheFileName() {
        var model = Fixture.model(Fixture.healthy(), .messages)
        let number = { (model: inout Model) -> Int in
            _ = MessageMoves.begin(topics: ["orders"], from: .end, &model)
            return model.messages.request?.number ?? 0
        }(&model)
        let message = Self.message(#"say "hi", ok"#, key: nil, topic: "orders")
        _ = Update.update(&model, .messages(ReadUpdate(reading: number, messages: [message])))
        let csv = String(decoding: Export.contents(model, to: "a.csv"), as: UTF8.self)
        #expect(csv.hasSuffix("orders,3,100,2026-11-23 12:04:26.000 +00:00,,\"say \"\"hi\"\", ok\",\r\n"))
        let json = String(decoding: Export.contents(model, to: "a.ndjson"), as: UTF8.self)
        #expect(
            json == #"{"topic":"orders","partition":3,"offset":100,"timestamp":1795435466000,"key":null,"#
                + #""value":"say \"hi\", ok","headers":[]}"# + "\n")
    }

    @Test func formatsAreKeptByClusterAndTopic() {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("formats-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var hex = PayloadFormats()
        hex.value = .hex
        hex.fields = ["user.id", "type"]
        let kept = KeptFormats(directory: folder.path, cluster: "prod")
        kept.write(hex, for: "orders")
        kept.write(hex, for: "payments")
        KeptFormats(directory: folder.path, cluster: "test").write(hex, for: "orders")
        kept.write(PayloadFormats(), for: "payments")
        #expect(kept.read() == ["orders": hex])

        var model = Fixture.following()
        _ = Update.update(&model, .formats(["post-events": hex]))
        #expect(model.messages.formats(of: "post-events") == hex)
        #expect(
            Update.update(&model, .key(.character("b"))).first.map {
                if case .keepFormats(let formats, "post-events") = $0 { formats.value != .hex } else { false }
            } == true)
    }

    @Test func fieldsOfJSONGetColumns() {
        var model = Fixture.following()
        _ = Update.update(&model, .key(.character("e")))
        for character in "type,value.user nowhere" { _ = Update.update(&model, .key(.character(character))) }
        var formats = PayloadFormats()
        formats.fields = ["type", "user", "nowhere"]
        #expect(Update.update(&model, .key(.enter)) == [.keepFormats(formats, topic: "post-events")])
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("TYPE") && $0.contains("USER") && $0.contains("NOWHERE") })
        let types = model.messages.shown.compactMap { message in
            JSONReader.values(at: ["type"], in: message.value ?? [])?.first?.plain
        }
        #expect(!types.isEmpty && lines.contains { $0.contains(" \(types[0]) ") && $0.contains("— ") })
        model.size = Size(width: 80, height: 24)
        #expect(View.view(model).lines.allSatisfy { TextWidth.of($0) == 80 })
        _ = Update.update(&model, .key(.character("e")))
        #expect(model.prompt?.prompt.input.text == "type user nowhere")
    }

    @Test(arguments: [Size(width: 80, height: 60), Size(width: 120, height: 60)])
    func longKeysAndHeadersGoOnBelow(_ size: Size) {
        var model = Fixture.following()
        model.size = size
        let words = (100..<160).map { "word-\($0)" }
        model.popup = .message(
            MessagePopup(
                message: Self.message(
                    "v", key: words.prefix(30).joined(separator: " "),
                    headers: [
                        RecordHeader(
                            key: "trace", value: Array(words.dropFirst(30).joined(separator: " ").utf8)),
                        RecordHeader(key: String(repeating: "name", count: 30), value: Array("short".utf8)),
                    ])))
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(words.allSatisfy(text.contains))
        // A value of one long word too is whole, on a narrow terminal as well.
        let long = String((0..<200).map { Character(Unicode.Scalar(UInt8(97 + $0 % 26))) })
        model.popup = .message(MessagePopup(message: Self.message(long, key: "k")))
        let inside = size.width == 80 ? 68 : 80
        let rows = stride(from: 0, to: 200, by: inside).map { String(long.dropFirst($0).prefix(inside)) }
        let shown = View.view(model).lines
        #expect(rows.allSatisfy { row in shown.contains { $0.contains(row) } })
        #expect(text.contains("trace") && text.contains("short") && text.contains("(269 bytes)"))
    }

    @Test func whatIsNotCommittedCanBeLeftOut() {
        var model = Fixture.following()
        guard case .read(let request)? = Update.update(&model, .key(.character("x"))).first else {
            Issue.record("nothing is read again")
            return
        }
        #expect(request.committedOnly)
        #expect(View.view(model).lines[2].contains("committed only"))
    }

    @Test func transactionRecordsAreDecoded() throws {
        var value = TransactionLogValue()
        value.producerID = 4_001
        value.producerEpoch = 3
        value.timeoutMs = 60_000
        value.status = TransactionState.ongoing.rawValue
        value.startTimestamp = 7
        value.lastUpdateTimestamp = 9
        value.partitions = [NamedPartitions("orders", [1, 3])]
        let record = try TransactionRecord("pay-1", value).encoded()
        let key = Array(record.key.readableBytesView)
        let bytes = Array(try #require(record.value).readableBytesView)
        #expect(TransactionRecordText.key(key) == #"{"transactionalId":"pay-1"}"#)
        #expect(
            TransactionRecordText.value(bytes)
                == #"{"state":"Ongoing","producerId":4001,"producerEpoch":3,"timeoutMs":60000,"startedAt":7,"#
                + #""updatedAt":9,"partitions":["orders/1","orders/3"]}"#)
        #expect(TransactionRecordText.value([0, 9]) == nil && TransactionRecordText.key([1]) == nil)
    }
}
