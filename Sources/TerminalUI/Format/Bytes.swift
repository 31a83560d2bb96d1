/// Sizes in binary units.
extension Format {
    private static let binaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

    /// A size: one decimal below 10, none above: `512 B` `1.1 MiB` `118 MiB`.
    package static func bytes(_ value: Int) -> String {
        var scaled = Double(value)
        var unit = 0
        while unit + 1 < binaryUnits.count, scaled.magnitude >= 1023.5 || unit > 0 && rounds(scaled) {
            scaled /= 1024
            unit += 1
        }
        return (unit == 0 ? decimal(scaled, places: 0) : short(scaled)) + " " + binaryUnits[unit]
    }

    /// Bytes per second with the unit: `512 KiB/s`.
    package static func byteRate(_ perSecond: Double) -> String {
        guard perSecond.isFinite, perSecond.magnitude < 9e18 else { return unknown + "/s" }
        return bytes(Int(perSecond.rounded())) + "/s"
    }

    /// A size in a configuration, where −1 stands for no limit: `1.0 GiB`, `no limit`.
    package static func configBytes(_ value: Int) -> String {
        value == -1 ? "no limit" : bytes(value)
    }

    private static func rounds(_ value: Double) -> Bool {
        value.magnitude.rounded() >= 1024
    }
}
