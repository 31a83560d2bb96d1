import Foundation
import Testing

@testable import KafkaProtocol

/// Holds every declaration against Kafka's own JSON schemas, field by field and version by version.
///
/// The schemas are not part of this repository: `KLAMM_SCHEMAS` names a directory with `messages/` (Kafka 3.9) and
/// `messages-4x/` (what Kafka 4.x changed); without it these tests are skipped. Versions that its 4.x does not have yet are
/// named and left out, and no others may be.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["KLAMM_SCHEMAS"] != nil))
struct SchemaTests {
    /// From which version on a directory may lack what is newer than Kafka 3.9.
    private static let newer: [APIKey: Int16] = [
        .vote: 2, .consumerGroupDescribe: 1, .shareGroupDescribe: 1, .streamsGroupDescribe: 0,
        .describeShareGroupOffsets: 0, .alterShareGroupOffsets: 0,
    ]

    @Test func declarationsMatchTheSchemas() throws {
        let root = URL(fileURLWithPath: try #require(ProcessInfo.processInfo.environment["KLAMM_SCHEMAS"]))
        let folders = ["messages-4x", "messages"].map(root.appendingPathComponent)
        var unchecked: [String] = []
        for entry in APITable.entries.values.sorted(by: { $0.api < $1.api }) {
            for part in ["Request", "Response"] {
                let schemas = folders.compactMap { Schema($0.appendingPathComponent("\(entry.api)\(part).json")) }
                let compared = try schemas.reduce(into: Set()) { try $0.formUnion(compare(entry.request, part, $1)) }
                let left = Set(entry.request.versions).subtracting(compared).sorted()
                guard !left.isEmpty else { continue }
                unchecked.append("\(entry.api)\(part) \(left.map { "v\($0)" }.joined(separator: " "))")
                #expect(left[0] >= Self.newer[entry.api] ?? .max, "\(unchecked.last ?? "") has no schema")
            }
        }
        if !unchecked.isEmpty { print("newer than the schemas, and not checked: \(unchecked.joined(separator: ", "))") }
    }

    /// The versions that the schema has.
    private func compare<R: KafkaRequest>(_ request: R.Type, _ part: String, _ schema: Schema) throws -> [Int16] {
        let compared = request.versions.filter(schema.valid.contains)
        for version in compared {
            let flexible = version >= request.flexibleSince
            #expect(flexible == schema.flexible.contains(version), "\(R.api)\(part) v\(version) flexible")
            let declared =
                part == "Request"
                ? try R.describe(version: version, flexible: flexible)
                : try R.Response.describe(version: version, flexible: flexible)
            #expect(declared == schema.words(version), "\(R.api)\(part) v\(version)")
        }
        return compared
    }
}

/// A range of versions as schemas write it: `3`, `3-5`, `3+` or `none`.
private struct Versions {
    let range: ClosedRange<Int16>?

    init(_ text: String) {
        let parts = text.split(separator: "-").compactMap { Int16($0.filter(\.isNumber)) }
        if text == "none" || parts.isEmpty {
            range = nil
        } else {
            range = parts[0]...(text.hasSuffix("+") ? .max : parts[parts.count - 1])
        }
    }

    func contains(_ version: Int16) -> Bool { range?.contains(version) ?? false }
}

/// One message of Kafka's schema directory, spelled in the words that `describe` uses.
private struct Schema {
    private struct Tagged { var tag: Int; var words: String }

    let valid: Versions
    let flexible: Versions
    private let fields: [[String: Any]]
    private let common: [String: [[String: Any]]]

    init?(_ file: URL) {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        // The licence and remarks are `//` lines, which JSON has not.
        let json = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
        guard let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any],
            let valid = object["validVersions"] as? String, let fields = object["fields"] as? [[String: Any]]
        else {
            Issue.record("\(file.path) cannot be read")
            return nil
        }
        self.valid = Versions(valid)
        flexible = Versions(object["flexibleVersions"] as? String ?? "none")
        self.fields = fields
        var common: [String: [[String: Any]]] = [:]
        for structure in object["commonStructs"] as? [[String: Any]] ?? [] {
            guard let name = structure["name"] as? String else { continue }
            common[name] = structure["fields"] as? [[String: Any]]
        }
        self.common = common
    }

    func words(_ version: Int16) -> String { words(fields, version) }

    private func words(_ fields: [[String: Any]], _ version: Int16) -> String {
        var plain: [String] = []
        var tagged: [Tagged] = []
        for field in fields {
            let versions = Versions(field["versions"] as? String ?? "none")
            let whenTagged = Versions(field["taggedVersions"] as? String ?? "none")
            guard versions.contains(version) else { continue }
            let word = word(field, version, tagged: whenTagged.contains(version))
            if whenTagged.contains(version), let tag = (field["tag"] as? Int) ?? Int(field["tag"] as? String ?? "") {
                tagged.append(Tagged(tag: tag, words: "tag\(tag)(\(word))"))
            } else {
                plain.append(word)
            }
        }
        return "{" + (plain + tagged.sorted { $0.tag < $1.tag }.map(\.words)).joined(separator: " ") + "}"
    }

    private func word(_ field: [String: Any], _ version: Int16, tagged: Bool) -> String {
        let type = field["type"] as? String ?? ""
        let nullable = Versions(field["nullableVersions"] as? String ?? "none").contains(version)
        let inner = field["fields"] as? [[String: Any]]
        if type.hasPrefix("[]") {
            let element = String(type.dropFirst(2))
            let content = (inner ?? common[element]).map { words($0, version) } ?? element
            return "[\(content)]" + (nullable ? "?" : "")
        }
        if let structure = inner ?? common[type] {
            return words(structure, version) + (nullable ? "?" : "")
        }
        return type + (nullable ? "?" : "")
    }
}
