import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Changing one configuration of topics or brokers: what it is, what it may be, what the broker says of it.
enum ConfigForm {
    /// The choice that gives a value to all brokers instead of one.
    private static let everyBroker = "all brokers"

    /// Opens it for a configuration that is known, or for one to be named.
    static func open(_ resources: [ConfigResource], _ entry: ConfigEntry?, _ model: inout Model) -> [Command] {
        guard resources.count <= DashboardLimits.configs else {
            model.say("\(resources.count) are marked: configs of at most \(DashboardLimits.configs) at once", .warn)
            return []
        }
        let owners = resources.count > 4 ? ConfigWords.owners(resources) : resources.map(\.name).joined(separator: ", ")
        var fields: [FormField] = []
        var title = "Change configs of \(owners)"
        if let entry {
            title = "Change \(entry.name) of \(owners)"
            let value = entry.isSensitive ? "" : entry.value.map { ConfigText.human(entry.name, $0) } ?? ""
            fields = [
                FormField("name", label: "config", value: .fixed(StyledText(entry.name))),
                valueField(entry.name, value),
            ]
            if case .broker(let id)? = resources.first {
                let all = entry.source == .dynamicDefault ? 1 : 0
                fields.append(
                    FormField("for", label: "for", value: .choice(["broker \(id)", everyBroker], selected: all)))
            }
        } else {
            fields = [.text("name", "config", ""), valueField("", "")]
        }
        var popup = FormPopup(kind: .config(resources), title: title, fields: fields)
        refresh(&popup, model)
        model.popup = .form(popup)
        model.configsAskedAt = model.now
        // What they are now stands in the plan, and one that is open would have been read a while ago.
        let isBroker = if case .broker? = resources.first { true } else { false }
        return [.fetchConfigs(isBroker ? resources + [.allBrokers] : resources)]
    }

    private static func valueField(_ name: String, _ value: String) -> FormField {
        let note = name.hasSuffix(".ms") ? "units as 7 d" : name.hasSuffix(".bytes") ? "units as 1 GiB" : ""
        return .text("value", "value", value, note: StyledText(name.isEmpty ? "units as 7 d, 1 GiB" : note))
    }

    /// Whose value is changed.
    static func resources(_ popup: FormPopup) -> [ConfigResource] {
        guard case .config(let resources) = popup.kind else { return [] }
        return popup.string("for") == everyBroker ? [.allBrokers] : resources
    }

    /// What is typed, as it would be sent; nil while the value is none.
    static func change(_ popup: FormPopup) -> ConfigChange? {
        let name = popup.string("name")
        return ConfigText.raw(name, popup.string("value")).map { ConfigChange(name: name, value: $0) }
    }

    /// Keeps the words below the fields in step with the name.
    static func refresh(_ popup: inout FormPopup, _ model: Model) {
        guard let entry = entry(popup, model) else {
            let names = known(popup, model).map(\.name).filter { $0.hasPrefix(popup.string("name")) }.prefix(4)
            popup.notes = names.isEmpty ? [] : [Plans.fact("configs", StyledText(names.joined(separator: ", ")))]
            return
        }
        let standard = entry.isSensitive ? "" : entry.defaultValue.map { ConfigText.human(entry.name, $0) } ?? "none"
        let applies = entry.isReadOnly ? "after a restart" : "at once"
        popup.notes =
            [
                Plans.fact("now", StyledText(now(entry.name, popup, model))),
                Plans.fact("default", StyledText(standard)),
                Plans.fact("type", StyledText((entry.type ?? "not told") + ", applies \(applies)")),
            ]
            + Wrap.lines(entry.documentation ?? "", width: 64).prefix(4).enumerated().map {
                Plans.fact($0.offset == 0 ? "about" : "", StyledText($0.element))
            }
    }

    /// What it is: `7 d, default`; where several are changed, each value with how many have it: `7 d on 2, 1 h on src`.
    private static func now(_ name: String, _ popup: FormPopup, _ model: Model) -> String {
        guard case .config(let resources) = popup.kind else { return "" }
        var values: [(text: String, owners: [String])] = []
        var unread = 0
        for resource in resources {
            guard let read = model.configs[resource]?.value else {
                unread += 1
                continue
            }
            guard let entry = read.first(where: { $0.name == name }) else { continue }
            let value = entry.isSensitive ? "(hidden)" : entry.value.map { ConfigText.human(name, $0) } ?? "none"
            let text = resources.count == 1 ? "\(value), \(entry.source.rawValue)" : value
            if let index = values.firstIndex(where: { $0.text == text }) {
                values[index].owners.append(resource.name)
            } else {
                values.append((text, [resource.name]))
            }
        }
        let reading = unread == 0 ? [] : [resources.count == 1 ? "reading" : "reading \(unread) of \(resources.count)"]
        guard values.count > 1 || unread > 0 else { return values.first?.text ?? "?" }
        let told = values.map { "\($0.text) on \($0.owners.count == 1 ? $0.owners[0] : "\($0.owners.count)")" }
        return (told + reading).joined(separator: ", ")
    }

    private static func known(_ popup: FormPopup, _ model: Model) -> [ConfigEntry] {
        guard case .config(let resources) = popup.kind else { return [] }
        if let own = resources.lazy.compactMap({ model.configs[$0] }).first { return own.value }
        if case .topic? = resources.first { return MoreConfigs.known(model) }
        return []
    }

    private static func entry(_ popup: FormPopup, _ model: Model) -> ConfigEntry? {
        known(popup, model).first { $0.name == popup.string("name") }
    }

    /// What is wrong with it as far as the screen knows; nil when the broker may be asked.
    static func problem(_ popup: FormPopup, _ model: Model) -> String? {
        let name = popup.string("name")
        if name.isEmpty { return "which config" }
        guard let value = change(popup)?.value else { return "not a value of this unit" }
        switch entry(popup, model)?.type {
        case "boolean" where !["true", "false"].contains(value): return "true or false"
        case "int", "short", "long": return Int64(value) == nil ? "a whole number" : nil
        case "double": return Double(value) == nil ? "a number" : nil
        default: return nil
        }
    }

    /// The broker's answer to what is typed now.
    static func validated(_ change: ConfigChange, _ problem: String?, _ model: inout Model) {
        guard case .form(var popup) = model.popup, case .config = popup.kind, self.change(popup) == change else {
            return
        }
        popup.right = problem ?? "broker says: ok (validate only)"
        model.popup = .form(popup)
    }
}
