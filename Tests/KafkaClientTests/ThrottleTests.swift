import KafkaProtocol
import Testing

@testable import KafkaClient

/// Which configs a throttle sets, and which of them go again.
@Suite struct ThrottleTests {
    private static let (leader, follower) = (ThrottleConfig.lists[0], ThrottleConfig.lists[1])
    private static let rates: [String: ConfigChange] = Dictionary(
        uniqueKeysWithValues: ThrottleConfig.rates.map { ($0, .set("1000")) })

    private static func throttle() -> MoveThrottle {
        MoveThrottle(
            rate: 1_000,
            to: [
                TopicPartition("a", 0): [4, 2, 3], TopicPartition("a", 1): [2, 3, 1], TopicPartition("b", 7): [5],
            ],
            from: [
                TopicPartition("a", 0): [1, 2, 3], TopicPartition("a", 1): [1, 2, 3], TopicPartition("b", 7): [1],
            ])
    }

    @Test func existingReplicasAreThrottledAsLeadersAndNewOnesAsFollowers() {
        let changes = Self.throttle().changes(over: Throttles(), live: [1, 2, 3, 4])
        // Partition 1 of a only changes its order; broker 5 is down.
        #expect(
            changes == [
                .topic("a"): [Self.leader: .append("0:1,0:2,0:3"), Self.follower: .append("0:4")],
                .topic("b"): [Self.leader: .append("7:1"), Self.follower: .append("7:5")],
                .broker(1): Self.rates, .broker(2): Self.rates, .broker(3): Self.rates, .broker(4): Self.rates,
            ])
    }

    @Test func movesUnderWayAreThrottledLikeNewOnes() {
        let move = OngoingReassignment(replicas: [4, 1, 2], adding: [4], removing: [1])
        let changes = MoveThrottle(rate: 1_000, [TopicPartition("a", 3): move]).changes(over: Throttles(), live: [4])
        #expect(
            changes == [
                .topic("a"): [Self.leader: .append("3:1,3:2"), Self.follower: .append("3:4")], .broker(4): Self.rates,
            ])
    }

    @Test func whatIsListedAlreadyIsNotAddedAgain() {
        var found = Throttles()
        found.values = [.topic("a"): [Self.leader: "0:1, 9:9"], .topic("b"): [Self.leader: "*", Self.follower: "7:5"]]
        let changes = Self.throttle().changes(over: found, live: [])
        #expect(changes == [.topic("a"): [Self.leader: .append("0:2,0:3"), Self.follower: .append("0:4")]])
        #expect(
            found.takingBack(changes) == [.topic("a"): [Self.leader: .subtract("0:2,0:3"), Self.follower: .delete]])
    }

    @Test func ratesThatWereSetBeforeComeBack() {
        var found = Throttles()
        found.values = [.broker(1): [ThrottleConfig.rates[0]: "7"]]
        let back = found.takingBack([.broker(1): Self.rates])
        #expect(back == [.broker(1): [ThrottleConfig.rates[0]: .set("7"), ThrottleConfig.rates[1]: .delete]])
    }

    private static func found() -> Throttles {
        var found = Throttles()
        found.values = [
            .topic("a"): [leader: "0:1,1:2", follower: "0:4"], .topic("b"): [leader: "7:1", follower: "7:3"],
            .broker(1): [ThrottleConfig.rates[0]: "7"], .broker(2): [ThrottleConfig.rates[0]: "7"],
            .broker(4): [ThrottleConfig.rates[1]: "7"],
        ]
        return found
    }

    @Test func endedMovesLeaveWhatOthersNeed() {
        let changes = Self.found().removal(
            of: [TopicPartition("a", 0)], moving: [TopicPartition("b", 7): [1, 3]])
        #expect(
            changes == [
                .topic("a"): [Self.leader: .subtract("0:1"), Self.follower: .delete],
                .broker(2): [ThrottleConfig.rates[0]: .delete], .broker(4): [ThrottleConfig.rates[1]: .delete],
            ])
    }

    @Test func aPartitionThatMovesAgainKeepsItsThrottle() {
        let changes = Self.found().removal(
            of: [TopicPartition("a", 0)], moving: [TopicPartition("a", 0): [1, 4]])
        #expect(changes == [.broker(2): [ThrottleConfig.rates[0]: .delete]])
    }

    @Test func everythingGoesWhenEverythingIsMeant() {
        let changes = Self.found().removal(of: nil, moving: [TopicPartition("b", 7): [1, 3]])
        #expect(changes[.topic("a")] == [Self.leader: .delete, Self.follower: .delete])
        #expect(changes[.topic("b")] == [Self.leader: .delete, Self.follower: .delete])
        #expect(Set(changes.keys).isSuperset(of: [.broker(1), .broker(2), .broker(4)]))
    }

    @Test func configsSetElsewhereAreNoThrottleOfAMove() {
        func config(_ name: String, _ value: String, source: Int8) -> ConfigValue {
            ConfigValue(
                name: name, value: value, isReadOnly: false, isSensitive: false, isDefault: source == 5,
                source: source, documentation: nil)
        }
        let throttles = Throttles([
            .topic("a"): .success([config(Self.leader, "0:1", source: 1), config("retention.ms", "1", source: 1)]),
            .topic("b"): .success([config(Self.leader, "", source: 5)]),
            .topic("gone"): .failure(.broker(.unknownTopicOrPartition, nil)),
            .broker(1): .success([config(ThrottleConfig.rates[0], "5", source: 3)]),
            .broker(2): .success([
                config(ThrottleConfig.rates[0], "5", source: 2), config(ThrottleConfig.rates[1], "4", source: 2),
            ]),
            .broker(3): .failure(.closed),
        ])
        #expect(throttles.topics == ["a"])
        #expect(throttles.rates == [2: 4])
        #expect(throttles.unread == [.broker(3): .closed])
    }

    @Test func speedLooksBackTenSeconds() throws {
        let start = ContinuousClock.now
        var speed = MoveSpeed()
        func at(_ seconds: Int, _ copied: Int64) -> MoveProgress {
            MoveProgress(partitions: 1, copied: copied, at: start + .seconds(seconds))
        }
        #expect(speed.take(at(0, 0)) == nil)
        #expect(speed.take(at(2, 200)) == 100)
        #expect(speed.take(at(20, 1_000)) == nil)
        #expect(speed.take(at(25, 1_500)) == 100)
    }
}
