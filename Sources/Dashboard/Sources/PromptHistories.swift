import Glibc
import TerminalUI

/// What was run in prompts, on disk: one file for each prompt, one text a line, newest last.
package struct PromptHistories: Sendable {
    private let directory: String

    /// Histories in a directory, which is made when the first one is kept.
    package init(directory: String) {
        self.directory = directory
    }

    /// Prompts whose texts are kept, with their file names. Values and file names of the moment are not worth it.
    static let files: [(label: String, name: String)] = [
        (":", "command"), ("/", "filter"), ("seek: ", "seek"), ("partitions: ", "partitions"),
    ]

    /// The histories as they were left, by label.
    package func read() -> [String: [String]] {
        Self.files.reduce(into: [:]) { histories, file in
            guard let bytes = FileTail.read("\(directory)/\(file.name)", limit: DashboardLimits.smallFileBytes) else {
                return
            }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            histories[file.label] = lines.suffix(History.defaultLimit)
        }
    }

    /// Keeps a prompt's texts.
    package func write(_ label: String, _ entries: [String]) {
        guard let name = Self.files.first(where: { $0.label == label })?.name else { return }
        mkdir(directory, 0o700)
        KeptFile.replace("\(directory)/\(name)", with: Array(entries.map { $0 + "\n" }.joined().utf8))
    }
}
