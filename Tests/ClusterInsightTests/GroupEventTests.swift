import KafkaProtocol
import Testing

@testable import ClusterInsight

/// What is told of consumer groups.
@Suite struct GroupEventTests {
    private func member(_ id: String) -> MemberSnapshot {
        MemberSnapshot(id: id, clientID: id, host: "h", partitions: [])
    }

    private func cluster(_ groups: [GroupSnapshot], read: Bool = true) -> ClusterSnapshot {
        var snapshot = ClusterSnapshot(at: 1_000)
        snapshot.groups = groups
        snapshot.sources = [SourceSnapshot(.groups, answeredAt: read ? 1 : nil)]
        return snapshot
    }

    private func group(_ state: String, _ members: [String], coordinator: BrokerID = 1) -> GroupSnapshot {
        GroupSnapshot(name: "g", state: state, coordinator: coordinator, members: members.map(member))
    }

    private func told(_ old: [GroupSnapshot], _ new: [GroupSnapshot], read: Bool = true) -> [String] {
        EventDetector.events(from: cluster(old, read: read), to: cluster(new)).map(\.text)
    }

    @Test func statesAndMembersAreTold() {
        let stable = group("stable", ["a", "b"])
        #expect(told([stable], [group("rebalancing", ["a", "b", "c"])]) == ["g rebalancing: 1 joined"])
        #expect(told([group("rebalancing", ["a"])], [stable]) == ["g stable, 2 members"])
        #expect(told([stable], [group("empty", [])]) == ["g empty: last member left"])
        #expect(
            told([stable], [group("rebalancing", ["a", "b"], coordinator: 2)])
                == ["g rebalancing: coordinator moved 1 → 2"])
        #expect(told([stable], [stable]).isEmpty)
    }

    @Test func aRebalanceBetweenTwoLooksShowsInTheMembers() {
        #expect(
            told([group("stable", ["a", "b"])], [group("stable", ["b", "c"])])
                == ["g rebalanced: 1 joined, 1 left; 2 members"])
    }

    @Test func groupsComeAndGo() {
        let stable = group("stable", ["a"])
        #expect(told([], [stable]) == ["g new: stable, 1 member"])
        #expect(told([], [stable], read: false).isEmpty)
        #expect(told([stable], []) == ["g gone: it has no members and no offsets any more"])
        let console = GroupSnapshot(name: "console-consumer-1", state: "stable")
        #expect(told([], [console]).isEmpty)
    }

    @Test func verdictsAreToldWhenTheyChange() {
        func figures(_ status: GroupStatus, growsSince: Timestamp? = nil) -> [String: Shared<GroupFigures>] {
            var figures = GroupFigures()
            figures.status = status
            figures.growsSince = growsSince
            return ["g": Shared(figures)]
        }
        func told(_ old: [String: Shared<GroupFigures>], _ new: [String: Shared<GroupFigures>]) -> [String] {
            var snapshot = cluster([group("stable", ["a"])])
            snapshot.at = 300_000
            return EventDetector.verdictEvents(old, new, in: snapshot).map(\.text)
        }
        #expect(told(figures(.ok), figures(.warn, growsSince: 60_000)) == ["g WARN: its lag grew for 4 m"])
        #expect(told(figures(.warn), figures(.ok)) == ["g OK again"])
        #expect(told(figures(.warn), figures(.stall)) == ["g STALL: it has members, but no progress"])
        #expect(told(figures(.warn), figures(.warn)).isEmpty && told([:], figures(.stop)).isEmpty)
    }
}
