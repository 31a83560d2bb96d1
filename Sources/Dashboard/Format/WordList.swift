/// Words in a row as sentences have them.
enum WordList {
    /// `1`, `1 and 2`, `1, 2 and 3`.
    static func and(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and \(last)"
    }
}
