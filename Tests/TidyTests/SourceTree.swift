import Foundation

/// The checkout that the tests were built from.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// All files below a folder of the checkout with one of the endings, as paths from the root.
    static func files(in folder: String, endings: [String] = [".swift"]) -> [String] {
        let base = root.appendingPathComponent(folder)
        let walker = FileManager.default.enumerator(atPath: base.path)
        var found: [String] = []
        while let path = walker?.nextObject() as? String {
            if endings.contains(where: path.hasSuffix) { found.append(folder + "/" + path) }
        }
        return found.sorted()
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
}
