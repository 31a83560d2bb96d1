import ArgumentParser
import KafkaClient
import KafkaProtocol
import Testing

@testable import klamm

/// What the command line takes for rates, moments, spans, partitions and files.
@Suite struct ArgumentTests {
    @Test(
        arguments: [
            ("52428800", 52_428_800), ("50MiB", 50 << 20), ("1.5 GiB/s", 1_610_612_736), ("10MB", 10_000_000),
            ("64kib", 65_536), ("7B", 7), ("0", nil), ("-5MiB", nil), ("MiB", nil), ("10 parsec", nil), ("1e30", nil),
            ("nan", nil),
        ] as [(String, Int64?)])
    func rates(_ text: String, _ bytes: Int64?) {
        #expect(ByteRate(argument: text)?.bytesPerSecond == bytes)
    }

    @Test(
        arguments: [
            (["topic", "list"], "there is no `klamm topic`; did you mean `topics`?"),
            (["topics", "lsit"], "there is no `klamm topics lsit`; there are list, describe, create, "),
            (["quorum", "desc"], "there is no `klamm quorum desc`; did you mean `describe`?"),
            (["frob", "--bootstrap-server", "h:1"], "there is no `klamm frob`; there are dashboard, cluster, "),
            (["topics", "list", "x"], nil), (["topics", "describe", "x"], nil), (["logdirs"], nil),
            (["help", "x"], nil),
            (["reassign", "plan"], nil), (["--demo"], nil), ([], nil), (["generated-cluster"], nil),
        ] as [([String], String?)])
    func wordsThatAreNoCommandAreToldAsSuch(_ arguments: [String], _ told: String?) {
        let complaint = UnknownCommand(in: arguments)?.description
        #expect(told == nil ? complaint == nil : complaint?.hasPrefix(told ?? "") == true, "\(complaint ?? "nothing")")
        #expect(complaint?.contains("generated") != true)
    }

