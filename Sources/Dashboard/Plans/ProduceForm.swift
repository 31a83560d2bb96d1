import ClusterInsight
import KafkaProtocol
import KafkaRecords
import NIOCore
import TerminalUI

/// The form for one or more messages, filled from a message when asked to.
enum ProduceForm {
    /// How key and value are typed.
    private static let kinds = ["text", "json", "hex", "null"]
    /// Codecs as they are chosen.
    private static let codecs = ["none", "gzip", "snappy", "lz4", "zstd"]

    static func open(copying message: ReadMessage?, _ model: inout Model) -> [Command] {
        let topic: String?
        switch model.place {
        case .messages: topic = message?.topic ?? model.messages.request?.topics.first
        case .topic(let name, _): topic = name
        default: topic = Screens.chosen(model).first
        }
        guard let topic, model.snapshot.topic(topic) != nil else {
            model.say("choose a topic first", .warn)
            return []
        }
        if let reason = model.cluster.readOnlyReason {
            model.say("read-only (\(reason)): nothing was sent", .warn)
            return []
        }
        if let message, !message.maskedBy.isEmpty {
            let rules = message.maskedBy.joined(separator: ", ")
            model.say("not copied: it is masked by \(rules) of klamm.properties, and is not what is stored", .warn)
            return []
        }
        if let reason = message.flatMap(problem(copying:)) {
            model.say("not copied: \(reason); `klamm consume --output json` and `klamm produce --json` take all", .warn)
            return []
        }
        let key = message.map { shown($0.key) } ?? ("", 3)
        let value = message.map { shown($0.value) } ?? ("", 0)
        let codec = message?.batch.flatMap { codecs.firstIndex(of: $0.codec) } ?? 0
        let valueField = FormField(
            "value", label: "value", value: .text(TextInput(value.0, limit: DashboardLimits.typedValueBytes)))
        var fields: [FormField] = [
            FormField("topic", label: "topic", value: .fixed(StyledText(topic))),
            .text("partition", "partition", ""), .text("key", "key", key.0),
            FormField("keyKind", label: "", value: .choice(kinds, selected: key.1)), valueField,
            FormField("valueKind", label: "", value: .choice(kinds, selected: value.1)),
        ]
        for (index, header) in (message?.headers ?? []).enumerated() {
            fields.append(headerField(index, text(header)))
        }
        fields += [
            FormField("compression", label: "compression", value: .choice(codecs, selected: codec)),
            FormField("acks", label: "acks", value: .choice(["all", "1", "0"], selected: 0)),
            .text("timestamp", "timestamp", "now"), .number("times", "times", 1),
        ]
        var popup = FormPopup(
            kind: .produce(topic: topic), title: "Produce to \(topic)", fields: fields, labelWidth: 13)
        if let message {
            popup.right = "copied from \(message.partition)/\(MessagesScreen.offset(message.offset))"
        }
        refresh(&popup, topic, model)
        model.popup = .form(popup)
        return []
    }

    /// Why a message does not fit into the form, which must not send less than it was.
    private static func problem(copying message: ReadMessage) -> String? {
        if message.headers.count > DashboardLimits.headers {
            return "it has \(message.headers.count) headers, a form takes \(DashboardLimits.headers)"
        }
        let most = TextInput.defaultLimit
        if shown(message.key).0.count > most { return "its key is longer than \(most) characters" }
        if let long = message.headers.first(where: { text($0).count > most }) {
            return "its header \(long.key.prefix(40)) is longer than \(most) characters"
        }
        guard shown(message.value).0.count > DashboardLimits.typedValueBytes else { return nil }
        return "its value is longer than \(Format.count(DashboardLimits.typedValueBytes)) characters"
    }

    /// Bytes as they are typed: JSON and text as they are, others as hex.
    private static func shown(_ bytes: [UInt8]?) -> (String, Int) {
        guard let bytes else { return ("", 3) }
        guard let text = Payload.text(bytes) else { return (Payload.hex(bytes), 2) }
        return (text, Payload.isStartOfJSON(bytes) && JSONReader.problem(in: bytes) == nil ? 1 : 0)
    }

    private static func headerField(_ index: Int, _ text: String) -> FormField {
        .text("header\(index)", index == 0 ? "headers" : "", text, note: text.isEmpty ? "+ add: name = value" : "")
    }

    private static func text(_ header: RecordHeader) -> String {
        guard let value = header.value else { return header.key }
        return "\(header.key) = \(Payload.text(value) ?? "0x" + Payload.hex(value))"
    }

    private static func headers(_ popup: FormPopup) -> [String] {
        popup.form.fields.filter { $0.id.hasPrefix("header") }.map(\.string)
    }

    /// A field was changed: what is typed into a key or value that was null is text, and a key without text is null.
    static func edited(_ field: String, _ popup: inout FormPopup, _ topic: String, _ model: Model) {
        let kind = popup.string("\(field)Kind")
        switch (field, popup.string(field).isEmpty, kind) {
        case ("key", false, "null"), ("value", false, "null"):
            popup.form["\(field)Kind"]?.value = .choice(kinds, selected: 0)
        case ("key", true, "text"): popup.form["keyKind"]?.value = .choice(kinds, selected: 3)
        default: break
        }
        refresh(&popup, topic, model)
    }

