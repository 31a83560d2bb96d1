import Foundation
import Testing

@testable import KafkaProtocol

/// Holds every declaration against Kafka's own JSON schemas, field by field and version by version.
///
/// The schemas are not part of this repository: `KLAMM_SCHEMAS` names a directory with `messages/` (Kafka 3.9) and
/// `messages-4x/` (Kafka 4.x); without it these tests are skipped.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["KLAMM_SCHEMAS"] != nil))
struct SchemaTests {
    @Test func declarationsMatchTheSchemas() throws {
        let root = URL(fileURLWithPath: try #require(ProcessInfo.processInfo.environment["KLAMM_SCHEMAS"]))
        var compared = 0
        for entry in APITable.entries.values.sorted(by: { $0.api < $1.api }) {
            for part in ["Request", "Response"] {
                let schemas = ["messages-4x", "messages"].compactMap { folder in
                    Schema(root.appendingPathComponent("\(folder)/\(entry.api)\(part).json"))
                }
                #expect(!schemas.isEmpty, "\(entry.api)\(part) has no schema")
                for schema in schemas { compared += try compare(entry.request, part, schema) }
            }
        }
        #expect(compared > 300)
    }

    private func compare<R: KafkaRequest>(_ request: R.Type, _ part: String, _ schema: Schema) throws -> Int {
        var compared = 0
        for version in request.versions where schema.valid.contains(version) {
            let flexible = version >= request.flexibleSince
            #expect(flexible == schema.flexible.contains(version), "\(R.api)\(part) v\(version) flexible")
            let declared =
                part == "Request"
                ? try R.describe(version: version, flexible: flexible)
                : try R.Response.describe(version: version, flexible: flexible)
            #expect(declared == schema.words(version), "\(R.api)\(part) v\(version)")
            compared += 1
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
