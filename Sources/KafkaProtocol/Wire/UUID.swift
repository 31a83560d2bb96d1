/// Kafka's 128-bit identifier of topics, directories and incarnations; its text form is URL-safe base64 without padding.
package struct UUID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// "None": never the id of a topic.
    package static let zero = UUID(high: 0, low: 0)
    /// The id of `__cluster_metadata`.
    package static let metadataTopic = UUID(high: 0, low: 1)

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// A random id whose text does not begin with `-`, so that it can stand on a command line.
    package static func random(using generator: inout some RandomNumberGenerator) -> UUID {
        while true {
            let high = generator.next() & ~(0xf000 as UInt64) | 0x4000
            let low = generator.next() & ~(0xc000_0000_0000_0000 as UInt64) | 0x8000_0000_0000_0000
            let id = UUID(high: high, low: low)
            if !id.description.hasPrefix("-") { return id }
        }
    }

    package var description: String {
        var text: [UInt8] = []
        for index in 0..<22 {
            let bit = index * 6
            let window = bit <= 58 ? high >> UInt64(58 - bit) : straddling(bit)
            text.append(Self.alphabet[Int(window & 0x3f)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private func straddling(_ bit: Int) -> UInt64 {
        if bit == 60 { return (high & 0xf) << 2 | low >> 62 }
        let shift = 122 - bit
        return shift >= 0 ? low >> UInt64(shift) : low << UInt64(-shift)
    }

    /// Reads the 22-character text form.
    package init?(_ text: String) {
        var bits: (high: UInt64, low: UInt64) = (0, 0)
        guard text.utf8.count == 22 else { return nil }
        for (index, byte) in text.utf8.enumerated() {
            guard let digit = Self.alphabet.firstIndex(of: byte) else { return nil }
            let width = index == 21 ? 2 : 6
            let value = UInt64(digit) >> UInt64(6 - width)
            bits.high = bits.high << UInt64(width) | bits.low >> UInt64(64 - width)
            bits.low = bits.low << UInt64(width) | value
        }
        self.init(high: bits.high, low: bits.low)
    }

    package static func < (a: UUID, b: UUID) -> Bool { (a.high, a.low) < (b.high, b.low) }
}
