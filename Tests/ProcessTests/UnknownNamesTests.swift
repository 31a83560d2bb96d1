import TestSupport
import Testing

/// Names of what is not there: a topic is made by its first message, as the screen of an empty cluster says; all else is
/// told by its name.
@Suite struct UnknownNamesTests {
    @Test(.timeLimit(.minutes(10))) func whatIsNotThereIsNamedOrMade() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            let server = ["--bootstrap-server", try await cluster.status().bootstrapServers]
            let first = try await KlammBinary.run(["produce", "orders", "--value", "x"] + server)
            #expect(first.status == 0 && first.errors.contains("topic orders is made by its first message"), "\(first)")
            let second = try await KlammBinary.run(["produce", "orders", "--value", "y"] + server)
            #expect(second.status == 0 && !second.errors.contains("first message"), "\(second)")
            let read = try await cluster.klamm(["consume", "orders", "--from", "earliest", "--until-end"])
            #expect(read.split(separator: "\n").sorted() == ["x", "y"])
            for (arguments, told) in [
                (["consume", "nope"], "topic nope"), (["producers", "nope"], "topic nope"),
                (["groups", "reset-offsets", "g", "--topic", "nope", "--to-earliest"], "topic nope"),
                (["groups", "describe", "nope"], "there is no group nope"),
                (["reassign", "plan", "orders", "--off", "9"], "there is no broker 9"),
            ] {
                let outcome = try await KlammBinary.run(arguments + server)
                #expect(outcome.status == 1 && outcome.errors.contains(told), "\(arguments): \(outcome)")
            }
        }
    }
}
