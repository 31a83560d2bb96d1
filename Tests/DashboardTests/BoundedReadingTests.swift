import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// A reading that has an end: asked for by `o`, told in the title, over by itself.
@Suite struct BoundedReadingTests {
    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func has(_ text: String, _ model: Model) -> Bool { View.view(model).lines.contains { $0.contains(text) } }

    private func seek(_ text: String, _ model: inout Model) -> ReadRequest? {
        let commands = press([.character("o")] + text.map { .character($0) } + [.enter], &model)
        return commands.lazy.compactMap { if case .read(let request) = $0 { request } else { nil } }.first
    }

    private func update(_ number: Int, _ messages: [ReadMessage], _ state: ReadUpdate.State) -> ReadUpdate {
        let count = Int64(messages.count)
        let progress = ReadUpdate.Progress(start: 10, position: state == .atEnd ? 13 : 11, end: 13, scanned: count)
        return ReadUpdate(
            reading: number, messages: messages, scanned: count, matched: count,
            progress: [TopicPartition("orders", 0): progress], state: state)
    }

    @Test func itEndsByItselfAndSaysSo() throws {
        var model = Fixture.model(Fixture.healthy(), .messages)
        _ = MessageMoves.begin(topics: ["orders"], from: .end, &model)
        let request = try #require(seek("10 .. 12", &model))
        #expect(request.span == ReadSpan(.offset(10), until: .offset(12)) && !request.follow)
        #expect(has("── from 10 to offset 12", model) && has("reading 0 %", model))
        let messages = (10...12).map { MessageTests.message("v", partition: 0, offset: $0, topic: "orders") }
        _ = Update.update(&model, .messages(update(request.number, [messages[0]], .reading)))
        #expect(has("reading 33 %", model) && model.messages.isReading)
        _ = Update.update(&model, .messages(update(request.number, Array(messages[1...]), .atEnd)))
        #expect(has("all read", model) && !model.messages.isReading)
        #expect(model.flash?.text == "orders is read to offset 12: 2 messages")
        #expect(press([.character("c")], &model).isEmpty && model.said.last?.text == "it has come to its end")
    }

    @Test func aFilterKeepsTheEndAndFollowingDropsIt() throws {
        var model = Fixture.model(Fixture.healthy(), .messages)
        _ = MessageMoves.begin(topics: ["orders"], from: .end, &model)
        _ = seek("10 .. 12", &model)
        let filtered = press([.character("/")] + "x".map { .character($0) } + [.enter], &model)
        guard case .read(let scan)? = filtered.first else {
            Issue.record("nothing is read")
            return
        }
        #expect(scan.until == .offset(12) && scan.from == .offset(10) && !scan.follow)
        guard case .read(let plain)? = press([.character("/"), .control("u"), .enter], &model).first else {
            Issue.record("nothing is read")
            return
        }
        #expect(plain.until == .offset(12) && plain.from == .offset(10) && !plain.follow)
        guard case .read(let followed)? = press([.character("f")], &model).first else {
            Issue.record("nothing is followed")
            return
        }
        #expect(followed.follow && followed.until == nil)
    }

    @Test func nothingThereIsSaid() throws {
        var model = Fixture.model(Fixture.healthy(), .messages)
        _ = MessageMoves.begin(topics: ["orders"], from: .end, &model)
        let request = try #require(seek("10 .. 12", &model))
        _ = Update.update(&model, .messages(update(request.number, [], .atEnd)))
        #expect(has("No messages in orders from there up to offset 12.", model))
    }

    @Test func whereItLeadsIsToldWithBothMoments() {
        var model = Fixture.model(Fixture.healthy(), .messages)
        _ = MessageMoves.begin(topics: ["orders"], from: .end, &model)
        let commands = press([.character("o")] + "12:00 .. 12:04".map { .character($0) }, &model)
        guard case .resolve(_, _, let span)? = commands.last else {
            Issue.record("nobody is asked")
            return
        }
        _ = Update.update(&model, .resolved(span, "7 offsets from offset 3 on in 1 partition"))
        #expect(model.prompt?.note == "12:00:00 to 12:04:00, 7 offsets from offset 3 on in 1 partition")
    }
}
