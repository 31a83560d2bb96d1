/// A `.properties` text that cannot be used, with the place to look at.
package struct PropertiesError: Error, Equatable, CustomStringConvertible {
    /// The file's name as given to the parser.
    package let file: String
    /// Counted from 1; 0 when the whole file is meant.
    package let line: Int
    package let reason: String

    package init(file: String, line: Int, reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }

    package var description: String { line > 0 ? "\(file):\(line): \(reason)" : "\(file): \(reason)" }
}
