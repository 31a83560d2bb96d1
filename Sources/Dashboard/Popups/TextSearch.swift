import TerminalUI

/// `/` in a text that is read line by line: which lines hold what was typed, and the way from one to the next. Logs and popups
/// search alike, in the grammar of filters.
package struct TextSearch: Sendable, Equatable {
    /// As typed; empty searches nothing.
    package var text = ""
    /// The line that was gone to last, nil once the text was scrolled by hand.
    package var line: Int?

    /// The next line with a match, around the end; nil when no line has one.
    ///
    /// - Parameter step: 1 for the next one after `line`, −1 for the one before.
    static func next(_ text: String, after line: Int, step: Int, count: Int, lines: (Int) -> String) -> Int? {
        var match = FilterMatch(Filter(text))
        guard count > 0 else { return nil }
        return (1...count).lazy.map { (((line + step * $0) % count) + count) % count }
            .first { match.passes(text: lines($0)) { _ in .unknown } }
    }
}

/// The lines of a popup as they are searched and shown: a word that is broken at the edge is still one word.
struct SearchedLines {
    private let lines: [StyledText]
    private let words: [String]
    private let width: Int

    /// - Parameter width: cells of a line, at which long words were broken.
    init(_ lines: [StyledText], width: Int, search: TextSearch) {
        self.lines = lines
        self.width = width
        words = Filter(search.text).matchWords
    }

    /// What is searched at a line: itself, and what of a broken word stands on the next one.
    func text(_ index: Int) -> String {
        guard let rest = broken(after: index) else { return lines[index].plain }
        return lines[index].plain + rest.text.prefix(max(0, (words.map(\.count).max() ?? 0) - 1))
    }

    /// A line with the words found.
    func shown(_ index: Int) -> StyledText {
        var line = Matches.highlight(lines[index], words: words)
        for word in words {
            if let rest = broken(after: index), let parts = parts(of: word, lines[index].plain, rest.text) {
                line = line.marked(lines[index].plain.count - parts.tail..<lines[index].plain.count)
            }
            if index > 0, let rest = broken(after: index - 1),
                let parts = parts(of: word, lines[index - 1].plain, rest.text)
            {
                line = line.marked(rest.indent..<rest.indent + parts.head)
            }
        }
        return line
    }

    /// The next line without its indent, where a word may go on there: the line is full to the edge.
    private func broken(after index: Int) -> (text: String, indent: Int)? {
        guard lines.indices.contains(index + 1), lines[index].width() >= width - 1 else { return nil }
        let next = lines[index + 1].plain
        let indent = next.prefix { $0 == " " }.count
        return (String(next.dropFirst(indent)), indent)
    }

    /// How many of its characters stand at the end of a line, and how many at the beginning of the next; nil when it is not
    /// broken there.
    private func parts(of word: String, _ line: String, _ next: String) -> (tail: Int, head: Int)? {
        guard word.count > 1 else { return nil }
        return (1..<word.count).first { tail in
            line.count >= tail && line.suffix(tail).lowercased() == word.prefix(tail)
                && next.prefix(word.count - tail).lowercased() == word.dropFirst(tail)
        }.map { ($0, word.count - $0) }
    }
}

extension StyledText {
    /// Some of its characters in role match.
    fileprivate func marked(_ range: Range<Int>) -> StyledText {
        var at = 0
        return StyledText(
            spans: spans.flatMap { span -> [Span] in
                let start = at
                at += span.text.count
                let from = min(max(range.lowerBound - start, 0), span.text.count)
                let to = min(max(range.upperBound - start, from), span.text.count)
                let parts = [
                    (span.text.prefix(from), span.style),
                    (span.text.dropFirst(from).prefix(to - from), Style(.match, on: span.style.surface)),
                    (span.text.dropFirst(to), span.style),
                ]
                return parts.filter { !$0.0.isEmpty }.map { Span(String($0.0), $0.1) }
            })
    }
}
