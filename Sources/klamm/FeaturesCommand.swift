import ArgumentParser
import KafkaClient

/// The levels at which brokers work together.
struct FeaturesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features", abstract: "Show and change the levels of the cluster's features.",
        subcommands: [Describe.self, Upgrade.self, Downgrade.self, Disable.self], defaultSubcommand: Describe.self)

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What brokers support and what the cluster runs.")
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let (features, epoch) = try await options.withClient("asking for features") {
                try await $0.describeFeatures()
            }
            options.output.print(
                Table(
                    [.text("feature"), .text("supported"), .number("finalized")],
                    rows: features.map { feature in
                        [
                            feature.name, feature.supported.map { "\($0.lowerBound)-\($0.upperBound)" } ?? "-",
                            feature.finalized.map { "\($0)" } ?? "-",
                        ]
                    }),
                json: [
                    "finalizedEpoch": .number(epoch),
                    "features": .array(
                        features.map { feature in
                            [
                                "name": .string(feature.name), "min": .number(feature.supported?.lowerBound),
                                "max": .number(feature.supported?.upperBound), "finalized": .number(feature.finalized),
                            ]
                        }),
                ])
        }
    }

    struct Upgrade: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Raise the level of a feature.",
            discussion: "kraft.version 1 takes voters that are configured in controller.quorum.voters into the "
                + "metadata log, where klamm quorum add and remove can change them. All of them must be up, and there is "
                + "no way back.")
        @OptionGroup var target: FeatureLevel
        @OptionGroup var options: ClientOptions

        func run() async throws { try await target.change(.upgrade, options) }
    }

    struct Downgrade: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lower the level of a feature.")
        @OptionGroup var target: FeatureLevel
        @Flag(help: "Also where metadata may be lost by it.") var unsafe = false
        @OptionGroup var options: ClientOptions

        func run() async throws { try await target.change(unsafe ? .unsafeDowngrade : .safeDowngrade, options) }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Turn a feature off.")
        @Argument(help: "The feature's name.") var feature: String
        @Flag(help: "Also where metadata may be lost by it.") var unsafe = false
        @Flag(help: "Only say whether it could be done.") var dryRun = false
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let target = FeatureLevel(feature: feature, level: 0, dryRun: dryRun)
            try await target.change(unsafe ? .unsafeDowngrade : .safeDowngrade, options)
        }
    }
}

/// A feature and the level that it shall have.
struct FeatureLevel: ParsableArguments {
    @Argument(help: "The feature's name, such as metadata.version.") var feature: String
    @Argument(help: "The new level.") var level: Int16
    @Flag(help: "Only say whether it could be done.") var dryRun = false

    init() {}

    init(feature: String, level: Int16, dryRun: Bool) {
        self.feature = feature
        self.level = level
        self.dryRun = dryRun
    }

    func change(_ change: FeatureChange, _ options: ClientOptions) async throws {
        try await options.changing(
            "changing \(feature)", "\(feature) → level \(level)", of: feature, noted: !dryRun
        ) {
            try await $0.updateFeature(feature, to: level, change, validateOnly: dryRun)
        }
        options.output.done(
            dryRun ? "\(feature) could run at level \(level)." : "\(feature) runs at level \(level).",
            json: ["feature": .string(feature), "level": .number(level), "dryRun": .bool(dryRun)])
    }
}
