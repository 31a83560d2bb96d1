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
        let listener = try SilentListener()
        let outcome = try await KlammBinary.run(
            ["topics", "list", "--bootstrap-server", listener.address, "--timeout", "2"])
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains(listener.address), "\(outcome.errors)")
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            ("node.id=x", ":1: node.id=x"), ("node.id=1\nlisteners=\nlog.dirs=d", ":2: listeners"),
            ("listeners=PLAINTEXT://127.0.0.1:0", "node.id is missing"),
            ("node.id=1\n\nnum.partitions=six\nlog.dirs=d", ":3: num.partitions=six"),
            ("node.id=1\nbroken \\u00zz", ":2"), ("node.id=1\nnode.id=2", ":2"),
        ])
    func serverPropertiesThatAreWrong(_ text: String, _ named: String) async throws {
        try await withDirectory { directory in
            let outcome = try await broker(text, in: directory)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("server.properties"), "\(outcome.errors)")
            #expect(outcome.errors.contains(named), "\(outcome.errors)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func directoriesThatCannotBeMade() async throws {
        try await withDirectory { directory in
            let file = directory.appendingPathComponent("file").path
            try "in the way".write(toFile: file, atomically: true, encoding: .utf8)
            for place in ["/proc/klamm", file + "/below"] {
                let outcome = try await KlammBinary.run(["cluster", "start", "--cluster-dir", place, "--port", "0"])
                #expect(outcome.status == 1)
                #expect(outcome.errors.contains(place), "\(outcome.errors)")
            }
            let alone = try await broker(
                "node.id=1\ncluster.id=abcdefghijklmnopqrstuv\nlisteners=PLAINTEXT://127.0.0.1:0\nlog.dirs=\(file)/data",
                in: directory)
            #expect(alone.status == 1)
            #expect(alone.errors.contains(file + "/data"), "\(alone.errors)")
        }
    }

    /// Runs klamm as somebody whom file permissions bind: the superuser without the capability that overrides them.
    private static let bound: [String] =
        getuid() == 0 ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] : []

    static func canBeBound() async -> Bool {
        (try? await Command.run(URL(fileURLWithPath: "/usr/bin/env"), bound + ["true"]).status) == 0
    }

    @Test(.timeLimit(.minutes(10)), .enabled("setpriv cannot drop capabilities", BadInputTests.canBeBound))
    func aDirectoryWithoutPermission() async throws {
        try await withDirectory { directory in
            try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: directory.path)
            defer {
                try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory.path)
            }
            let place = directory.appendingPathComponent("cluster").path
            let outcome = try await Command.run(
                URL(fileURLWithPath: "/usr/bin/env"),
                Self.bound + [KlammBinary.url.path, "cluster", "start", "--cluster-dir", place, "--port", "0"])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains(place) && outcome.errors.contains("Permission denied"), "\(outcome.errors)")
        }
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            ("client.id=x\nrequest.timeout.ms=soon", 1, ":2: `request.timeout.ms` must be a number"),
            ("bootstrap.servers=a:b", 1, ":1: `bootstrap.servers` must be a list of host:port"),
            (
                "bootstrap.servers=127.0.0.1:1\nsasl.mechanism=PLAIN\ntehme=x", 3,
                ":2: `sasl.mechanism` is not supported"
            ),
            ("bootstrap.servers=127.0.0.1:1\ntehme=x", 3, ":2: `tehme` is no client setting"),
        ])
    func clientPropertiesThatAreWrong(_ text: String, _ status: Int32, _ named: String) async throws {
        try await withDirectory { directory in
            let file = directory.appendingPathComponent("client.properties").path
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let outcome = try await KlammBinary.run(["topics", "list", "--command-config", file, "--timeout", "2"])
            #expect(outcome.status == status)
            #expect(outcome.errors.contains(file + named), "\(outcome.errors)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func clustersOfTheSettings() async throws {
        try await withDirectory { directory in
            let folder = directory.appendingPathComponent("klamm")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try """
            cluster.one.bootstrap.servers = 127.0.0.1:1
            cluster.two.bootstrap.servers = nonsense:port
            """.write(to: folder.appendingPathComponent("klamm.properties"), atomically: true, encoding: .utf8)
            func list(_ more: [String]) async throws -> KlammBinary.Outcome {
                try await Command.run(
                    KlammBinary.url, ["topics", "list", "--timeout", "2"] + more,
                    environment: ["XDG_CONFIG_HOME": directory.path])
            }
            let one = try await list(["--cluster", "one"])
            #expect(one.status == 3)
            #expect(one.errors.contains("127.0.0.1:1"), "\(one.errors)")
            for (name, said) in [("two", "klamm.properties:2: "), ("three", "Known are bundled, one, two")] {
                let outcome = try await list(["--cluster", name])
                #expect(outcome.status == 2)
                #expect(outcome.errors.contains(name) && outcome.errors.contains(said), "\(outcome.errors)")
            }
            let both = try await list(["--cluster", "one", "--bootstrap-server", "127.0.0.1:1"])
            #expect(both.status == 2)
        }
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
            // What Klamm writes into server.properties itself is known to the broker.
            let log = try String(
                contentsOf: cluster.directory.appendingPathComponent("broker-1/broker.log"), encoding: .utf8)
            #expect(log.contains("listening on") && !log.contains("is not known here"))
            try await readOnlyClustersStayAsTheyAre(cluster)
            // The cluster has not noticed.
            #expect(try await cluster.status().brokers.map(\.state) == ["running"])
        }
    }

    private func readOnlyClustersStayAsTheyAre(_ cluster: BundledCluster) async throws {
        try await withDirectory { directory in
            let folder = directory.appendingPathComponent("klamm")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try """
            cluster.safe.bootstrap.servers = \(try await cluster.status().bootstrapServers)
            cluster.safe.read.only = true
            """.write(to: folder.appendingPathComponent("klamm.properties"), atomically: true, encoding: .utf8)
            let environment = ["XDG_CONFIG_HOME": directory.path]
            let refused = try await Command.run(
                KlammBinary.url, ["topics", "create", "t", "--cluster", "safe"], environment: environment)
            #expect(refused.status == 1)
            let said = refused.errors + refused.output
            #expect(said.contains("read-only") && said.contains("klamm.properties, line 2"), "\(said)")
            let list = try await Command.run(
                KlammBinary.url, ["topics", "list", "--cluster", "safe", "--output", "json"], environment: environment)
            #expect(list.status == 0)
            #expect(list.output.trimmingCharacters(in: .whitespacesAndNewlines) == "[]", "\(list.output)")
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
                def answer(data):
                    s = send(data)
                    s.settimeout(20)
                    try: return s.recv(1000)
                    except ConnectionError: return b""
                def frame(body): return struct.pack(">i", len(body)) + body
                for size in (-1, 2**31 - 1, 209715200):
                    assert answer(struct.pack(">i", size) + b"x" * 10) == b"", size
                # An API that does not exist, and one in a version that does not.
                assert answer(frame(struct.pack(">hhih", 999, 0, 7, -1))) == b""
                assert answer(frame(struct.pack(">hhih", 3, 99, 7, -1))) == b""
                # ApiVersions says what it speaks, in version 0 (KIP-511).
                told = answer(frame(struct.pack(">hhih", 18, 99, 7, -1)))
                assert struct.unpack(">ih", told[4:10]) == (7, 35), told
                # Frames that end within header and body, and one that is never finished.
                for body in (b"", b"\\0", struct.pack(">hh", 3, 9), struct.pack(">hhih", 3, 9, 7, 500) + b"c"):
                    assert answer(frame(body)) == b"", body
                held.append(send(struct.pack(">i", 1000) + b"half"))
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
