import Dashboard
import Glibc

/// What the process was given by its surroundings.
enum Surroundings {
    /// The environment.
    static var variables: [String: String] {
        var found: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { found[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return found
    }

    /// Klamm's folder below a base directory of the XDG specification: relative paths in the variable are to be ignored.
    private static func folder(_ variable: String, below home: String) -> String? {
        let variables = variables
        if let base = variables[variable], base.hasPrefix("/") { return base + "/klamm" }
        return variables["HOME"].map { "\($0)/\(home)/klamm" }
    }

    /// Where settings and themes of the person lie; nil without a home.
    static var configDirectory: String? { folder("XDG_CONFIG_HOME", below: ".config") }

    /// The person's settings, read anew.
    static var settings: Settings {
        guard let directory = configDirectory else { return Settings() }
        return Settings(reading: directory + "/klamm.properties") { access($0, F_OK) == 0 }
    }

    /// Where journal, events and histories lie; the directory is made. Nil when it cannot be.
    static var stateDirectory: String? {
        guard let directory = folder("XDG_STATE_HOME", below: ".local/state") else { return nil }
        var path = ""
        for part in directory.split(separator: "/") {
            path += "/" + part
            mkdir(path, 0o700)
        }
        return access(path, W_OK) == 0 ? path : nil
    }
}
