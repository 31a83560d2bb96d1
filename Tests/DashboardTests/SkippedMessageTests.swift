import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// What a filter could not be asked of, and what no format could read: where, and why.
@Suite struct SkippedMessageTests {
    private func press(_ keys: [Key], _ model: inout Model) {
        for key in keys { _ = Update.update(&model, .key(key)) }
    }

    private func has(_ text: String, _ model: Model) -> Bool { View.view(model).lines.contains { $0.contains(text) } }

    private func scan(_ messages: [ReadMessage], skipped: Int64) -> Model {
        var model = Fixture.model(Fixture.healthy(), .messages)
        _ = MessageMoves.begin(topics: ["orders"], from: .end, &model)
        _ = MessageMoves.filter("value.type:share", &model)
        model.messages.request?.partitions = [0]
        var update = ReadUpdate(
            reading: model.messages.request?.number ?? 0, messages: messages, scanned: 10, matched: 1, skipped: skipped,
            progress: [TopicPartition("orders", 0): .init(start: 0, position: 10, end: 10, scanned: 10)], state: .atEnd)
        update.skips = [
            ReadUpdate.Skip(
                TopicPartition("orders", 0), offset: 3, reason: "the value has no type: it is text, not JSON")
        ]
        _ = Update.update(&model, .messages(update))
        return model
    }

    @Test func theLastRowLeadsToThem() {
        var model = scan([MessageTests.message(#"{"type":"share"}"#, topic: "orders")], skipped: 2)
        #expect(has("2 skipped, not readable for the filter: Enter lists them", model))
        press([.character("G"), .enter], &model)
        #expect(has("Skipped 2", model) && has("3  the value has no type: it is text, not JSON", model))
        #expect(has("and 1 more that are only counted", model))
        press([.escape, .character("g"), .enter], &model)
        #expect(has("Message 1 of 1", model), "the others are opened as ever")
    }

    @Test func withoutAMatchBothAreSaid() {
        var model = scan([], skipped: 1)
        #expect(has("No match in 10 messages (all scanned). 1 skipped", model))
        press([.enter], &model)
        #expect(has("Skipped 1", model))
    }

    @Test func withoutAnyThereIsNoSuchRow() {
        let model = scan([MessageTests.message("{}", topic: "orders")], skipped: 0)
        #expect(Screens.list(model)?.ids.count == 1)
    }

    @Test func theDetailsSayWhyNothingReadsIt() {
        func lines(_ bytes: [UInt8], key: [UInt8]? = nil, _ format: PayloadFormat = .automatic) -> String {
            var message = MessageTests.message(nil, key: nil)
            message.value = bytes
            message.key = key
            var model = Fixture.following()
            var formats = PayloadFormats()
            formats.value = format
            model.messages.use(formats, for: "t")
            return MessageView.lines(MessagePopup(message: message), model).map { $0.plain.drop { $0 == " " } }
                .joined(separator: " ")
        }
        let binary = lines([0x61, 0xC3, 0xA9, 0x00, 7])
        #expect(binary.contains("value not text: byte 00 at 3; not MessagePack: byte 61 begins no map or"))
        #expect(binary.contains("not a UUID: 16 bytes") && !binary.contains("not a number"))
        #expect(lines([0x61, 0xFF]).contains("not text: byte ff at 1"))
        #expect(lines([0x82, 0xA1]).contains("its map or array ends early"))
        #expect(lines(Array("{\"a\": 1, oops".utf8)).contains("value not JSON: line 1, column 10"))
        #expect(lines(Array("plain".utf8), key: [1, 0, 0]).contains("key not text: byte 01 at 0"))
        #expect(lines([1, 2, 3], .number).contains("value not a number"))
        #expect(!lines(Array("{\"a\": 1}".utf8)).contains("not ") && !lines(Array("plain".utf8)).contains("not "))
    }

    @Test func keysThatAreJSONAreSpreadToo() {
        var message = MessageTests.message("v", key: #"{"id":7,"of":{"a":"b"}}"#)
        func lines() -> [String] {
            MessageView.lines(MessagePopup(message: message), Fixture.following()).map(\.plain)
        }
        #expect(lines().contains("  \"id\": 7,") && lines().contains("key"))
        message.key = Array("plain".utf8)
        #expect(!lines().contains("key"))
    }

    @Test func numbersOfOtherKinds() {
        func line(_ bytes: [UInt8], _ format: PayloadFormat) -> String {
            Payload.line(bytes, format, MessageTests.message(nil), isKey: false).plain
        }
        #expect(line([0xFF, 0xFF], .unsigned) == "65535" && line([0xFF, 0xFF], .number) == "-1")
        #expect(line([255, 255, 255, 255, 255, 255, 255, 255], .unsigned) == "18446744073709551615")
        #expect(line([0x3F, 0xC0, 0, 0], .float) == "1.5" && line([0xBF, 0xF8, 0, 0, 0, 0, 0, 0], .float) == "-1.5")
        #expect(line([1, 2, 3], .float).contains("not a floating-point number"))
        #expect(line([1, 2, 3], .unsigned).contains("not a number"))
    }

    @Test func wideShowsTheTimesTypeAndTheWholeValue() {
        let long = "{\"text\":\"" + String(repeating: "word ", count: 40) + "tail\"}"
        var message = MessageTests.message(long, topic: "orders")
        message.isLogAppendTime = true
        var model = Fixture.model(Fixture.healthy(), .messages)
        _ = MessageMoves.begin(topics: ["orders"], from: .end, &model)
        _ = Update.update(
            &model, .messages(ReadUpdate(reading: model.messages.request?.number ?? 0, messages: [message])))
        #expect(!has("tail", model) && !has("LogAppendTime", model))
        press([.character("w")], &model)
        #expect(has("LogAppendTime", model) && has("TYPE", model) && has("word tail\"}", model))
        model.size = Size(width: 80, height: 24)
        #expect(has("word tail\"}", model))
    }

    /// `DashboardLimits.wrappedCharacters`: what is longer is not wrapped whole.
    @Test func aHugeValueLeavesRoomForTheList() {
        let huge = String(repeating: "x", count: DashboardLimits.wrappedCharacters * 2)
        var model = Fixture.model(Fixture.healthy(), .messages)
        _ = MessageMoves.begin(topics: ["orders"], from: .end, &model)
        let messages = [MessageTests.message(huge, topic: "orders")]
        _ = Update.update(
            &model, .messages(ReadUpdate(reading: model.messages.request?.number ?? 0, messages: messages)))
        press([.character("w")], &model)
        #expect(has("Enter shows all of it", model) && Screens.list(model)?.bottom.count ?? 99 <= 12)
    }
}
