/// Hides fields of JSON and leaves everything else as it stands.
enum JSONMask {
    private struct Match {
        /// From the name of the member to the end of its value.
        var member: Range<Int>
        var value: Range<Int>
        var action: Masking.Action
    }

    /// The bytes with the fields of some steps hidden; nil when they are no JSON object or array.
    static func hide(_ steps: [Masking.Step], in bytes: [UInt8]) -> [UInt8]? {
        guard Payload.isStartOfJSON(bytes) else { return nil }
        let wanted = steps.map { step in (step.action, step.fields.map { $0.lowercased() }) }
        var matches: [Match] = []
        let isJSON = JSONReader.members(in: bytes) { names, start, value in
            let path = names.joined(separator: ".").lowercased()
            let step = wanted.first { $0.1.contains { path == $0 || path.hasSuffix("." + $0) } }
            guard let step else { return }
            // A field that is hidden hides what is within it, which came before.
            matches.removeAll { $0.member.lowerBound > start }
            matches.append(Match(member: start..<value.upperBound, value: value, action: step.0))
        }
        return isJSON ? rewritten(bytes, matches) : nil
    }

    private static func rewritten(_ bytes: [UInt8], _ matches: [Match]) -> [UInt8] {
        var out: [UInt8] = []
        var at = 0
        for match in matches {
            if match.action == .remove {
                out += bytes[at..<match.member.lowerBound]
                at = match.member.upperBound
                removeComma(before: &out, after: &at, bytes)
            } else {
                out += bytes[at..<match.value.lowerBound]
                out += Array(hidden(Array(bytes[match.value]), match.action).utf8)
                at = match.value.upperBound
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
