import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// New, changed and gone rows on Groups and Events, for three seconds.
@Suite struct RowMarkTests {
    /// What the row that holds a text lies on, and what its columns lie on.
    private func row(_ page: ListPage, _ id: String) -> TableRow? {
        page.ids.firstIndex(of: id).map(page.row)
    }

    private func observe(_ model: inout Model, _ change: (inout ClusterSnapshot) -> Void) {
        var snapshot = model.snapshot
        snapshot.at = model.now
        change(&snapshot)
        let report = ClusterReport(snapshot, figures: model.figures)
        var events = model.latestEvents
        events.observe(from: model.snapshot, to: snapshot)
        _ = Update.update(&model, .report(report, events))
    }

    @Test func groupsShowWhatChanged() throws {
        var model = Story.healthy.model(.groups)
        let before = GroupsScreen.list(model).total
        observe(&model) { snapshot in
            snapshot.groups.removeAll { $0.name == "billing" }
            snapshot.groups.append(GroupSnapshot(name: "fresh", state: "stable"))
            snapshot.edit(group: "fraud-check") { $0.state = "rebalancing" }
        }
        let page = GroupsScreen.list(model)
        #expect(page.total == before)
        #expect(row(page, "billing")?.surface == .rowGone)
        #expect(row(page, "fresh")?.surface == .rowNew)
        #expect(row(page, "fraud-check")?.cellSurfaces == ["state": .rowChanged])
        _ = Update.update(&model, .tick(model.now + RecentChanges.duration + 1))
        let later = GroupsScreen.list(model)
        #expect(!later.ids.contains("billing"))
        #expect(row(later, "fresh")?.surface == nil && row(later, "fraud-check")?.cellSurfaces.isEmpty == true)
    }

    @Test func aPartitionShowsThatAnotherReadsIt() {
        var model = Story.healthy.model(.group("fraud-check"))
        let id = TopicPartition("orders", 0)
        observe(&model) { snapshot in
            snapshot.edit(group: "fraud-check") { group in
                group.members = [MemberSnapshot(id: "x", clientID: "x", host: "h", partitions: [id])]
            }
        }
        #expect(model.recent.surfaces(.owner("fraud-check", id)) == ["member": .rowChanged, "host": .rowChanged])
    }

    @Test func newEventsAreMarked() {
        var model = Story.healthy.model(.events)
        observe(&model) { $0.kill(2, cause: "exited", ledBefore: 42) }
        let page = EventsScreen.list(model)
        let newest = "\(model.events.total)"
        #expect(row(page, newest)?.surface == .rowNew)
        #expect(row(page, "1")?.surface == nil)
        _ = Update.update(&model, .tick(model.now + RecentChanges.duration + 1))
        #expect(row(EventsScreen.list(model), newest)?.surface == nil)
    }
}
