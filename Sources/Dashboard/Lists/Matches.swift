import TerminalUI

/// Shows the words a filter found.
package enum Matches {
    /// The text with every occurrence of a word in role match.
    package static func highlight(_ text: StyledText, words: [String]) -> StyledText {
        StyledText(spans: text.spans.flatMap { span in split(span, words) })
    }

    private static func split(_ span: StyledText.Span, _ words: [String]) -> [StyledText.Span] {
        var spans: [StyledText.Span] = []
        var rest = Substring(span.text)
        while !rest.isEmpty {
            let lowered = rest.lowercased()
            let found = words.compactMap { word -> (Int, Int)? in
                guard !word.isEmpty, let range = lowered.firstRange(of: word) else { return nil }
                return (lowered.distance(from: lowered.startIndex, to: range.lowerBound), word.count)
            }.min { $0.0 < $1.0 }
            guard let (start, length) = found, lowered.count == rest.count else {
                spans.append(.init(String(rest), span.style))
                break
            }
            let from = rest.index(rest.startIndex, offsetBy: start)
            let to = rest.index(from, offsetBy: length)
            if from > rest.startIndex { spans.append(.init(String(rest[..<from]), span.style)) }
            spans.append(.init(String(rest[from..<to]), Style(.match, on: span.style.surface)))
            rest = rest[to...]
        }
        return spans
    }
}
