import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// A disk without room is on every screen on which somebody would look for the reason of what it does.
@Suite struct DiskRoomTests {
    /// The healthy cluster with so many bytes free of 40 MiB on the log dir of broker 2, which has fallen out of one ISR.
    private func report(free: Int64) throws -> ClusterReport {
        let healthy = Fixture.healthy()
        var snapshot = healthy.snapshot
        let broker = try #require(snapshot.brokers.firstIndex { $0.id == 2 })
        snapshot.brokers[broker].logDirs = [
            LogDirSnapshot(path: "/small/kafka", bytes: 9 << 20, logs: 3, free: free, total: 40 << 20),
            LogDirSnapshot(path: "/large/kafka", bytes: 9 << 20, logs: 3, free: 30 << 30, total: 40 << 30),
        ]
        let topic = try #require(snapshot.topics.firstIndex { $0.name == "orders" })
        snapshot.topics[topic].partitions[1].isr.removeAll { $0 == 2 }
        return ClusterReport(snapshot, figures: healthy.figures)
    }

    private func text(_ report: ClusterReport, _ place: Place, width: Int = 120, height: Int = 40) -> String {
        View.view(Fixture.model(report, place, width: width, height: height)).lines.joined(separator: "\n")
    }

    @Test func roomIsJudgedByWhatIsLeft() {
        func room(_ free: Int64?, _ total: Int64?) -> LogDirSnapshot.Room {
            LogDirSnapshot(path: "/d", bytes: 0, logs: 0, free: free, total: total).room
        }
        #expect(room(20 << 10, 40 << 20) == .none && room(1 << 20, 40 << 20) == .little)
        #expect(room(3 << 20, 40 << 20) == .enough && room(4 << 30, 4 << 40) == .none)
        #expect(room(100 << 30, 4 << 40) == .little && room(300 << 30, 4 << 40) == .enough)
        #expect(room(nil, nil) == .enough, "who does not tell is not said to be full")
    }

    /// From when on a disk is marked stands beside the disks, once one of them is.
    @Test func limitsAreSaidWhereTheyMatter() throws {
        let limits = "marked from 90 % used, told from 95 %, FULL below 0.1 % or 1.0 MiB free"
        for (free, isSaid) in [(Int64(20) << 20, false), (Int64(3) << 20, true)] {
            let report = try report(free: free)
            #expect(text(report, .broker(2, .dirs)).contains(limits) == isSaid)
            #expect(text(report, .broker(2, .dirs), width: 80, height: 24).contains(limits) == isSaid)
            var model = Fixture.model(report, .brokers, height: 40)
            model.list.cursorID = "2"
            _ = Update.update(&model, .key(.character("d")))
            #expect(View.view(model).lines.contains { $0.contains(limits) } == isSaid)
        }
        #expect(HealthLimits.fullDisk < HealthLimits.littleRoom && HealthLimits.noRoom == 1 << 20)
        #expect(100 - HealthLimits.littleRoom > 100 / Double(HealthLimits.noRoomPart))
    }

    @Test func aFullDiskIsSaidEverywhere() throws {
        let full = try report(free: 20 << 10)
        #expect(full.health.brokersFull == [2] && full.health.problems == 1)
        let overview = text(full, .overview)
        #expect(overview.contains("2 up, disk FULL ─"))
        #expect(overview.contains("disk of broker 2      FULL: writes to it fail"))
        #expect(overview.contains("under-replicated              1   disk full on 2"))
        #expect(overview.contains("X, E on Topics or R make room"))
        #expect(text(full, .overview, width: 80, height: 24).contains("disk of 2 FULL: writes fail"))
        let brokers = text(full, .brokers)
        #expect(brokers.contains("up, disk FULL"))
        #expect(brokers.contains("broker 2   disk: 20 KiB of 40 MiB left in /small/kafka; writes to its leaders fail"))
        #expect(brokers.contains("X on Topics purges, E shortens retention, R moves partitions away"))
        #expect(text(full, .broker(2, .partitions)).contains("up, disk FULL"))
        var model = Fixture.model(full, .brokers)
        _ = Update.update(&model, .key(.character("!")))
        #expect(BrokersScreen.list(model).ids.map { $0 } == ["2"])
        model = Fixture.model(full, .partitions, height: 40)
        model.list.cursorID = "orders/1"
        _ = Update.update(&model, .key(.character("d")))
        #expect(View.view(model).lines.contains { $0.contains("under-replicated: 2 up, disk FULL not in sync") })
    }

    @Test func littleRoomIsSaidBeforeItIsNone() throws {
        let little = try report(free: (40 << 20) / 25)
        #expect(little.health.brokersFull.isEmpty && little.health.problems == 0)
        #expect(text(little, .brokers).contains("up, disk 96 %"))
        #expect(text(little, .brokers).contains("without room writes to its leaders fail"))
        #expect(!text(try report(free: 20 << 20), .brokers).contains("disk 5"))
    }

    @Test func whatBecameOfItIsOnTheTimeline() throws {
        let (well, full) = (try report(free: 20 << 20).snapshot, try report(free: 4_096).snapshot)
        let event = try #require(EventDetector.events(from: well, to: full).first)
        #expect(event.text == "log dir /small/kafka is FULL: nothing can be written there" && event.weight == .bad)
        #expect(event.line == "broker 2: disk FULL, it takes no writes" && event.broker == 2)
        #expect(EventDetector.events(from: full, to: full).isEmpty)
        let back = try #require(EventDetector.events(from: full, to: well).first)
        #expect(back.text == "its log dirs have room again" && back.weight == .good)
        // A broker that is down tells nothing of its disk.
        var down = full
        let index = try #require(down.brokers.firstIndex { $0.id == 2 })
        down.brokers[index].state = .down(since: nil)
        #expect(ClusterReport(down, figures: Fixture.healthy().figures).health.brokersFull.isEmpty)
        #expect(!EventDetector.events(from: full, to: down).contains { $0.text.contains("room") })
    }
}
