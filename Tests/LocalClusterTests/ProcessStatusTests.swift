import Glibc
import Testing

@testable import LocalCluster

/// What `/proc/PID/stat` says, as Linux writes it.
@Suite struct ProcessStatusTests {
    private func status(_ state: Character, threads: Int) -> ProcessStatus? {
        ProcessStatus(
            stat: "4711 (a ) b) \(state) 1 4711 4711 0 -1 4194560 4405 0 0 0 60 9 0 0 20 0 \(threads) 0 812345 657000 7"
                + " 18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0\n")
    }

    @Test func whatItSays() throws {
        let running = try #require(status("S", threads: 14))
        #expect(running.state == "S" && running.threads == 14 && running.startTime == 812_345)
        #expect(running.residentBytes == 7 * UInt64(getpagesize()) && running.isAlive && !running.isPaused)
        #expect(status("T", threads: 14)?.isPaused == true)
        #expect(ProcessStatus(stat: "4711 (sh) S 1") == nil && ProcessStatus(stat: "") == nil)
        #expect(ProcessStatus(pid: getpid())?.isAlive == true)
    }

    /// Its port is not free before the last thread has gone, and a new broker could not listen there.
    @Test func aKilledProcessLivesInItsLastThreads() {
        #expect(status("Z", threads: 3)?.isAlive == true)
        #expect(status("Z", threads: 1)?.isAlive == false)
        #expect(status("X", threads: 0)?.isAlive == false)
    }
}
