import KafkaProtocol
import NIOCore
import TestSupport
import Testing

@testable import Broker

/// What clients get from a broker after a `BrokerCourse`: the records of its topics, and the position of its group.
struct Served: Equatable {
    private(set) var records: [BrokerCourse.Topic: [Offset: String]] = [:]
    private(set) var committed: Offset = -1

    init(_ broker: LoneBroker, _ course: BrokerCourse) throws {
        broker.run(for: 300)
        for topic in BrokerCourse.Topic.allCases {
            guard broker.node.metadata.image.topic(named: topic.rawValue) != nil else { continue }
            let log = broker.node.logs.log(TopicPartition(topic.rawValue, 0))
            records[topic] = try broker.everything(topic.rawValue, from: log?.logStartOffset ?? 0)
        }
        if course.nextCommitted >= 0 { committed = try Self.position(broker) }
    }

    private static func position(_ broker: LoneBroker) throws -> Offset {
        var request = OffsetFetchRequest()
        request.groupID = "g"
        request.topics = [.init(BrokerCourse.Topic.synced.rawValue)]
        for _ in 0..<50 {
            _ = try broker.call(BrokerCourse.coordinatorSearch, 2)
            let answer = try broker.call(request, 7)
            if answer.errorCode == .none, let position = answer.topics.first?.partitions.first {
                return position.committedOffset
            }
            broker.run(for: 100)
        }
        Issue.record("the group's position cannot be had")
        return -2
    }

    func verify(_ course: BrokerCourse, _ ending: BrokerCrashTests.Ending, _ place: String) {
        for topic in course.created { #expect(records[topic] != nil, "\(place): topic \(topic) is gone") }
        for (topic, found) in records { verify(topic, found, course, ending, "\(place), topic \(topic)") }
        // The group's own log is not synced before it answers.
        let positions = [course.committed, course.nextCommitted] + (ending.isPower ? [-1, 5] : [])
        #expect(positions.contains(committed), "\(place): position \(committed) of \(positions)")
    }

    private func verify(
        _ topic: BrokerCourse.Topic, _ found: [Offset: String], _ course: BrokerCourse,
        _ ending: BrokerCrashTests.Ending, _ place: String
    ) {
        let sent = course.acknowledged[topic] ?? [:]
        let offsets = found.keys.sorted()
        let numbers = offsets.compactMap { found[$0].flatMap { Int($0) } }
        let wrong = sent.filter { found[$0.key] ?? $0.value != $0.value }
        if topic != .truncated { #expect(wrong.isEmpty, "\(place): \(found) instead of \(wrong)") }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "\(place): out of order: \(found)")
        if topic == .compacted { return verifyKeys(found, sent, place) }
        let range = (offsets.first ?? 0)..<((offsets.last ?? -1) + 1)
        #expect(offsets == Array(range), "\(place): holes in \(offsets)")
        let isWeak = topic == .plain && ending.isPower
        let missing = sent.keys.filter { $0 >= range.upperBound }
        #expect(isWeak || missing.isEmpty, "\(place): \(missing.sorted()) are lost, there is \(range)")
        let highest = course.highestStart[topic] ?? 0
        #expect(range.lowerBound <= highest || isWeak, "\(place): begins at \(range.lowerBound), not below \(highest)")
    }

    /// Of each key at least the last that was acknowledged is there, or a later one.
    private func verifyKeys(_ found: [Offset: String], _ sent: [Offset: String], _ place: String) {
        func key(_ value: String) -> Int { (Int(value) ?? 0) % 3 }
        for wanted in 0..<3 {
            guard let last = sent.filter({ key($0.value) == wanted }).keys.max() else { continue }
            let newest = found.filter { key($0.value) == wanted }.keys.max()
            #expect(newest ?? -1 >= last, "\(place): key \(wanted) has \(newest ?? -1), not \(last)")
        }
    }
}
