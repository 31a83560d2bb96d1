import KafkaClient
import KafkaProtocol
import Properties
import TerminalUI

/// What a person has set for every start, and the defaults of everything that can be set: the contents of
/// `klamm.properties`.
package struct Settings: Sendable, Equatable {
    /// A cluster by name.
    package struct Cluster: Sendable, Equatable {
        package var name: String
        /// How it is reached, as far as the file says.
        package var client = ClientProperties()
        /// The theme it is shown in, by name or file; nil is that of all.
        package var theme: String?
        /// The role that its name takes in the crumbs.
        package var tag: Role?
        /// Which line forbids changes; nil when they are allowed.
        package var readOnlyReason: String?
        fileprivate var masks = MaskSettings()

        /// A cluster by name.
        package init(name: String) { self.name = name }

        /// What is hidden of its messages.
        package var masking: Masking { masks.masking }
    }

    /// The cluster that Klamm brings along; its name is taken.
    package static let bundled = "bundled"

    /// In the order of the file.
    package var clusters: [Cluster] = []
    /// A theme by name or file.
    package var theme = Theme.klammDark.name
    /// How often the cluster is asked, milliseconds; 0 is never by itself.
    package var interval: Int64 = 1_000
    package var usesMouse = true
    package var forcesASCII = false
    /// Whether the bell rings when something goes wrong.
    package var rings = false
    /// What times are told in.
    package var zone = TimeZoneChoice.machine
    package var keys = KeyMap()
    private var alertLines = AlertSettings()
    /// What the person wants to hear of.
    package var alerts: [Alert] { alertLines.alerts }
    /// What was left out, with its line. It never prevents a start.
    package var warnings: [PropertiesError] = []
    private var file = Properties(file: "klamm.properties")

    /// The defaults.
    package init() {}

    /// A complaint about a value that turned out to be wrong later, with its line.
    package func complaint(_ key: String, _ reason: String) -> PropertiesError { file.error(key, reason) }

    /// The theme that a cluster is shown in, and the key that says so.
    package func theme(of name: String) -> (name: String, key: String) {
        cluster(name)?.theme.map { ($0, "cluster.\(name).theme") } ?? (theme, "theme")
    }

    /// A cluster by name; nil when the file does not know it.
    package func cluster(_ name: String) -> Cluster? { clusters.first { $0.name == name } }
}

extension Settings {
    /// Reads a file. One that is missing gives the defaults, one that cannot be read the defaults and a warning.
    package init(reading path: String, exists: (String) -> Bool) {
        self.init()
        guard exists(path) else { return }
        do {
            self.init(try Properties(reading: path))
        } catch {
            let known = error as? PropertiesError
            let reason = known?.reason ?? "\(error)"
            warnings = [PropertiesError(file: path, line: known?.line ?? 0, reason: reason + "; no setting is used")]
        }
    }

    /// Takes every entry that can be used.
    package init(_ file: Properties) {
        self.init()
        self.file = file
        var wishes: [(wish: KeyMap.Wish, key: String)] = []
        for entry in file.entries {
            do {
                if entry.key.hasPrefix("key.") {
                    wishes.append((KeyMap.Wish(action: String(entry.key.dropFirst(4)), keys: entry.value), entry.key))
                } else if entry.key.hasPrefix("alert.") {
                    try alertLines.take(entry, of: file)
                } else if entry.key.hasPrefix("cluster.") {
                    try takeCluster(entry, of: file)
                } else {
                    try take(entry, of: file)
                }
            } catch {
                if let error = error as? PropertiesError { warnings.append(error) }
            }
        }
        let (map, refusals) = KeyMap.read(wishes.map(\.wish))
        keys = map
        for (refusal, wish) in zip(refusals, wishes) {
            if let refusal { warnings.append(file.error(wish.key, "`\(wish.key)`: \(refusal)")) }
        }
        warnings +=
            clusters.flatMap(\.client.warnings) + clusters.flatMap { $0.masks.complaints(file) }
            + alertLines.complaints(file)
        warnings.sort { $0.line < $1.line }
    }

    private mutating func take(_ entry: Properties.Entry, of file: Properties) throws {
        switch entry.key {
        case "theme": theme = entry.value
        case "refresh.interval.ms":
            guard let value = try file.int(entry.key, in: 0...600_000), value == 0 || value >= 100 else {
                throw file.error(entry.key, "`\(entry.key)` must be 0 (never) or from 100 to 600000")
            }
            interval = Int64(value)
        case "mouse": usesMouse = try file.bool(entry.key) ?? usesMouse
        case "bell": rings = try file.bool(entry.key) ?? rings
        case "time.zone":
            guard let choice = TimeZoneChoice(entry.value) else {
                throw file.error(entry.key, "`\(entry.key)` must be local, utc or like +02:00, not `\(entry.value)`")
            }
            zone = choice
        case "ascii": forcesASCII = try file.bool(entry.key) ?? forcesASCII
        default: throw file.error(entry.key, "unknown key `\(entry.key)`; it has no effect")
        }
    }

    /// `cluster.NAME.…`: colour, theme, read-only, masks, or a client setting. A name has no dots.
    private mutating func takeCluster(_ entry: Properties.Entry, of file: Properties) throws {
        let parts = entry.key.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[1].isEmpty, !parts[2].isEmpty else {
            throw file.error(entry.key, "`\(entry.key)` is not like cluster.NAME.bootstrap.servers")
        }
        let name = String(parts[1])
        var cluster = cluster(name) ?? Cluster(name: name)
        defer {
            if let index = clusters.firstIndex(where: { $0.name == name }) {
                clusters[index] = cluster
            } else {
                clusters.append(cluster)
            }
        }
        switch parts[2] {
        case "color":
            guard let role = Self.tags[entry.value] else {
                let names = Self.tags.keys.sorted().joined(separator: ", ")
                throw file.error(entry.key, "`\(entry.key)` must be one of \(names), not `\(entry.value)`")
            }
            cluster.tag = role
        case "theme": cluster.theme = entry.value
        case "read.only":
            // Whatever stands there: who wrote the line meant to be careful.
            let name = file.file.split(separator: "/").last ?? "klamm.properties"
            cluster.readOnlyReason = "\(entry.key) = \(entry.value) in \(name), line \(entry.line)"
            if try file.bool(entry.key) == false { cluster.readOnlyReason = nil }
        case "bootstrap.servers" where name == Self.bundled:
            throw file.error(entry.key, "`\(Self.bundled)` is the cluster of this machine; choose another name")
        case let key where key == "mask" || key.hasPrefix("mask."): try cluster.masks.take(key, entry, of: file)
        default: try cluster.client.take(String(parts[2]), from: entry.key, of: file)
        }
    }

    /// Colours by the names of the roles' usual inks.
    private static let tags: [String: Role] = [
        "cyan": .clusterTag1, "green": .clusterTag2, "yellow": .clusterTag3, "magenta": .clusterTag4,
        "blue": .clusterTag5, "red": .clusterTag6,
    ]
}
