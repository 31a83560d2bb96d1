import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Share groups and streams groups on screen 5, as they are drawn.
@Suite struct GroupTypeScreenTests {
    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func lines(_ model: Model) -> [String] { View.view(model).lines }

    private func line(_ words: String..., in model: Model) -> String? {
        lines(model).first { line in words.allSatisfy(line.contains) }
    }

    @Test func theListTellsTheTypes() throws {
        try Golden.hold(Fixture.groupTypes(), as: "5.3")
        try Golden.hold(Fixture.groupTypes(width: 80, height: 24), as: "5.3-80x24")
    }

    @Test func aShareGroup() throws {
        try Golden.hold(Fixture.groupTypes(.group("pickers")), as: "5.4")
        try Golden.hold(Fixture.groupTypes(.group("pickers"), width: 80, height: 24), as: "5.4-80x24")
        var model = Fixture.groupTypes(.group("pickers"))
        _ = press([.tab], &model)
        let members = lines(model).joined(separator: "\n")
        #expect(members.contains("picker-2-4f1c") && !members.contains("LAG"))
    }

    @Test func aStreamsGroup() throws {
        try Golden.hold(Fixture.groupTypes(.group("enricher")), as: "5.5")
        var model = Fixture.groupTypes(.group("enricher"))
        _ = press([.tab], &model)
        try Golden.hold(model, as: "5.6")
        var small = Fixture.groupTypes(.group("enricher"), width: 80, height: 24)
        _ = press([.tab], &small)
        try Golden.hold(small, as: "5.6-80x24")
    }

    @Test func aLagThatIsNotToldIsMarked() throws {
        let list = Fixture.groupTypes(tellsLag: false)
        #expect(try #require(line("pickers", "share", in: list)).contains("≈150"))
        let told = Fixture.groupTypes()
        #expect(try #require(line("pickers", "share", in: told)).contains(" 90 "))
        #expect(!lines(told).joined().contains("≈"))
        let page = Fixture.groupTypes(.group("pickers"), tellsLag: false)
        #expect(line("lag ", "≈150", in: page) != nil)
        #expect(line("orders", "picker-1 +1", "950", "≈50", in: page) != nil)
    }

    @Test func aClusterThatOnlyListsThemSaysSo() throws {
        let model = Fixture.groupTypes(describes: false)
        for name in ["pickers", "enricher"] {
            let row = try #require(line(name, name == "pickers" ? "share" : "streams", in: model))
            #expect(row.contains("?") && row.contains("not told by"))
            let page = lines(Fixture.groupTypes(.group(name), describes: false)).joined(separator: "\n")
            #expect(page.contains("not told: these brokers do not describe") && page.contains("members ?"))
        }
    }

