import Foundation
import TestSupport
import Testing

/// Records out of one topic and into another, and what a group committed for them.
@Suite struct CopyTests {
    @Test(.timeLimit(.minutes(10))) func recordsAreCopiedWholeAndOffsetsForgotten() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            for topic in ["a", "b"] { try await cluster.klamm(["topics", "create", topic, "--partitions", "2"]) }
            let bytes = ["--key-hex", "00ff", "--value-hex", "fe00", "--header-hex", "h=80", "--header-null", "none"]
            try await cluster.klamm(["produce", "a", "--partition", "1"] + bytes)
            try await cluster.klamm(["produce", "a", "--partition", "0", "--key", "k", "--null-value"])
            try await cluster.klamm(["produce", "a", "--partition", "1", "--value", "text with \"quotes\""])
            let reading = ["--from", "earliest", "--until-end", "--output", "json"]
            let lines = try await cluster.klamm(["consume", "a"] + reading)
            #expect(lines.contains(#""key":{"hex":"00ff"},"value":{"hex":"fe00"}"#), "\(lines)")

            // Lines of stdin are not always text.
            let bootstrap = try await cluster.status().bootstrapServers
            try await cluster.klamm(["topics", "create", "c", "--partitions", "1"])
            let piped = try await Command.run(
                URL(fileURLWithPath: "/bin/sh"),
                [
                    "-c", #"printf 'k\377;\376\001\r\n\nlast' | "$0" produce c --key-separator ';' "$@""#,
                    KlammBinary.url.path, "--bootstrap-server", bootstrap,
                ])
            #expect(piped.status == 0, "\(piped.errors)")
            let read = try await cluster.klamm(["consume", "c"] + reading).split(separator: "\n")
            #expect(read.count == 3 && read[0].contains(#""key":{"hex":"6bff"},"value":{"hex":"fe01"}"#), "\(read)")
            #expect(read[1].contains(#""key":null,"value":"""#) && read[2].contains(#""value":"last""#), "\(read)")

            let kept = ["produce", "b", "--json", "--keep-partitions", "--keep-timestamps", "--rate", "1000"]
            try await cluster.klamm(kept, input: lines)
            let copied = try await cluster.klamm(["consume", "b"] + reading)
            func sorted(_ text: String) -> [String] { text.split(separator: "\n").map(String.init).sorted() }
            #expect(sorted(copied) == sorted(lines.replacingOccurrences(of: #""topic":"a""#, with: #""topic":"b""#)))

            let wrong = try await KlammBinary.run(
                ["produce", "b", "--json", "--bootstrap-server", bootstrap],
                input: "{\"value\":\"fine\"}\n{\"value\":{\"hex\":\"0\"}}\n")
            #expect(wrong.status == 1 && wrong.errors.contains("line 2 is no record in JSON"), "\(wrong.errors)")

            try await cluster.klamm(["groups", "reset-offsets", "g", "--topic", "a", "--to-earliest"])
            try await cluster.klamm(["groups", "delete-offsets", "g", "--partition", "a/0"])
            let left = try await cluster.klamm(["groups", "describe", "g", "--output", "json"])
            #expect(left.contains(#""partition": 1"#) && !left.contains(#""partition": 0"#), "\(left)")
        }
    }
}
