import ArgumentParser
import TerminalUI

/// Bytes a second, as `50MiB`, `1.5 GiB/s`, `10MB` or `52428800`.
struct ByteRate: ExpressibleByArgument, CustomStringConvertible {
    let bytesPerSecond: Int64

    private static let units: [(name: String, factor: Double)] = [
        ("kib", 1_024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("b", 1),
        ("", 1),
    ]

    init?(argument: String) {
        var text = argument.filter { $0 != " " }.lowercased()
        if text.hasSuffix("/s") { text.removeLast(2) }
        guard let unit = Self.units.first(where: { text.hasSuffix($0.name) }),
            let number = Double(text.dropLast(unit.name.count)), number.isFinite
        else { return nil }
        let bytes = number * unit.factor
        guard bytes >= 1, bytes < 9e18 else { return nil }
        bytesPerSecond = Int64(bytes)
    }

    var description: String { Format.bytes(Int(bytesPerSecond)) + "/s" }
}
