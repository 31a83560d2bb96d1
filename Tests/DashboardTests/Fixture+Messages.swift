import KafkaProtocol
import TerminalUI

@testable import Dashboard

/// The messages of post-events at 12:10:03, and the scan of section 6.2.
extension Fixture {
    /// 12:10:03 of the fixture's day, UTC.
    static let messagesAt: Timestamp = 1_795_435_803_000

    private static let likers = [4_410, 9_313, 2_071, 611, 1_262, 5_664, 4_835, 4_588, 1_573, 5_975]

    /// The n-th message that is followed: ten kinds over and over, 50 ms for each round.
    static func followed(_ n: Int) -> ReadMessage {
        let round = n / 10
        let steps: [(Int64, Int32, Offset)] = [
            (118, 4, 1_133_912), (119, 1, 1_129_310), (121, 0, 1_127_744), (124, 3, 1_132_015), (130, 5, 1_135_480),
            (131, 2, 1_130_866), (138, 4, 1_133_913), (140, 1, 1_129_311), (144, 0, 1_127_745), (150, 3, 1_132_016),
        ]
        let (millis, partition, offset) = steps[n % 10]
        let at = messagesAt + millis + Int64(round) * 50
        func json(_ type: String, _ post: Int, _ user: Int, _ more: String = "") -> String {
            "{\"type\":\"\(type)\",\"post\":\(post),\"user\":\(user)\(more),\"at\":\(at)}"
        }
        let user = likers[n / 10 * 4 % 10]
        let (key, value): (String?, [UInt8]?) =
            switch n % 10 {
            case 0: ("post-88127", Array(json("like", 88_127, likers[round * 4 % 10]).utf8))
            case 1:
                (
                    "post-1209",
                    Array(json("comment", 1_209, 77 + round * 773, ",\"text\":\"très bien, merci beaucoup\"").utf8)
                )
            case 2: ("post-55102", Array(json("like", 55_102, likers[(round * 4 + 1) % 10]).utf8))
            case 3: ("ユーザー42", Array(json("comment", 7_740, 42 + round * 563, ",\"text\":\"おめでとう 🎉\"").utf8))
            case 4:
                ("post-88121", Array(json("share", 88_121, 118 + round * 1_019, ",\"to\":[\"push\",\"mail\"]").utf8))
            case 5: ("post-310", nil)
            case 6: ("post-9001", Array(json("like", 9_001, likers[(round * 4 + 2) % 10]).utf8))
            case 7: ("post-17", Array(json("like", 17, likers[(round * 4 + 3) % 10]).utf8))
            case 8: (nil, [0, 0, 0, 0, 7, 2, 0x9A, 1, 0x0E, 0x6C, 0x69, 0x6B, 0x65, 0])
            default: ("post-7740", Array(json("follow", 7_740, 88 + round * 839 + user % 1).utf8))
            }
        return ReadMessage(
            topic: "post-events", partition: partition, offset: offset + Int64(round) * 7, timestamp: at,
            key: key.map { Array($0.utf8) }, value: value,
            headers: n % 10 == 4
                ? [("trace-id", "7f3c9a0e51d2448b"), ("source", "web"), ("source", "edge-3")].map {
                    RecordHeader(key: $0.0, value: Array($0.1.utf8))
                } : [],
            batch: BatchFacts(
                producerID: 4_012, producerEpoch: 0, sequence: Int32(88_098 + n), leaderEpoch: 5, codec: "lz4",
                bytes: 1_229, records: 21))
    }

    /// Screen 6 while it follows more than can be drawn.
    static func following(width: Int = 120, height: Int = 34) -> Model {
        var model = messagesModel(width: width, height: height)
        _ = MessageMoves.begin(topics: ["post-events"], from: .end, &model)
        let number = model.messages.request?.number ?? 0
        let filler = [UInt8](repeating: 0x61, count: 3_150)
        model.now = messagesAt - 500
        model.lastKeyAt = model.now
        for batch in 0..<84 {
            let count = batch == 83 ? 385 : 1_000
            let messages = (0..<count).map {
                ReadMessage(
                    topic: "post-events", partition: 0, offset: Int64(batch * 1_000 + $0), timestamp: model.now,
                    key: nil, value: filler)
            }
            _ = Update.update(&model, .messages(ReadUpdate(reading: number, messages: messages)))
        }
        model.now = messagesAt
        model.lastKeyAt = model.now
        let last = ReadUpdate(
            reading: number, messages: [followed(9).before] + (0..<26).map(followed), scanned: 83_412, rate: 1_400)
        _ = Update.update(&model, .messages(last))
        return model
    }

