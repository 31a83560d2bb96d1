/// The theme that is always there: the same lines as `themes/klamm-dark.properties`, which a test compares.
extension Theme {
    /// Klamm on a dark ground.
    package static let klammDark: Theme = {
        let entries = klammDarkLines.enumerated().compactMap { index, line -> ThemeReader.Entry? in
            guard let separator = line.firstIndex(of: "="), !line.hasPrefix("#") else { return nil }
            let key = line[..<separator].trimmed
            return (key, line[line.index(after: separator)...].trimmed, index + 1)
        }
        return ThemeReader.read(entries, name: "klamm-dark", base: { _ in nil }).theme
    }()

    /// The lines of the file.
    package static let klammDarkLines = """
        # Klamm on a dark ground; also compiled in, and what other themes fall back to.
        name = klamm-dark
        inherits = none

        palette.fg = #d8dee6
        palette.bg = #10151c
        palette.muted = #a3b0bf
        palette.faint = #6b7785
        palette.line = #46525f
        palette.accent = #6cc7d9
        palette.red = #ff8f87
        palette.yellow = #e9c46a
        palette.green = #8fd19e
        palette.blue = #8cb4ff
        palette.magenta = #d3a4f0
        palette.raised = #253241
        palette.new = #16302a
        palette.changed = #3a3212
        palette.gone = #2a2228

        role.text = fg
        role.background = fg on bg
        role.muted = muted
        role.disabled = faint
        role.border = line
        role.border.focus = accent
        role.title = fg bold
        role.crumb = fg
        role.crumb.active = bg on accent bold
        role.hint.key = accent bold
        role.hint.text = muted
        role.prompt = fg
        role.prompt.ghost = faint
        role.match = yellow underline
        role.selection = fg on raised
        role.mark = yellow bold
        role.column = muted
        role.column.sorted = accent bold
        role.number = fg
        role.timestamp = muted
        role.tab = muted
        role.tab.active = accent bold
        role.stale = muted
        role.progress = accent
        role.flash.info = fg
        role.flash.ok = green
        role.flash.warn = yellow
        role.flash.error = red bold
        role.dialog = accent
        role.dialog.danger = red
        role.health.ok = green
        role.health.degraded = yellow
        role.health.bad = red bold
        role.health.unknown = muted
        role.leader = accent bold
        role.replica.insync = green
        role.replica.lagging = yellow
        role.replica.offline = red
        role.replica.adding = blue
        role.replica.removing = magenta
        role.lag.none = muted
        role.lag.low = fg
        role.lag.high = yellow
        role.group.stable = fg
        role.group.rebalancing = yellow
        role.group.empty = muted
        role.group.dead = red
        role.json.key = accent
        role.json.string = green
        role.json.number = magenta
        role.json.literal = yellow
        role.config.default = muted
        role.config.override = fg bold
        role.config.sensitive = muted
        role.delta.up = yellow
        role.delta.down = green
        role.chart.1 = accent
        role.chart.2 = green
        role.chart.3 = yellow
        role.chart.4 = magenta
        role.chart.5 = blue
        role.chart.6 = red
        role.row.new = fg on new
        role.row.changed = fg on changed bold
        role.row.gone = muted on gone
        role.cluster.tag.1 = accent
        role.cluster.tag.2 = green
        role.cluster.tag.3 = yellow
        role.cluster.tag.4 = magenta
        role.cluster.tag.5 = blue
        role.cluster.tag.6 = red

        role.16.text = white
        role.16.background = white on black
        role.16.muted = white
        role.16.disabled = bright-black
        role.16.prompt.ghost = bright-black
        role.16.border = bright-black
        role.16.border.focus = bright-cyan
        role.16.title = bright-white bold
        role.16.crumb.active = black on cyan
        role.16.hint.key = bright-cyan bold
        role.16.match = bright-yellow underline
        role.16.selection = bright-white on blue
        role.16.mark = bright-yellow
        role.16.column.sorted = bright-cyan bold
        role.16.tab.active = bright-cyan bold
        role.16.progress = bright-cyan
        role.16.flash.ok = bright-green
        role.16.flash.warn = bright-yellow
        role.16.flash.error = bright-white on red bold
        role.16.dialog = bright-cyan
        role.16.dialog.danger = bright-red
        role.16.health.ok = bright-green
        role.16.health.degraded = bright-yellow
        role.16.health.bad = bright-white on red bold
        role.16.leader = bright-cyan bold
        role.16.replica.insync = bright-green
        role.16.replica.lagging = bright-yellow
        role.16.replica.offline = bright-white on red
        role.16.replica.adding = bright-cyan
        role.16.replica.removing = bright-magenta
        role.16.lag.high = bright-yellow
        role.16.group.rebalancing = bright-yellow
        role.16.group.dead = bright-white on red
        role.16.json.key = bright-cyan
        role.16.json.string = bright-green
        role.16.json.number = bright-magenta
        role.16.json.literal = bright-yellow
        role.16.config.override = bright-white bold
        role.16.delta.up = bright-yellow
        role.16.delta.down = bright-green
        role.16.chart = bright-cyan
        role.16.row.new = black on green
        role.16.row.changed = black on yellow
        role.16.row.gone = black on white
        role.16.cluster.tag = bright-cyan

        role.mono.muted = dim
        role.mono.disabled = dim
        role.mono.prompt.ghost = dim
        role.mono.title = bold
        role.mono.crumb.active = reverse
        role.mono.hint.key = bold
        role.mono.match = underline
        role.mono.selection = reverse
        role.mono.mark = bold
        role.mono.column.sorted = bold
        role.mono.timestamp = dim
        role.mono.tab.active = bold
        role.mono.stale = dim
        role.mono.flash.warn = bold
        role.mono.flash.error = bold
        role.mono.dialog.danger = bold
        role.mono.health.degraded = bold
        role.mono.health.bad = bold
        role.mono.health.unknown = dim
        role.mono.leader = bold
        role.mono.replica.offline = bold
        role.mono.lag.none = dim
        role.mono.lag.high = bold
        role.mono.group.empty = dim
        role.mono.group.dead = bold
        role.mono.config.default = dim
        role.mono.config.override = bold
        role.mono.config.sensitive = dim
        role.mono.row.new = bold
        role.mono.row.changed = bold
        role.mono.row.gone = dim
        """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