    @Test func verdictsAreOnlyForWhoCommits() throws {
        #expect(
            line("status", "no verdict: a share group commits no offsets", in: Fixture.groupTypes(.group("pickers")))
                != nil)
        #expect(try #require(line("readers", "classic", in: Fixture.groupTypes())).contains("OK"))
        #expect(try #require(line("pickers", "share", in: Fixture.groupTypes())).contains("OK") == false)
    }

    @Test func whatOnlyWorksOnCommitsIsRefused() throws {
        var model = Fixture.groupTypes(.group("pickers"))
        _ = press([.character("X")], &model)
        #expect(model.popup == nil && line("kafka-share-groups.sh --delete-offsets", in: model) != nil)
        // A streams group commits as consumers do.
        var streams = Fixture.groupTypes(.group("enricher"))
        _ = press([.character("O")], &streams)
        #expect(streams.popup != nil && line("stays", "kafka-streams-application-reset.sh", in: streams) != nil)
    }

    @Test func whereAShareGroupBeginsIsMoved() throws {
        var model = Fixture.groupTypes(.group("pickers"))
        _ = press([.character("O")], &model)
        #expect(line("Not possible: group is stable with 2 members. Stop them first.", in: model) != nil)
        let report = try #require(model.latest)
        var snapshot = report.snapshot
        let index = try #require(snapshot.groups.firstIndex { $0.name == "pickers" })
        snapshot.groups[index].members = []
        snapshot.groups[index].state = "empty"
        model.latest = ClusterReport(snapshot, figures: report.figures)
        #expect(line("orders/0", "900 →", "0", "−900", "1,000", in: model) != nil)
        #expect(line("orders/1", "950 →", "0", "−950", in: model) != nil)
        _ = press([.tab, .tab] + "pickers".map { .character($0) }, &model)
        let commands = press([.enter], &model)
        let sent = commands.compactMap { command -> Change? in
            if case .change(let change, _) = command { change } else { nil }
        }
        let all = (0..<12).map { (TopicPartition("orders", $0), Offset(0)) }
        #expect(sent == [.resetOffsets(group: "pickers", Dictionary(all) { first, _ in first })])
    }

    @Test func membersLeaveByThemselves() {
        for name in ["pickers", "enricher"] {
            var model = Fixture.groupTypes(.group(name))
            _ = press([.tab, .character("K")], &model)
            #expect(lines(model).joined().contains("group leaves only by itself"))
        }
    }

    @Test func deletingAShareGroupTellsWhatIsLost() {
        var model = Fixture.groupTypes(.group("pickers"))
        _ = press([.character("D")], &model)
        let text = lines(model).joined(separator: "\n")
        #expect(
            text.contains("share.auto.offset.reset") && text.contains("Not possible: pickers is stable with 2 members"))
    }

    @Test func theNextMessageIsTheFirstThatIsNotDoneWith() {
        var model = Fixture.groupTypes(.group("pickers"))
        model.list.filter = "orders/0"
        let commands = press([.character("n")], &model)
        #expect("\(commands)".contains("900"))
    }

    @Test func aPartitionOfAShareGroupIsDescribedByItsStart() {
        for tellsLag in [true, false] {
            var model = Fixture.groupTypes(.group("pickers"), tellsLag: tellsLag)
            model.list.cursorID = "orders/1"
            _ = press([.character("d")], &model)
            #expect(line("status", "no verdict", in: model) != nil)
            #expect(line("start", "950", "DescribeShareGroupOffsets, coordinator 2", in: model) != nil)
            #expect(line("lag", tellsLag ? "50" : "≈50", tellsLag ? "Describe" : "end − start", in: model) != nil)
            for member in ["picker-1", "picker-2"] { #expect(line("member", member, in: model) != nil) }
            #expect(line("committed", in: model) == nil && line("last move", in: model) != nil)
        }
    }

    @Test func theTopologyIsDescribed() {
        var model = Fixture.groupTypes()
        model.list.cursorID = "enricher"
        _ = press([.character("d")], &model)
        #expect(line("topology", "epoch 2", in: model) != nil && line("processes", "2, threads 2", in: model) != nil)
        #expect(line("subtopology 1", "reads app-repartition", in: model) != nil)
        _ = press([.escape], &model)
        model.list.cursorID = "pickers"
        _ = press([.character("d")], &model)
        #expect(line("offsets", "a share group commits no offsets", in: model) != nil)
    }

    @Test func aStreamsGroupThatWaitsForTopicsSaysSo() throws {
        var model = Fixture.groupTypes()
        let report = try #require(model.latest)
        var snapshot = report.snapshot
        let index = try #require(snapshot.groups.firstIndex { $0.name == "enricher" })
        snapshot.groups[index].state = "not ready"
        snapshot.groups[index].topology?.subtopologies = nil
        model.latest = ClusterReport(snapshot, figures: report.figures)
        #expect(line("enricher", "not ready", "streams", in: model) != nil)
        model.place = .group("enricher")
        #expect(
            line("status", "not ready: topics are missing, or their partitions do not fit together", in: model) != nil)
        model.showsMembers = true
        #expect(line("TOPOLOGY", "epoch 2, topics are missing", in: model) != nil)
    }

    @Test func typesCanBeFilteredFor() {
        var model = Fixture.groupTypes()
        _ = press(":groups /type:share".map { .character($0) } + [.enter], &model)
        #expect(model.list.filter == "type:share")
        #expect(line("pickers", in: model) != nil && line("readers", in: model) == nil)
    }
}
