import ArgumentParser

/// For a person or for a program.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json

    /// Prints one result in the form that was asked for.
    func print(_ table: @autoclosure () -> Table, json: @autoclosure () -> JSON) {
        switch self {
        case .table: for line in table().lines { Console.line(line) }
        case .json: Console.line(json().text())
        }
    }

    /// Says that something was done: a sentence, or an object.
    func done(_ sentence: String, json: @autoclosure () -> JSON) {
        switch self {
        case .table: Console.line(sentence)
        case .json: Console.line(json().text())
        }
    }
}
