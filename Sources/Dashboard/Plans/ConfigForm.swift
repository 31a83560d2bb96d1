import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Changing configurations of topics or brokers: what it is, what it may be, what the broker says of it.
enum ConfigForm {
    /// The choice that gives a value to all brokers instead of one.
    private static let everyBroker = "all brokers"

    /// Opens it for configurations that are known, or for one to be named.
    static func open(_ resources: [ConfigResource], _ entries: [ConfigEntry], _ model: inout Model) -> [Command] {
        guard resources.count <= DashboardLimits.configs else {
            model.say("\(resources.count) are marked: configs of at most \(DashboardLimits.configs) at once", .warn)
            return []
        }
        let owners = resources.count > 4 ? ConfigWords.owners(resources) : resources.map(\.name).joined(separator: ", ")
        var fields: [FormField] = []
        var title = "Change configs of \(owners)"
        switch entries.count {
        case 0: fields = [.text("name", "config", ""), valueField("value", "value", nil)]
        case 1:
            title = "Change \(entries[0].name) of \(owners)"
            fields = [
                FormField("name", label: "config", value: .fixed(StyledText(entries[0].name))),
                valueField("value", "value", entries[0]),
            ]
        default:
            title = "Change \(entries.count) configs of \(owners)"
            fields = entries.map { valueField(ownField + $0.name, $0.name, $0) }
        }
        if !entries.isEmpty, case .broker(let id)? = resources.first {
            let all = entries.allSatisfy { $0.source == .dynamicDefault } ? 1 : 0
            fields.append(FormField("for", label: "for", value: .choice(["broker \(id)", everyBroker], selected: all)))
        }
        if entries.count < 2 { fields.append(.text("more", "more configs", "", note: "name=value, …")) }
        let labels = entries.count < 2 ? 15 : (entries.map { TextWidth.of($0.name) }.max() ?? 0) + 3
        var popup = FormPopup(kind: .config(resources), title: title, fields: fields, labelWidth: min(46, labels))
        refresh(&popup, model)
        model.popup = .form(popup)
        model.configsAskedAt = model.now
        // What they are now stands in the plan, and one that is open would have been read a while ago.
        let isBroker = if case .broker? = resources.first { true } else { false }
        return [.fetchConfigs(isBroker ? resources + [.allBrokers] : resources)]
    }

    /// What the fields of several configurations begin with, before the name.
    private static let ownField = "value of "

    private static func valueField(_ id: String, _ label: String, _ entry: ConfigEntry?) -> FormField {
        let name = entry?.name ?? ""
        let value = entry.flatMap { $0.isSensitive ? nil : $0.value }
        if let entry, let values = ConfigChoices.values(name, type: entry.type, now: value) {
            let selected = value.flatMap { values.firstIndex(of: $0) } ?? 0
            return FormField(id, label: label, value: .choice(values, selected: selected))
        }
        let note = name.hasSuffix(".ms") ? "units as 7 d" : name.hasSuffix(".bytes") ? "units as 1 GiB" : ""
        return .text(
            id, label, value.map { ConfigText.human(name, $0) } ?? "",
            note: StyledText(entry == nil ? "units as 7 d, 1 GiB" : note))
    }

    /// Whose value is changed.
    static func resources(_ popup: FormPopup) -> [ConfigResource] {
        guard case .config(let resources) = popup.kind else { return [] }
        return popup.string("for") == everyBroker ? [.allBrokers] : resources
    }

    /// What is typed, as it would be sent; nil while a value is none. Of several only those that are another than now.
    static func changes(_ popup: FormPopup, _ model: Model) -> [ConfigChange]? {
        var changes: [ConfigChange] = []
        if popup.form["name"] != nil {
            let name = popup.string("name")
            guard let value = ConfigText.raw(name, popup.string("value")) else { return nil }
            changes.append(ConfigChange(name: name, value: value))
        }
        for field in popup.form.fields where field.id.hasPrefix(ownField) {
            let name = String(field.id.dropFirst(ownField.count))
            guard let value = ConfigText.raw(name, field.string) else { return nil }
            let now = known(popup, model).first { $0.name == name }
            let typed = now?.value.map { ConfigText.human(name, $0) }
            if field.string != typed ?? "" { changes.append(ConfigChange(name: name, value: value)) }
        }
        for (name, value) in MoreConfigs.values(popup.string("more")).sorted(by: { $0.key < $1.key }) {
            changes.append(ConfigChange(name: name, value: value))
        }
        return changes
    }

    /// Offers the values of a configuration whose name was typed, where there are only a few.
    static func named(_ popup: inout FormPopup, _ model: Model) {
        let entry = entry(popup, model)
        let isChoice = if case .choice? = popup.form["value"]?.value { true } else { false }
        let values = entry.flatMap { ConfigChoices.values($0.name, type: $0.type, now: $0.value) }
        guard isChoice || values != nil else { return }
        popup.form["value"] = valueField("value", "value", entry)
    }

    /// Keeps the words below the fields in step with the name.
    static func refresh(_ popup: inout FormPopup, _ model: Model) {
        if popup.form["name"] == nil {
            popup.notes = [StyledText("Only what is changed here is sent, in one request.", .muted)]
            return
        }
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
            + Plans.documentation(entry.documentation ?? "")
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
        if popup.form["name"] != nil, name.isEmpty { return "which config" }
        if let problem = MoreConfigs.problem(popup.string("more"), of: known(popup, model)) { return problem }
        guard let changes = changes(popup, model) else { return "not a value of this unit" }
        guard Set(changes.map(\.name)).count == changes.count else { return "\(name) is named twice" }
        let isSingle = changes.count == 1
        return changes.lazy.compactMap { change in
            Self.problem(change, popup, model).map { isSingle ? $0 : "\(change.name): \($0)" }
        }.first ?? (changes.isEmpty ? "nothing is changed yet" : nil)
    }

    private static func problem(_ change: ConfigChange, _ popup: FormPopup, _ model: Model) -> String? {
        let value = change.value ?? ""
        switch known(popup, model).first(where: { $0.name == change.name })?.type {
        case "boolean" where !["true", "false"].contains(value): return "true or false"
        case "int", "short", "long": return Int64(value) == nil ? "a whole number" : nil
        case "double": return Double(value) == nil ? "a number" : nil
        default: return nil
        }
    }

    /// The broker's answer to what is typed now.
    static func validated(_ changes: [ConfigChange], _ problem: String?, _ model: inout Model) {
        guard case .form(var popup) = model.popup, case .config = popup.kind, self.changes(popup, model) == changes
        else { return }
        popup.right = problem ?? "broker says: ok (validate only)"
        model.popup = .form(popup)
    }
}
