/// What answers a text that was typed after `:`, best first. Every object of the cluster is asked at every key, so bytes are
/// looked at, and a suggestion is made only of what is found.
struct PaletteMatches {
    private let wanted: [UInt8]
    /// What was typed without blanks.
    private let letters: [UInt8]
    private let most: Int
    /// What begins with it, what contains it, what has its letters in order.
    private var ranks: [[Palette.Suggestion]] = [[], [], []]
    /// The text that is looked at, in lower case.
    private var text: [UInt8] = []

    /// - Parameters:
    ///   - wanted: what was typed, in lower case.
    ///   - takesAll: whether all that begins with it is wanted, instead of the few that can be read at a glance.
    init(_ wanted: String, takesAll: Bool) {
        self.wanted = Array(wanted.utf8)
        letters = self.wanted.filter { $0 != UInt8(ascii: " ") }
        most = takesAll ? .max : Palette.limit
    }

    /// The best of what was taken.
    var best: [Palette.Suggestion] {
        let shown = most == .max ? max(Palette.limit, ranks[0].count) : Palette.limit
        return Array(ranks.joined().prefix(shown))
    }

    /// Takes those that match.
    mutating func take(_ items: [Palette.Suggestion]) {
        for item in items { take(item.text, isSentence: item.isSentence) { item } }
    }

    /// Takes one whose text is made of two parts, if it matches.
    mutating func take(
        _ kind: String, _ name: String = "", isSentence: Bool = false, _ make: () -> Palette.Suggestion
    ) {
        // Whatever comes now would stand behind those.
        guard ranks[0].count < most else { return }
        text.removeAll(keepingCapacity: true)
        append(kind)
        append(name)
        guard let rank, rank < 2 || !isSentence, ranks[rank].count < most else { return }
        ranks[rank].append(make())
    }

    private mutating func append(_ part: String) {
        // Beyond ASCII a letter may have another length in lower case.
        guard part.utf8.allSatisfy({ $0 < 0x80 }) else { return text.append(contentsOf: part.lowercased().utf8) }
        for byte in part.utf8 { text.append(byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte) }
    }

    /// How well the text matches; nil is not at all.
    private var rank: Int? {
        if text.starts(with: wanted) { return 0 }
        if containsWanted { return 1 }
        return hasLetters ? 2 : nil
    }

    private var containsWanted: Bool {
        guard let first = wanted.first, text.count >= wanted.count else { return false }
        return (0...text.count - wanted.count).contains { start in
            text[start] == first && text[start..<start + wanted.count].elementsEqual(wanted)
        }
    }

    private var hasLetters: Bool {
        var next = 0
        for byte in text where next < letters.count && byte == letters[next] { next += 1 }
        return next == letters.count
    }
}
