import ClusterInsight
import TerminalUI

/// Figures as cells: unknown is `?`, old carries `~`, zero is muted where zero is good.
package enum Figure {
    /// Asked for, but not answered.
    package static let unknown = StyledText("?", .healthUnknown)
    /// Not applicable.
    package static let none = StyledText("—", .muted)

    /// A count; nil is unknown.
    ///
    /// - Parameter width: cells there are; a count with more digits is shortened (`1.2M`), never cut.
    package static func count(
        _ value: Int64?, role: Role = .number, stale: Bool = false, estimate: Bool = false, width: Int = .max
    ) -> StyledText {
        guard let value else { return unknown }
        let full = (estimate ? "≈" : "") + Format.count(Int(value))
        let fits = full.count + (stale ? 1 : 0) <= width
        return aged(fits ? full : (estimate ? "≈" : "") + Format.rate(Double(value)), role, stale)
    }

    /// A count of something bad: muted at zero.
    package static func bad(_ value: Int, role: Role, stale: Bool = false, width: Int = .max) -> StyledText {
        count(Int64(value), role: value == 0 ? .muted : role, stale: stale, width: width)
    }

    /// Bytes; nil is unknown.
    package static func bytes(_ value: Int64?, role: Role = .number, stale: Bool = false) -> StyledText {
        guard let value else { return unknown }
        return aged(Format.bytes(Int(value)), role, stale)
    }

    /// How full a disk is.
    package static func usedPercent(_ percent: Double, stale: Bool = false) -> StyledText {
        aged("\(Int(percent)) %", percent >= HealthLimits.fullDisk ? .healthDegraded : .number, stale)
    }

    /// Bytes per second without `/s`; nil is unknown.
    package static func byteRate(_ value: Double?, suffix: String = "") -> StyledText {
        guard let value else { return unknown }
        return StyledText(Format.bytes(Int(value.isFinite ? min(value, 1e18) : 0)) + suffix, .number)
    }

    /// A rate without its unit; nil is unknown.
    package static func rate(_ value: Double?, suffix: String = "") -> StyledText {
        guard let value else { return unknown }
        return StyledText(Format.rate(value) + suffix, .number)
    }

    /// A sparkline in chart.1.
    package static func trend(_ samples: [Double?], width: Int, glyphs: GlyphSet = .unicode) -> StyledText {
        StyledText(Chart.sparkline(samples, width: width, glyphs: glyphs), .chart1)
    }

    /// A lag by its group's verdict.
    package static func lag(_ value: Int64?, high: Bool, stale: Bool = false, estimate: Bool = false, width: Int = 7)
        -> StyledText
    {
        count(
            value, role: value == 0 ? .lagNone : high ? .lagHigh : .lagLow, stale: stale,
            estimate: estimate && value != 0, width: width)
    }

    /// A text that is old when `stale`.
    package static func aged(_ text: String, _ role: Role, _ stale: Bool) -> StyledText {
        stale ? StyledText("~" + text, .stale) : StyledText(text, role)
    }
}
