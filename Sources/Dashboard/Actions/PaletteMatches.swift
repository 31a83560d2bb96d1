/// What answers a text that was typed after `:`, best first. Every object of the cluster is asked at every key, so bytes are
/// looked at, and a suggestion is made only of what is found.
struct PaletteMatches {
    private let wanted: [UInt8]
    /// What was typed without blanks.
    private let letters: [UInt8]
    private let most: Int
    /// What begins with it, what contains it, what has its letters in order.
    private var ranks: [[Palette.Suggestion]] = [[], [], []]
    /// The text that is looked at.
    private var text = LoweredText()

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
        text.set(kind)
        text.append(name)
        guard let rank, rank < 2 || !isSentence, ranks[rank].count < most else { return }
        ranks[rank].append(make())
    }

    /// How well the text matches; nil is not at all.
    private var rank: Int? {
        if text.bytes.starts(with: wanted) { return 0 }
        if !wanted.isEmpty, text.contains(wanted) { return 1 }
        return text.contains(inOrder: letters) ? 2 : nil
    }
}
