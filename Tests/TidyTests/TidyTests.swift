import Foundation
import Testing

/// Rules of the tree that no compiler checks.
@Suite struct TidyTests {
    /// What each target may import of ours; arrows point downwards only.
    static let arrows: [String: Set<String>] = [
        "KafkaProtocol": [],
        "KafkaRecords": ["KafkaProtocol", "CLinux"],
        "LogStorage": ["KafkaRecords", "KafkaProtocol", "CLinux"],
        "MetadataQuorum": ["KafkaProtocol"],
        "ClusterMetadata": ["KafkaProtocol"],
        "Controller": ["ClusterMetadata", "KafkaProtocol"],
        "Coordinators": ["ClusterMetadata", "KafkaRecords", "KafkaProtocol"],
        "Broker": [
            "KafkaProtocol", "KafkaRecords", "LogStorage", "MetadataQuorum", "ClusterMetadata", "Controller",
            "Coordinators", "Properties", "CLinux",
        ],
        "KafkaClient": ["KafkaRecords", "KafkaProtocol", "Properties"],
        "ClusterInsight": ["KafkaProtocol"],
        "Properties": [],
        "LocalCluster": ["LogStorage", "KafkaRecords", "KafkaProtocol", "Properties", "CLinux"],
        "TerminalUI": [],
        "Terminal": ["TerminalUI", "CNcurses", "CLinux"],
        "Dashboard": [
            "TerminalUI", "ClusterInsight", "KafkaClient", "KafkaRecords", "KafkaProtocol", "LocalCluster",
            "Properties", "CLinux",
        ],
    ]

    static let ours = Set(arrows.keys).union(["CLinux", "CNcurses"])

    @Test func importsPointDownwards() throws {
        for (target, allowed) in Self.arrows {
            for path in SourceTree.files(in: "Sources/\(target)") {
                for line in try SourceTree.text(path).split(separator: "\n") where line.hasPrefix("import ") {
                    let module = String(line.dropFirst(7))
                    guard Self.ours.contains(module) else { continue }
                    #expect(allowed.contains(module), "\(path) imports \(module)")
                }
            }
        }
    }

    @Test func noFoundationInTheProgram() throws {
        let files = SourceTree.files(in: "Sources")
        #expect(files.count > 50)
        for path in files {
            for line in try SourceTree.text(path).split(separator: "\n") {
                #expect(line != "import Foundation", "\(path) imports Foundation: 70 MB and 5 ms at start")
            }
        }
    }

    @Test func filesStayShort() throws {
        for path in SourceTree.files(in: "Sources", endings: [".swift", ".c"]) {
            let lines = try SourceTree.text(path).split(separator: "\n", omittingEmptySubsequences: false).count
            #expect(lines <= 600, "\(path) has \(lines) lines: it holds more than one idea")
        }
    }

    @Test func nothingIsLeftUnfinished() throws {
        let marks = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "un" + "implemented", "not " + "implemented"]
        for path in SourceTree.files(in: "Sources") {
            let text = try SourceTree.text(path)
            for mark in marks { #expect(!text.contains(mark), "\(path) says \(mark)") }
            #expect(!text.contains("@unchecked Sendable") || Self.uncheckedAllowed.contains(path), "\(path)")
        }
    }

    /// The one box of values that pictures share: it is written to only while nobody else has it.
    static let uncheckedAllowed: Set<String> = ["Sources/ClusterInsight/Shared.swift"]

    @Test func topLevelHoldsNothingElse() throws {
        let allowed: Set<String> = ["Package.swift", "Sources", "Tests", "themes", "README.md", "Package.resolved"]
        for name in try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path) {
            #expect(name.hasPrefix(".") || allowed.contains(name), "\(name) does not belong at the top level")
        }
    }

    @Test func testsDoNotSleep() throws {
        let files = SourceTree.files(in: "Tests").filter { !$0.hasPrefix("Tests/TidyTests/") }
        #expect(files.count > 10)
        for path in files {
            let text = try SourceTree.text(path)
            #expect(!text.contains("Thread." + "sleep"), "\(path) sleeps; poll with a deadline")
        }
    }
}
