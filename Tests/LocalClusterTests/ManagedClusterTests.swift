import Glibc
import Properties
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
            await #expect {
                try await cluster.start(brokers: 1, firstPort: 0)
            } throws: {
                ($0 as? LocalClusterError)?.kind == .broker && "\($0)".contains("log.dirs is on fire")
            }
            let status = try await cluster.status()
            #expect(status.brokers.map(\.state) == [.stopped])
            await #expect { try await cluster.start(brokers: 2) } throws: { "\($0)".contains("has 1 brokers, not 2") }
            await #expect { try await cluster.pause(1) } throws: { "\($0)" == "broker 1 does not run" }
            await #expect { try await cluster.kill(7) } throws: { "\($0)".contains("no broker 7") }
            #expect(try await cluster.addBroker() == 2)
            #expect(try await cluster.status().brokers.map(\.isVoter) == [true, false])
            try await cluster.reset()
            #expect(!directory.exists)
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