    /// `klamm --version`, from anywhere, and `klamm version` say the same line.
    @Test(arguments: [["--version"], ["topics", "--version"], ["topics", "list", "--version"]])
    func version(_ arguments: [String]) throws {
        let line = VersionCommand.line
        #expect(line.hasPrefix("klamm \(SoftwareVersion.number), Swift 6") && !line.contains("\n"))
        #expect(line.contains(", Linux "))
        #expect(throws: (any Error).self) {
            do {
                _ = try Klamm.parseAsRoot(arguments)
            } catch {
                #expect(Klamm.message(for: error) == line)
                #expect(Klamm.exitCode(for: error) == .success)
                throw error
            }
        }
        #expect(try Klamm.parseAsRoot(["version"]) is VersionCommand)
        #expect(Klamm.helpMessage().contains("--version"))
        #expect(Klamm.completionScript(for: .bash).contains("--version"))
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00.000", 0), ("2026-11-26T08:00:00.250Z", 1_795_680_000_250),
            ("2026-11-26T08:00", 1_795_680_000_000), ("2026-11-26T10:00:00+02:00", 1_795_680_000_000),
            ("2000-02-29T12:00:00-00:30", 951_827_400_000), ("2026-13-01T00:00:00", nil), ("2026-11-26", nil),
            ("2026-11-26T24:00:00", nil), ("yesterday", nil),
        ] as [(String, Int64?)])
    func moments(_ text: String, _ milliseconds: Int64?) {
        #expect(ISOTime(argument: text)?.milliseconds == milliseconds)
    }

    @Test(
        arguments: [
            ("P1D", 86_400_000), ("PT2H30M", 9_000_000), ("P1DT10.5S", 86_410_500), ("P", nil), ("PT", nil),
            ("1D", nil), ("P1H", nil), ("PT5", nil), ("PT-1S", nil),
        ] as [(String, Int64?)])
    func spans(_ text: String, _ milliseconds: Int64?) {
        #expect(ISODuration(argument: text)?.milliseconds == milliseconds)
    }

    @Test(
        arguments: [
            ("4", [4]), ("4,5", [4, 5]), ("5,4", [4, 5]), ("", nil), ("4,", nil), ("4,4", nil), ("-1", nil),
            ("four", nil),
        ] as [(String, Set<BrokerID>?)])
    func brokers(_ text: String, _ ids: Set<BrokerID>?) {
        #expect(BrokerList(argument: text)?.ids == ids)
    }

    @Test func partitions() {
        #expect(PartitionArgument(argument: "a.b/3")?.partition == TopicPartition("a.b", 3))
        // As `reassign verify` and Kafka write it.
        #expect(PartitionArgument(argument: "a-b-3")?.partition == TopicPartition("a-b", 3))
        for text in ["a", "/3", "a/", "a/x", "a/-1", "a-b", "-3"] {
            #expect(PartitionArgument(argument: text) == nil, "\(text)")
        }
        #expect(TopicSelection(argument: "a")?.partitions == nil)
        #expect(TopicSelection(argument: "a:0,2")?.partitions == [0, 2])
        for text in ["", ":1", "a:", "a:x", "a:1:2"] { #expect(TopicSelection(argument: text) == nil, "\(text)") }
    }

    @Test func lagLimits() {
        #expect(LagLimit(argument: "7")?.group == nil && LagLimit(argument: "7")?.messages == 7)
        #expect(LagLimit(argument: "a=b=7")?.group == "a=b" && LagLimit(argument: "a=b=7")?.messages == 7)
    }

    @Test(
        arguments: [
            ["groups", "reset-offsets", "g", "--topic", "a"], ["groups", "reset-offsets", "g", "--to-earliest"],
            ["groups", "reset-offsets", "g", "--topic", "a", "--to-earliest", "--to-latest"],
            ["groups", "reset-offsets", "g", "--topic", "a", "--from-file", "-"],
            ["groups", "reset-offsets", "g", "--topic", "a", "--all-topics", "--to-latest"],
            ["reassign", "cancel"], ["reassign", "cancel", "f", "--all"], ["reassign", "throttle", "fast"],
            ["reassign", "execute", "f", "--wait-timeout", "5"],
            ["topics", "alter", "a"], ["topics", "alter", "a", "--config", "x"], ["configs", "alter", "--set", "a=b"],
            ["configs", "alter", "--topic", "a"], ["cluster", "kill"], ["produce", "t", "--key", "k"],
            ["produce", "t", "--value", "a", "--null-value"], ["produce", "t", "--value-hex", "0"],
            ["check", "--max-lag", "billing="], ["check", "--max-lag", "=5"], ["check", "--max-lag", "-1"],
            ["check", "--max-lag-seconds", "5"], ["check", "--max-disk", "101"], ["check", "--watch", "-1"],
        ])
    func whatMakesNoSenseIsRefused(_ words: [String]) {
        let error = #expect(throws: (any Error).self) { _ = try Klamm.parseAsRoot(words) }
        #expect(error.map { Klamm.exitCode(for: $0) } == .validationFailure, "\(words)")
    }

    @Test(
        arguments: [
            ["groups", "reset-offsets", "g", "--topic", "a", "--topic", "b:0,1", "--shift-by", "-10"],
            ["groups", "reset-offsets", "g", "--all-topics", "--to-datetime", "2026-11-26T08:00:00.000"],
            ["groups", "reset-offsets", "g", "--topic", "a", "--by-duration", "PT1H", "--dry-run"],
            ["groups", "reset-offsets", "g", "--topic", "a", "--to-current"],
            ["groups", "reset-offsets", "g", "--topic", "a", "--to-offset", "5"],
            ["reassign", "execute", "f.json", "--throttle", "50MiB", "--wait"],
            ["reassign", "verify", "f.json", "--preserve-throttles"], ["reassign", "cancel", "--all"],
            ["topics", "alter", "a", "--partitions", "6", "--config", "a=b", "--delete-config", "c"],
            ["cluster", "stop"], ["cluster", "restart", "1", "2"],
            ["check", "--max-lag", "5", "--max-lag", "a=b=7", "--watch", "60", "--max-lag-seconds", "5"],
        ])
    func whatMakesSenseIsTaken(_ words: [String]) throws {
        _ = try Klamm.parseAsRoot(words)
    }
}
