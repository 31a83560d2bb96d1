/// Hides fields of JSON and leaves everything else as it stands. Texts within it that are JSON themselves are looked into.
enum JSONMask {
    private struct Match {
        /// From the name of the member to the end of its value.
        var member: Range<Int>
        var value: Range<Int>
        /// What stands for the value; nil takes the member out.
        var replacement: [UInt8]?
    }

    /// The bytes with the fields of some steps hidden; nil when they are no JSON object or array.
    static func hide(_ steps: [Masking.Step], in bytes: [UInt8]) -> [UInt8]? {
        hide(
            steps.map { Masking.Step($0.action, fields: $0.fields.map { $0.lowercased() }) }, in: bytes, under: [],
            depth: 0)
    }

    /// - Parameter outer: the names that lead to the text the bytes stand in.
    private static func hide(
        _ steps: [Masking.Step], in bytes: [UInt8], under outer: [String], depth: Int
    ) -> [UInt8]? {
        guard Payload.isStartOfJSON(bytes) else { return nil }
        var matches: [Match] = []
        let isJSON = JSONReader.members(in: bytes) { names, start, value in
            let all = outer + names
            let path = all.joined(separator: ".").lowercased()
            let step = steps.first { $0.fields.contains { path == $0 || path.hasSuffix("." + $0) } }
            if let step {
                // A field that is hidden hides what is within it, which came before.
                matches.removeAll { $0.member.lowerBound > start }
                let hidden = step.action == .remove ? nil : Array(hidden(Array(bytes[value]), step.action).utf8)
                matches.append(Match(member: start..<value.upperBound, value: value, replacement: hidden))
            } else if let text = inner(steps, of: bytes[value], under: all, depth: depth) {
                matches.append(Match(member: start..<value.upperBound, value: value, replacement: text))
            }
        }
        return isJSON ? rewritten(bytes, matches) : nil
    }

    /// A text that is JSON itself, with the fields hidden; nil when it is no such text, or has nothing to hide.
    private static func inner(
        _ steps: [Masking.Step], of value: ArraySlice<UInt8>, under names: [String], depth: Int
    ) -> [UInt8]? {
        guard value.first == UInt8(ascii: "\""),
            case .string(let text)? = JSONReader.values(at: [], in: Array(value))?.first,
            Payload.isStartOfJSON(Array(text.utf8))
        else { return nil }
        let plain = Array(text.utf8)
        // What only begins like JSON may have fields that nobody finds, and so may what is nested too deep.
        guard depth < DashboardLimits.maskedNesting, let masked = hide(steps, in: plain, under: names, depth: depth + 1)
        else { return Array(JSONText.quoted(TopicMask.replacement).utf8) }
        return masked == plain ? nil : Array(JSONText.quoted(String(decoding: masked, as: UTF8.self)).utf8)
    }

    private static func rewritten(_ bytes: [UInt8], _ matches: [Match]) -> [UInt8] {
        var out: [UInt8] = []
        var at = 0
        for match in matches {
            if let replacement = match.replacement {
                out += bytes[at..<match.value.lowerBound]
                out += replacement
                at = match.value.upperBound
            } else {
                out += bytes[at..<match.member.lowerBound]
                at = match.member.upperBound
                removeComma(before: &out, after: &at, bytes)
            }
        }
        return out + bytes[at...]
    }

    /// A member goes with the comma that follows it; the last one with the comma before it.
    private static func removeComma(before out: inout [UInt8], after at: inout Int, _ bytes: [UInt8]) {
        var next = at
        while next < bytes.count, bytes[next] <= 0x20 { next += 1 }
        if next < bytes.count, bytes[next] == UInt8(ascii: ",") {
            at = next + 1
            return
        }
        let kept = out.lastIndex { $0 > 0x20 }
        if let kept, out[kept] == UInt8(ascii: ",") { out.removeSubrange(kept...) }
    }

    /// What stands for a value. Of a text or a number the shape can be told; null has nothing to hide.
    private static func hidden(_ value: [UInt8], _ action: Masking.Action) -> String {
        let isContainer = Payload.isStartOfJSON(value)
        guard action == .mask, !isContainer, let found = JSONReader.values(at: [], in: value)?.first else {
            return JSONText.quoted(TopicMask.replacement)
        }
        switch found {
        case .string(let text): return JSONText.quoted(TopicMask.shape(text))
        case .number: return JSONText.quoted(TopicMask.shape(String(decoding: value, as: UTF8.self)))
        case .text("null"): return "null"
        case .text: return JSONText.quoted(TopicMask.replacement)
        }
    }
}
