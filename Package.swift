// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let deques = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heaps = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let ordered = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// Set by `Tests/Fuzz/fuzz.sh`: builds the fuzzer, and what it looks into so that it sees the paths taken.
let isFuzzing = Context.environment["KLAMM_FUZZING"] != nil
let fuzzing: [SwiftSetting] = isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer"])] : []

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings + fuzzing)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings)
}

let package = Package(
    name: "klamm",
    products: [.executable(name: "klamm", targets: ["klamm"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .target(name: "CLinux"),
        .target(
            name: "CNcurses",
            linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),

        library("KafkaProtocol", [nioCore]),
        library("KafkaRecords", ["KafkaProtocol", "CLinux", nioCore]),
        library("LogStorage", ["KafkaRecords", "KafkaProtocol", "CLinux", nioCore]),
        library("MetadataQuorum", ["KafkaProtocol"]),
        library("ClusterMetadata", ["KafkaProtocol", nioCore]),
        library("Controller", ["ClusterMetadata", "KafkaProtocol"]),
        library("Coordinators", ["ClusterMetadata", "KafkaRecords", "KafkaProtocol", nioCore]),
        library(
            "Broker",
            [
                "KafkaProtocol", "KafkaRecords", "LogStorage", "MetadataQuorum", "ClusterMetadata", "Controller",
                "Coordinators", "Properties", "CLinux", nioCore, nioPosix, deques,
            ]),
        library("KafkaClient", ["KafkaRecords", "KafkaProtocol", "Properties", nioCore, nioPosix, deques]),
        library("ClusterInsight", ["KafkaProtocol", heaps]),
        library("Properties", []),
        library("LocalCluster", ["LogStorage", "KafkaRecords", "KafkaProtocol", "Properties", "CLinux", nioCore]),
        library("TerminalUI", []),
        library("Terminal", ["TerminalUI", "CNcurses", "CLinux"]),
        library(
            "Dashboard",
            [
                "TerminalUI", "ClusterInsight", "KafkaClient", "KafkaRecords", "KafkaProtocol", "LocalCluster",
                "Properties", "CLinux", deques, ordered, nioCore,
            ]),
        .executableTarget(
            name: "klamm",
            dependencies: [
                "Dashboard", "Terminal", "TerminalUI", "ClusterInsight", "LocalCluster", "KafkaClient", "KafkaRecords",
                "KafkaProtocol", "LogStorage", "Broker", "Properties", "CLinux", arguments, nioCore, nioPosix,
            ],
            swiftSettings: settings),

        .target(
            name: "TestSupport",
            dependencies: ["KafkaProtocol", "LogStorage", "CLinux", nioCore, nioPosix],
            path: "Tests/TestSupport",
            swiftSettings: settings),
        .target(
            name: "Simulation",
            dependencies: [
                "Broker", "ClusterMetadata", "LogStorage", "KafkaRecords", "KafkaProtocol", "TestSupport", nioCore,
                deques, heaps,
            ],
            path: "Tests/Simulation",
            swiftSettings: settings),
        .executableTarget(
            name: "simulate",
            dependencies: ["Simulation"],
            path: "Tests/Simulate",
            swiftSettings: settings),
        tests("KafkaProtocolTests", ["KafkaProtocol", "TestSupport", nioCore], resources: [.copy("Vectors")]),
        tests("KafkaRecordsTests", ["KafkaRecords", "TestSupport", nioCore], resources: [.copy("Vectors")]),
        tests("LogStorageTests", ["LogStorage", "TestSupport", nioCore]),
        tests("MetadataQuorumTests", ["MetadataQuorum", "TestSupport"]),
        tests("ControllerTests", ["Controller", "ClusterMetadata", "TestSupport", nioCore]),
        tests("CoordinatorsTests", ["Coordinators", "TestSupport", nioCore]),
        tests("BrokerTests", ["Broker", "Properties", "KafkaClient", "Simulation", "TestSupport", nioCore, nioPosix]),
        tests("KafkaClientTests", ["KafkaClient", "LogStorage", "Properties", "TestSupport", nioCore, nioPosix]),
        tests("ClusterInsightTests", ["ClusterInsight", "KafkaProtocol", "TestSupport"]),
        tests("TerminalUITests", ["TerminalUI", "Terminal", "TestSupport"]),
        tests(
            "DashboardTests",
            [
                "Dashboard", "ClusterInsight", "KafkaProtocol", "LocalCluster", "Properties", "TerminalUI",
                "TestSupport",
                nioCore,
            ],
            exclude: ["Screens"]),
        tests("PropertiesTests", ["Properties"]),
        tests("LocalClusterTests", ["LocalCluster", "Properties", "TestSupport"]),
        tests("CommandLineTests", ["klamm", "Dashboard", "KafkaProtocol", arguments]),
        tests("SimulationTests", ["Simulation", "simulate", "TestSupport"]),
        tests("TidyTests", []),
        tests("TerminalTests", ["TestSupport", "klamm"], exclude: ["Drive"]),
        tests(
            "ProcessTests",
            [
                "TestSupport", "klamm", "Dashboard", "ClusterInsight", "KafkaClient", "KafkaProtocol", "LocalCluster",
            ], exclude: ["Load"]),
        tests(
            "CompatibilityTests", ["TestSupport", "klamm"],
            exclude: ["Clients", "Suites", "Allowed.txt", "Findings.md"]),
    ]
)

if isFuzzing {
    package.targets.append(
        .executableTarget(
            name: "fuzz", dependencies: ["KafkaProtocol", "KafkaRecords", nioCore], path: "Tests/Fuzz",
            exclude: ["fuzz.sh", "seeds.py"],
            swiftSettings: settings + [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]))
}