    /// Keeps one empty line after the headers, and the notes beside the fields true.
    static func refresh(_ popup: inout FormPopup, _ topic: String, _ model: Model) {
        let focused =
            popup.form.fields.indices.contains(popup.form.focus) ? popup.form.fields[popup.form.focus].id : nil
        var fields = popup.form.fields.filter { !$0.id.hasPrefix("header") }
        let old = popup.form.fields.filter { $0.id.hasPrefix("header") }
        let isFull = old.count >= DashboardLimits.headers
        var kept = old.filter { !$0.string.isEmpty || $0.id == focused }
        if kept.last.map({ !$0.string.isEmpty }) ?? true, !isFull { kept.append(headerField(old.count + 1, "")) }
        let renamed = kept.enumerated().map { index, field in
            FormField(
                field.id, label: index == 0 ? "headers" : "", value: field.value,
                note: field.string.isEmpty ? "+ add: name = value" : "")
        }
        let at = fields.firstIndex { $0.id == "compression" } ?? fields.count
        fields.insert(contentsOf: renamed, at: at)
        popup.form.fields = fields
        if let focused { popup.form.focus(on: focused) }
        let partition = popup.string("partition").isEmpty ? partitionNote(popup, topic, model) : ""
        popup.form["partition"]?.note = partition
        for id in ["key", "value"] {
            let note = note(id, popup)
            popup.form["\(id)Kind"]?.note = note
        }
    }

    private static func partitionNote(_ popup: FormPopup, _ topic: String, _ model: Model) -> StyledText {
        let count = model.snapshot.topic(topic)?.partitions.count ?? 0
        guard count > 0, let key = bytes("key", popup) else { return "any: the key is null" }
        return StyledText("by key: murmur2 → \(Murmur2.partition(key: ByteBuffer(bytes: key), count: Int32(count)))")
    }

    private static func note(_ id: String, _ popup: FormPopup) -> StyledText {
        switch popup.string("\(id)Kind") {
        case "json":
            let bytes = Array(popup.string(id).utf8)
            if let place = JSONReader.problem(in: bytes) {
                return StyledText("not JSON: line \(place.line), column \(place.column)", .flashError)
            }
            return StyledText("valid, \(Format.count(bytes.count)) bytes")
        case "hex":
            return Payload.bytes(hex: popup.string(id)).map { StyledText("\($0.count) bytes") }
                ?? StyledText("not hex", .flashError)
        case "null" where !popup.string(id).isEmpty: return StyledText("null is sent, not the text", .flashWarn)
        case "text" where popup.string(id).isEmpty: return id == "value" ? "empty, which is not null" : ""
        default: return ""
        }
    }

    /// What is wrong with the form as it stands.
    static func problem(_ popup: FormPopup, _ topic: String, _ model: Model) -> String? {
        let partition = popup.string("partition")
        let count = model.snapshot.topic(topic)?.partitions.count ?? 0
        if !partition.isEmpty, Int(partition).map({ $0 < 0 || $0 >= count }) ?? true {
            return "partitions are 0 – \(count - 1)"
        }
        for id in ["key", "value"] {
            switch popup.string("\(id)Kind") {
            case "hex" where Payload.bytes(hex: popup.string(id)) == nil: return "\(id) is not hex"
            case "json" where JSONReader.problem(in: Array(popup.string(id).utf8)) != nil: return "\(id) is not JSON"
            default: break
            }
        }
        if timestamp(popup, model) == .some(nil) { return "timestamp: now, 12:04, or milliseconds" }
        guard let times = popup.form["times"]?.integer, (1...10_000).contains(times) else { return "1 – 10,000 times" }
        return nil
    }

    /// Nil for now; an inner nil when it is not understood.
    private static func timestamp(_ popup: FormPopup, _ model: Model) -> Timestamp?? {
        let text = popup.string("timestamp").lowercased()
        if text.isEmpty || text == "now" { return nil }
        let at =
            Int64(text) ?? SeekText.moment(text, now: model.now, zone: model.zone)
        return .some(at)
    }

    private static func bytes(_ id: String, _ popup: FormPopup) -> [UInt8]? {
        switch popup.string("\(id)Kind") {
        case "null": nil
        case "hex": Payload.bytes(hex: popup.string(id))
        default: Array(popup.string(id).utf8)
        }
    }

    static func record(_ popup: FormPopup, _ topic: String, _ model: Model) -> NewRecord {
        let headers = headers(popup).filter { !$0.isEmpty }.map { text -> RecordHeader in
            guard let equals = text.firstIndex(of: "=") else { return RecordHeader(key: text, value: nil) }
            let key = String(text[..<equals].reversed().drop { $0 == " " }.reversed())
            let value = String(text[text.index(after: equals)...].drop { $0 == " " })
            let hex = value.hasPrefix("0x") ? Payload.bytes(hex: String(value.dropFirst(2))) : nil
            return RecordHeader(key: key, value: hex ?? Array(value.utf8))
        }
        var record = NewRecord(
            topic: topic, partition: Int32(popup.string("partition")), key: bytes("key", popup),
            value: bytes("value", popup), headers: headers, compression: popup.string("compression"),
            acks: popup.string("acks") == "all" ? -1 : Int16(popup.string("acks")) ?? -1,
            times: popup.form["times"]?.integer ?? 1)
        record.timestamp = timestamp(popup, model) ?? nil
        return record
    }

    /// `C-o`: the value goes to the person's editor.
    static func edit(_ popup: FormPopup) -> [Command] { [.edit(popup.string("value"))] }

    /// It came back.
    static func edited(_ text: String, _ model: inout Model) -> [Command] {
        guard case .form(var popup) = model.popup, case .produce(let topic) = popup.kind else { return [] }
        popup.form["value"]?.value = .text(TextInput(text, limit: DashboardLimits.typedValueBytes))
        refresh(&popup, topic, model)
        popup.right = problem(popup, topic, model) ?? ""
        model.popup = .form(popup)
        return []
    }
}
