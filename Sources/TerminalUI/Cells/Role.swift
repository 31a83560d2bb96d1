/// What a cell means. Code names roles, themes give them colours.
///
/// The raw value is the name in theme files (`role.health.bad = …`); a role a theme does not know falls back along
/// its dots, then to `text`.
package enum Role: String, CaseIterable, Hashable, Sendable {
    case text, muted, disabled, background
    case border
    case borderFocus = "border.focus"
    case title
    case crumb
    case crumbActive = "crumb.active"
    case hintKey = "hint.key"
    case hintText = "hint.text"
    case prompt
    case promptGhost = "prompt.ghost"
    case match, selection, mark
    case column
    case columnSorted = "column.sorted"
    case number, timestamp
    case tab
    case tabActive = "tab.active"
    case stale, progress
    case flashInfo = "flash.info"
    case flashOk = "flash.ok"
    case flashWarn = "flash.warn"
    case flashError = "flash.error"
    case dialog
    case dialogDanger = "dialog.danger"
    case healthOk = "health.ok"
    case healthDegraded = "health.degraded"
    case healthBad = "health.bad"
    case healthUnknown = "health.unknown"
    case leader
    case replicaInsync = "replica.insync"
    case replicaLagging = "replica.lagging"
    case replicaOffline = "replica.offline"
    case replicaAdding = "replica.adding"
    case replicaRemoving = "replica.removing"
    case lagNone = "lag.none"
    case lagLow = "lag.low"
    case lagHigh = "lag.high"
    case groupStable = "group.stable"
    case groupRebalancing = "group.rebalancing"
    case groupEmpty = "group.empty"
    case groupDead = "group.dead"
    case jsonKey = "json.key"
    case jsonString = "json.string"
    case jsonNumber = "json.number"
    case jsonLiteral = "json.literal"
    case configDefault = "config.default"
    case configOverride = "config.override"
    case configSensitive = "config.sensitive"
    case deltaUp = "delta.up"
    case deltaDown = "delta.down"
    case chart1 = "chart.1"
    case chart2 = "chart.2"
    case chart3 = "chart.3"
    case chart4 = "chart.4"
    case chart5 = "chart.5"
    case chart6 = "chart.6"
    case rowNew = "row.new"
    case rowChanged = "row.changed"
    case rowGone = "row.gone"
    case clusterTag1 = "cluster.tag.1"
    case clusterTag2 = "cluster.tag.2"
    case clusterTag3 = "cluster.tag.3"
    case clusterTag4 = "cluster.tag.4"
    case clusterTag5 = "cluster.tag.5"
    case clusterTag6 = "cluster.tag.6"

    /// Roles that only paint a surface or a line, so that the contrast of letters does not apply to them.
    package var isDecoration: Bool {
        switch self {
        case .border, .borderFocus, .background: true
        default: false
        }
    }
}
