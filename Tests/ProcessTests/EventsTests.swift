import Foundation
import TestSupport
import Testing

/// `klamm events --follow` on a real cluster that loses a broker.
@Suite struct EventsTests {
    private struct Event: Decodable {
        let at: Int64
        let kind: String
        let text: String
        let broker: Int32?
        let incident: Int?
        let weight: String?
        let subject: String?
        let recoverMs: Int64?
    }

    @Test(.timeLimit(.minutes(10))) func whatHappensIsPrintedWithoutAScreen() async throws {
        try await withBundledCluster { cluster in
            let output = cluster.directory.appendingPathComponent("events.ndjson")
            try Data().write(to: output)
            let errors = Pipe()
            let watcher = Process()
            watcher.executableURL = KlammBinary.url
            watcher.arguments = [
                "events", "--follow", "--output", "json", "--cluster-dir", cluster.directory.path,
            ]
            watcher.standardOutput = try FileHandle(forWritingTo: output)
            watcher.standardError = errors
            watcher.standardInput = FileHandle.nullDevice
            try watcher.run()
            defer { watcher.terminate() }
            // What is there when it begins is no event.
            var said = Data()
            while !said.contains(UInt8(ascii: "\n")) { said += errors.fileHandleForReading.availableData }
            #expect(String(decoding: said, as: UTF8.self).contains("watching bundled: 3 of 3 brokers are up"))

            func event(_ what: String, _ isIt: (Event) -> Bool) async throws -> Event {
                try await poll(what) {
                    let lines = try Data(contentsOf: output).split(separator: UInt8(ascii: "\n"))
                    return lines.lazy.compactMap { try? JSONDecoder().decode(Event.self, from: $0) }.first(where: isIt)
                }
            }
            try await cluster.klamm(["topics", "create", "t", "--partitions", "3", "--replication-factor", "3"])
            _ = try await event("the topic") { $0.kind == "topic" && $0.subject == "t" }
            try await cluster.command(["kill", "3"])
            let down = try await event("the broker's end") { $0.kind == "broker" && $0.text.hasPrefix("DOWN") }
            #expect(down.broker == 3 && down.weight == "bad" && down.incident == 1)
            _ = try await event("the shrinking") { $0.kind == "ISR shrank" && $0.text.contains("lost 3") }
            try await cluster.command(["restart", "3"])
            let closed = try await event("the incident's end") { $0.kind == "incident" }
            #expect(closed.incident == 1 && (closed.recoverMs ?? 0) > 0 && closed.at > down.at)
        }
    }

    @Test(.timeLimit(.minutes(10))) func nobodyThereAndNoMomentAreTold() async throws {
        let wrong = try await KlammBinary.run(["events", "--since", "soon"])
        #expect(wrong.status == 2 && wrong.errors.contains("--since soon is no moment"), "\(wrong.errors)")
        let address = try SilentListener.refusingAddress()
        let nobody = try await KlammBinary.run(
            ["events", "--follow", "--bootstrap-server", address, "--timeout", "1"])
        #expect(nobody.status == 3 && nobody.errors.contains(address), "\(nobody.errors)")
    }
}
