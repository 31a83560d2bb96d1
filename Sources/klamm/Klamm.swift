import ArgumentParser

/// The one executable: a dashboard by default, brokers and tools as subcommands.
@main
struct Klamm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "klamm", subcommands: [BrokerCommand.self])
}
