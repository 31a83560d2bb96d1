import Foundation
import TestSupport
import Testing

/// What people and machines get wrong: each gives an error that names the input and a useful exit code, and breaks
/// nothing.
@Suite(.serialized) struct BadInputTests {
    /// A directory of its own that is gone afterwards.
    private func withDirectory(_ body: (URL) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("klamm-bad-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(directory)
    }

    private func broker(_ properties: String, in directory: URL) async throws -> KlammBinary.Outcome {
        let file = directory.appendingPathComponent("server.properties")
        try properties.write(to: file, atomically: true, encoding: .utf8)
        return try await KlammBinary.run(["broker", "--config", file.path])
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            ("127.0.0.1:1", 3, "127.0.0.1:1"), ("nosuchhost.invalid:9092", 3, "nosuchhost.invalid"),
            ("nonsense:port", 2, "nonsense:port"),
        ])
    func addressesThatLeadNowhere(_ bootstrap: String, _ status: Int32, _ named: String) async throws {
        let outcome = try await KlammBinary.run(
            ["topics", "list", "--bootstrap-server", bootstrap, "--timeout", "2"])
        #expect(outcome.status == status)
        #expect(outcome.errors.contains(named), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test(.timeLimit(.minutes(10))) func aListenerThatNeverAnswersTimesOut() async throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                _ = bind(listener, generic, length)
                listen(listener, 8)
                getsockname(listener, generic, &length)
            }
        }
        let port = UInt16(bigEndian: address.sin_port)
        try #require(port > 0)
        let outcome = try await KlammBinary.run(
            ["topics", "list", "--bootstrap-server", "127.0.0.1:\(port)", "--timeout", "2"])
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("\(port)"), "\(outcome.errors)")
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            ("node.id=x", "node.id=x"), ("node.id=1\nlisteners=\nlog.dirs=d", "listeners"),
            ("node.id=1\nlisteners=nothing\nlog.dirs=d", "listeners=nothing"),
            ("listeners=PLAINTEXT://127.0.0.1:0", "node.id"),
            ("node.id=1\nlisteners=PLAINTEXT://127.0.0.1:0", "log.dirs"),
            ("node.id=1\ncontroller.quorum.voters=1@a\nlog.dirs=d", "controller.quorum.voters"),
            ("node.id=1\nbroken \\u00zz", ":2"),
        ])
    func serverPropertiesThatAreWrong(_ text: String, _ named: String) async throws {
        try await withDirectory { directory in
            let outcome = try await broker(text, in: directory)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains(named), "\(outcome.errors)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func aDirectoryThatCannotBeMade() async throws {
        let outcome = try await KlammBinary.run(["cluster", "start", "--cluster-dir", "/proc/klamm", "--port", "0"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("/proc/klamm"), "\(outcome.errors)")
    }

    @Test(.timeLimit(.minutes(10))) func portAndDirectoryThatOthersHave() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            let port = try #require(try await cluster.status().brokers.first?.port)
            let data = cluster.directory.appendingPathComponent("broker-1/data").path
            let common = "node.id=1\ncluster.id=abcdefghijklmnopqrstuv\n"
            try await withDirectory { directory in
                let taken = try await broker(
                    common + "listeners=PLAINTEXT://127.0.0.1:\(port)\nlog.dirs=\(directory.path)/d", in: directory)
                #expect(taken.status == 1)
                #expect(taken.errors.contains("127.0.0.1:\(port)"), "\(taken.errors)")
                let used = try await broker(
                    common + "listeners=PLAINTEXT://127.0.0.1:0\nlog.dirs=\(data)", in: directory)
                #expect(used.status == 1)
                #expect(used.errors.contains("in use"), "\(used.errors)")
            }
            // The cluster has not noticed.
            #expect(try await cluster.status().brokers.map(\.state) == ["running"])
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: [[:], ["TERM": "dumb"], ["TERM": "no-such-terminal"]])
    func whatIsNoTerminal(_ environment: [String: String]) async throws {
        try await withDirectory { directory in
            let place = directory.appendingPathComponent("cluster").path
            let outcome = try await Command.run(
                KlammBinary.url, ["--cluster-dir", place, "--port", "0"], environment: environment)
            #expect(outcome.status != 0)
            #expect(!outcome.errors.isEmpty)
            #expect(!outcome.output.contains("\u{1b}"))
            #expect(
                !FileManager.default.fileExists(atPath: place), "nothing is begun for a screen that cannot be shown")
        }
    }

    @Test(.timeLimit(.minutes(10))) func aThemeThatDoesNotExist() async throws {
        let outcome = try await KlammBinary.run(["--theme", "no-such-theme"])
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("no-such-theme") && outcome.errors.contains("klamm-dark"), "\(outcome.errors)")
    }

    @Test(.timeLimit(.minutes(10))) func hostileBytesDisturbNobody() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            let port = try #require(try await cluster.status().brokers.first?.port)
            try await cluster.klamm(["topics", "create", "good", "--partitions", "1", "--replication-factor", "1"])
            let script = """
                import os, random, socket, struct, sys
                random.seed(7)
                held = []
                def send(data):
                    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5)
                    s.sendall(data)
                    return s
                for size in (-1, 2**31 - 1, 209715200):
                    s = send(struct.pack(">i", size) + b"x" * 10)
                    s.settimeout(5)
                    assert s.recv(10) == b"", size
                for _ in range(50):
                    held.append(send(struct.pack(">i", 100000000) + b"y" * 1000))
                for _ in range(300):
                    body = struct.pack(">hhih", random.randrange(0, 92), random.randrange(0, 20), 7, 1) + b"c"
                    body += os.urandom(random.randrange(0, 200))
                    try: send(struct.pack(">i", len(body)) + body).close()
                    except OSError: pass
                for _ in range(200):
                    try: send(os.urandom(random.randrange(1, 500))).close()
                    except OSError: pass
                """
            let python = URL(fileURLWithPath: "/usr/bin/env")
            async let hostile = Command.run(python, ["python3", "-c", script, "\(port)"])
            for number in 0..<5 {
                try await cluster.klamm(["produce", "good"], input: "record \(number)\n")
            }
            let outcome = try await hostile
            #expect(outcome.status == 0, "\(outcome.errors)")
            let read = try await cluster.klamm(["consume", "good", "--from", "earliest", "--max", "5"])
            #expect(read.split(separator: "\n").count == 5)
            #expect(try await cluster.status().brokers.map(\.state) == ["running"])
        }
    }
}
