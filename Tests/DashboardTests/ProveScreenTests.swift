import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// The screen of `klamm prove`, as drawn.
@Suite struct ProveScreenTests {
    private func picture() -> ProofPicture {
        var picture = ProofPicture(
            cluster: "bundled", began: Fixture.at(12, 50, 32), now: Fixture.at(12, 52, 14), left: 198)
        picture.counts.sent = 408_112
        picture.counts.acknowledged = 408_020
        picture.counts.read = 407_961
        picture.counts.unknown = 14
        picture.counts.unknownFound = 11
        picture.inFlight = 92
        picture.retried = 1_306
        picture.rates.sent = 4_000
        picture.rates.acknowledged = 4_000
        picture.rates.read = 4_000
        var counts = ProofChecker.Counts()
        for tick in 0..<36 {
            counts.sent += 4_000
            counts.acknowledged += [14, 24, 34].contains(tick) ? 1_000 : 4_000
            counts.read += [14, 24, 34].contains(tick) ? 1_000 : 4_000
            picture.course.tick(counts)
            if let fault: Character = [14: "K", 24: "Z", 34: "K"][tick] { picture.course.mark(fault) }
        }
        picture.produceLately = times(1.8, 6.1, 11.4)
        picture.produceAll = times(1.9, 8.8, 2_114)
        picture.endToEndLately = times(4, 12.2, 20.9)
        picture.brokers = [
            .init(id: 1, isController: true, state: "up"), .init(id: 2, isController: false, state: "up, catching up"),
            .init(id: 3, isController: false, state: "up"),
        ]
        picture.underReplicated = 2
        picture.partitions = 6
        picture.faults = [
            .init(
                at: Fixture.at(12, 51, 12), text: "kill −9 broker 2 for 5s", noticed: 1.6, writesStopped: 1.63,
                partitionsStopped: 2, newLeaders: 1.62, fullISR: 8.9, lost: 0),
            .init(
                at: Fixture.at(12, 51, 41), text: "pause broker 3 for 5s", noticed: 1.5, writesStopped: 1.54,
                partitionsStopped: 2, newLeaders: 1.52, fullISR: 9.4, lost: 0),
            .init(
                at: Fixture.at(12, 52, 9), text: "kill −9 broker 2 for 5s", noticed: 1.6, writesStopped: 1.66,
                partitionsStopped: 2, newLeaders: 1.64, fullISR: nil, lost: 0),
        ]
        picture.faultsPlanned = 8
        picture.next = "next in 12s: kill −9 the leader of the most partitions"
        picture.setting = "4 producers   4.0k records/s asked for   topic prove-1 (6 partitions)"
        return picture
    }

    /// Exactly these at the half, at 99 of 100 and at the end.
    private func times(_ half: Double, _ most: Double, _ longest: Double) -> LatencyHistogram {
        var times = LatencyHistogram()
        for _ in 0..<60 { times.add(.milliseconds(half) * 0.99) }
        for _ in 0..<39 { times.add(.milliseconds(most) * 0.99) }
        times.add(.milliseconds(longest))
        return times
    }

    private func draw(_ picture: ProofPicture, _ width: Int, _ height: Int) -> CellBuffer {
        ProveScreen.draw(
            picture, said: "", size: Size(width: width, height: height), glyphs: .unicode, zone: .utc)
    }

    @Test func asDrawn() throws {
        for (name, width, height) in [("12.1", 120, 34), ("12.1-80x24", 80, 24), ("12.1-40x10", 40, 10)] {
            try Golden.expect(draw(picture(), width, height), as: name)
        }
    }

    @Test func whatSpeaksAgainstTheClaimIsNamed() {
        var picture = picture()
        picture.counts.lost = 1
        let finding = "LOST prove-1/3 producer 2 sequence 88102, acknowledged at offset 51204"
        picture.findings = [finding]
        let lines = draw(picture, 120, 34).lines
        #expect(lines[1].contains("FALSE: 1 lost"))
        #expect(!lines[1].contains("so far"))
        #expect(lines.contains { $0.contains(finding) })
    }

    @Test func whyARecordGotNoAnswerStandsBelowTheCount() throws {
        var picture = picture()
        picture.lastError = "timed out: the record's delivery timeout"
        for width in [120, 80] {
            let lines = draw(picture, width, 34).lines
            let row = try #require(lines.firstIndex { $0.contains("UNKNOWN") })
            #expect(lines[row + 1].contains("last: timed out"))
        }
    }

    @Test func aTerminalThatIsTooSmallIsTold() {
        #expect(draw(picture(), 39, 9).lines[0].hasPrefix("Klamm needs 40×10; this is 39×9."))
    }
}
