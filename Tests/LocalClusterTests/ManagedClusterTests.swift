import Glibc
import Properties
import Synchronization
import Testing

@testable import LocalCluster

/// Operations with a program that is no broker: what a cluster does when things go wrong.
@Suite struct ManagedClusterTests {
    @Test func withoutAClusterEveryOperationSaysSo() async throws {
        try await withDirectory { directory in
            let cluster = ManagedCluster(directory)
            await #expect { try await cluster.status() } throws: { ($0 as? LocalClusterError)?.kind == .missing }
            await #expect { try await cluster.kill(1) } throws: { ($0 as? LocalClusterError)?.kind == .missing }
            try await cluster.reset()
        }
    }

    @Test func aBrokerThatEndsAtOnceIsReportedWithItsLog() async throws {
        try await withDirectory { directory in
            let program = directory.path + "/program"
            try ClusterDirectory.make(directory.path)
            try Self.script(program, "echo log.dirs is on fire; exit 1")
            let cluster = ManagedCluster(directory, executable: program)
            let started = try await cluster.start(brokers: 1, firstPort: 0)
            #expect(started.failures.map(\.reason) == ["log.dirs is on fire"] && !started.isUp)
            #expect("\(started.failures)".contains(directory.logFile(1)))
            #expect(throws: StartFailure.self) { try started.whole() }
            let status = try await cluster.status()
            #expect(status.brokers.map(\.state) == [.stopped])
            #expect(status.brokers.map(\.ending) == ["did not start: log.dirs is on fire"])
            // What the process before it wrote is no reason.
            try Self.script(program, "exit 1")
            let silent = try await cluster.start()
            #expect(silent.failures.map(\.reason) == ["its process ended without a word in \(directory.logFile(1))"])
            await #expect { try await cluster.start(brokers: 2) } throws: { "\($0)".contains("has 1 brokers, not 2") }
            await #expect { try await cluster.pause(1) } throws: { "\($0)" == "broker 1 does not run" }
            await #expect { try await cluster.kill(7) } throws: { "\($0)".contains("no broker 7") }
            #expect(try await cluster.addBroker() == 2)
            #expect(try await cluster.status().brokers.map(\.isVoter) == [true, false])
            try await cluster.reset()
            #expect(!directory.exists)
        }
    }

    /// One of three voters cannot elect anybody; it is not waited for as long as for one that reads its logs.
    @Test func withoutMostVotersTheStartEnds() async throws {
        try await withDirectory { directory in
            let program = directory.path + "/program"
            try ClusterDirectory.make(directory.path)
            try Self.script(
                program, "case $3 in */broker-3/*) exec sleep 1000;; esac; echo klamm broker: no room on disk; exit 1")
            let told = Mutex<[Int32]>([])
            let began = ContinuousClock.now
            let started = try await ManagedCluster(directory, executable: program)
                .start(brokers: 3, firstPort: 0) { id, failure in
                    if failure != nil { told.withLock { $0.append(id) } }
                }
            let took = ContinuousClock.now - began
            #expect(started.failures.map(\.broker) == [1, 2, 3] && !started.isUp)
            #expect(started.failures.prefix(2).allSatisfy { $0.reason == "no room on disk" })
            #expect(started.failures[2].reason.hasPrefix("too few voters are left"))
            #expect(took > LocalClusterLimits.leaderless && took < LocalClusterLimits.readiness)
            #expect(told.withLock(\.self) == [1, 2, 3])
            #expect(started.status.brokers.allSatisfy { $0.state == .stopped })
        }
    }

    /// Whoever starts voters one after the other gets a majority in the end: the first ones are left running.
    @Test func aVoterThatWaitsForOthersIsNotEnded() async throws {
        try await withDirectory { directory in
            let program = directory.path + "/program"
            try ClusterDirectory.make(directory.path)
            try Self.script(program, "echo klamm broker: no room on disk; exit 1")
            let cluster = ManagedCluster(directory, executable: program)
            _ = try await cluster.start(brokers: 3, firstPort: 0)
            try Self.script(program, "exec sleep 1000")
            let began = ContinuousClock.now
            let failures = try await cluster.restart([1])
            let took = ContinuousClock.now - began
            #expect(failures.map(\.broker) == [1] && failures.allSatisfy(\.isUnderWay))
            #expect(
                failures.first?.reason == "it runs, and is ready once 1 more of the voters 2, 3 is started")
            #expect(failures.first?.description.hasPrefix("broker 1 is not up yet: it runs") == true)
            #expect(took > LocalClusterLimits.leaderless && took < LocalClusterLimits.readiness)
            #expect(try await cluster.status().brokers.map(\.state) == [.starting, .stopped, .stopped])
            try await cluster.kill(1)
        }
    }

    @Test func processesAreKnownByNumberAndStart() async throws {
        try await withDirectory { directory in
            try ClusterDirectory.make(directory.path)
            let program = directory.path + "/program"
            try Self.script(program, "exec cat > /dev/null")
            let lifeline = try Lifeline()
            let process = try BrokerProcess.spawn(
                executable: program, config: "none", log: directory.path + "/log", lifeline: lifeline)
            try process.write(to: directory.path + "/pid")
            #expect(try BrokerProcess(pidFile: directory.path + "/pid") == process)
            // The number alone, as after the kernel has given it to another program, is not the broker.
            try BrokerProcess(pid: process.pid, startTime: process.startTime + 1).write(to: directory.path + "/pid")
            #expect(try BrokerProcess(pidFile: directory.path + "/pid") == nil)
            #expect(try !BrokerProcess(pid: process.pid, startTime: process.startTime + 1).signal(SIGKILL))
            #expect(try process.signal(SIGSTOP))
            #expect(process.info != nil)
            #expect(try process.signal(SIGKILL))
            #expect(process.waitForEnd(until: .now + .seconds(10)))
            #expect(try !process.signal(SIGKILL))
        }
    }

    @Test func brokersLeaveWithTheirLifeline() async throws {
        try await withDirectory { directory in
            try ClusterDirectory.make(directory.path)
            let program = directory.path + "/program"
            try Self.script(program, "exec cat > /dev/null")
            var lifeline: Lifeline? = try Lifeline()
            let process = try BrokerProcess.spawn(
                executable: program, config: "none", log: directory.path + "/log", lifeline: lifeline)
            #expect(process.info != nil)
            lifeline = nil
            #expect(process.waitForEnd(until: .now + .seconds(10)))
        }
    }

    @Test func aLockedDirectoryIsInUse() async throws {
        try await withDirectory { directory in
            let first = try DirectoryLock(directory)
            #expect {
                _ = try DirectoryLock(directory, within: .milliseconds(50))
            } throws: {
                ($0 as? LocalClusterError)?.kind == .inUse
            }
            withExtendedLifetime(first) {}
        }
    }

    private static func script(_ path: String, _ body: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o755)
        try #require(descriptor >= 0)
        let text = "#!/bin/sh\n\(body)\n"
        #expect(write(descriptor, text, text.utf8.count) == text.utf8.count)
        close(descriptor)
    }
}
