import TerminalUI

/// What times are told in: clusters and the people who read their logs are not always where the terminal is.
package enum TimeZoneChoice: Sendable, Equatable {
    /// The zone of this machine.
    case machine
    /// Seconds east of UTC.
    case offset(Int)

    /// Reads `local`, `utc` or an offset such as `+02:00` or `-0530`; nil for anything else.
    package init?(_ text: String) {
        switch text.lowercased() {
        case "local": self = .machine
        case "utc", "z": self = .offset(0)
        default:
            guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
            let digits = text.dropFirst().filter { $0 != ":" }
            guard digits.count == 4, digits.allSatisfy(\.isNumber), let hours = Int(digits.prefix(2)),
                let minutes = Int(digits.suffix(2)), hours <= 14, minutes < 60
            else { return nil }
            self = .offset((hours * 3_600 + minutes * 60) * (sign == "-" ? -1 : 1))
        }
    }

    /// The zone itself.
    package func zone(ofMachine machine: LocalZone) -> LocalZone {
        switch self {
        case .machine: machine
        case .offset(let seconds): LocalZone { _ in seconds }
        }
    }
}