    /// The same, stopped on its fifth message while 412 more came.
    static func stopped(width: Int = 120, height: Int = 34) -> Model {
        var model = messagesModel(width: width, height: height)
        model.now = messagesAt + 4_130
        model.lastKeyAt = model.now
        _ = MessageMoves.begin(topics: ["post-events"], from: .end, &model)
        let number = model.messages.request?.number ?? 0
        _ = Update.update(
            &model, .messages(ReadUpdate(reading: number, messages: (0..<26).map(followed), rate: 1_400)))
        model.list.cursorID = followed(4).id
        model.list.table.cursor = 4
        model.messages.isFollowing = false
        _ = Update.update(
            &model, .messages(ReadUpdate(reading: number, messages: (26..<438).map(followed), rate: 1_400)))
        return model
    }

    /// Screen 6 in the middle of a scan.
    static func scanning(width: Int = 120, height: Int = 34) -> Model {
        var model = messagesModel(width: width, height: height)
        _ = MessageMoves.begin(topics: ["post-events"], from: .end, &model)
        _ = MessageMoves.filter("value.type:share user>100", &model)
        let number = model.messages.request?.number ?? 0
        let scanned: [Int64] = [598_011, 406_882, 380_120, 394_210, 361_004, 260_891]
        let total: Int64 = 4_374_110
        var progress: [TopicPartition: ReadUpdate.Progress] = [:]
        for (partition, count) in scanned.enumerated() {
            let share = total / 6 + (partition < Int(total % 6) ? 1 : 0)
            progress[TopicPartition("post-events", Int32(partition))] = ReadUpdate.Progress(
                start: 400_000, position: 400_000 + count, end: 400_000 + share, scanned: count)
        }
        let update = ReadUpdate(
            reading: number, messages: (0..<1_204).map(shared), scanned: scanned.reduce(0, +), bytes: 376 << 20,
            matched: 1_204, rate: 412_000, progress: progress)
        _ = Update.update(&model, .messages(update))
        model.list.cursorID = shared(7).id
        model.list.table.cursor = 7
        return model
    }

    /// The n-th match of the scan.
    private static func shared(_ n: Int) -> ReadMessage {
        let first: Timestamp = 1_795_431_739_402
        let drawn: [(Int64, Int32, Offset, Int, Int, String)] = [
            (0, 0, 410_007, 12, 318, "push"), (608, 2, 412_655, 310, 127, "mail"),
            (5_369, 1, 411_398, 1_209, 2_204, "push\",\"mail"), (11_604, 4, 416_120, 88, 104, "mail"),
            (14_153, 5, 417_204, 7, 611, "push"), (20_716, 3, 415_001, 42, 9_313, "push"),
            (25_498, 0, 410_633, 301, 150, "mail"), (38_629, 1, 412_044, 8_820, 118, "push\",\"mail"),
        ]
        let (after, partition, offset, post, user, to) =
            n < 8
            ? drawn[n]
            : (Int64(38_629 + n * 731), Int32(n % 6), Offset(420_000 + n * 37), n * 7, 101 + n % 900, "push")
        let at = first + after
        return ReadMessage(
            topic: "post-events", partition: partition, offset: offset, timestamp: at,
            key: Array("post-\(post)".utf8),
            value: Array("{\"type\":\"share\",\"post\":\(post),\"user\":\(user),\"to\":[\"\(to)\"],\"at\":\(at)}".utf8))
    }

    private static func messagesModel(width: Int, height: Int) -> Model {
        var model = model(healthy(), .messages, width: width, height: height)
        model.now = messagesAt
        model.lastKeyAt = model.now
        return model
    }
}

extension ReadMessage {
    /// The same message one round earlier.
    fileprivate var before: ReadMessage {
        ReadMessage(
            topic: topic, partition: partition, offset: offset - 7, timestamp: timestamp - 50, key: key,
            value: Array("{\"type\":\"follow\",\"post\":7740,\"user\":311,\"at\":\(timestamp - 50)}".utf8))
    }
}
