import Simulation
import TestSupport
import Testing

@testable import Broker

/// The file by which a bundled broker tells what it sent.
@Suite struct SentBytesTests {
    private let clock = ManualClock()
    private let disk = SimulatedDisk()
    private let sent: SentBytes

    init() throws {
        try disk.createDirectory("/data")
        sent = SentBytes(directory: "/data", disk: disk, clock: clock, log: NodeLog(nodeID: 1))
    }

    private var told: String? { disk.bytes("/data/figures.properties").map { String(decoding: $0, as: UTF8.self) } }

    @Test func aStartTellsZeroEvenOverAnOldFile() {
        disk.setBytes("/data/figures.properties", Array("bytes.out=999\n".utf8))
        sent.start()
        #expect(told == "bytes.out=0\n")
    }

    @Test func itTellsOnceASecondUntilItStops() {
        sent.start()
        sent.add(40)
        sent.add(2)
        #expect(told == "bytes.out=0\n")
        clock.advance(1_000)
        #expect(told == "bytes.out=42\n")
        sent.stop()
        sent.add(1)
        clock.advance(5_000)
        #expect(told == "bytes.out=42\n")
    }

    @Test func aDiskThatFailsDoesNotEndIt() {
        sent.start()
        disk.fail(afterOperations: 1)
        sent.add(7)
        clock.advance(2_000)
        #expect(told == "bytes.out=7\n")
    }
}
