import KafkaProtocol
import TerminalUI

/// Opening and running prompts.
enum Prompts {
    static func open(_ purpose: OpenPrompt.Purpose, _ model: inout Model) -> [Command] {
        let label = label(purpose, model)
        var text = ""
        if purpose == .filter {
            if model.place == .messages { return open(.messageFilter, &model) }
            text = model.list.filter
        }
        if purpose == .fields { text = MessageMoves.fields(model).joined(separator: " ") }
        if purpose == .text { text = model.popup?.textPlace?.search.text ?? "" }
        if purpose == .messageFilter { text = model.messages.request?.filter.text ?? "" }
        let prompt = Prompt(label: label, text: text, history: model.histories[label] ?? History())
        model.prompt = OpenPrompt(purpose: purpose, prompt: prompt, before: text)
        refresh(&model)
        return []
    }

    private static func label(_ purpose: OpenPrompt.Purpose, _ model: Model) -> String {
        switch purpose {
        case .command: ":"
        case .filter, .messageFilter, .keys, .text: "/"
        case .seek: "seek: "
        case .save: "save to: "
        case .saveReset: "save the offsets to: "
        case .saveResult: "save the result to: "
        case .reset: if case .reset(let popup) = model.popup { popup.mode.asks ?? "" } else { "" }
        case .resetTopic: "topic: "
        case .resetGroup: "group, which may be new: "
        case .saveMessage: "save the value, or all of it to .ndjson or .csv: "
        case .partitions: "partitions: "
        case .fields: "fields: "
        case .wizard(let what):
            switch what {
            case .chooseBroker: "broker: "
            case .offBrokers, .ontoBrokers: "brokers, as 2 or 2 3: "
            case .file: "plan file: "
            case .topic: "topic: "
            case .replicationFactor: "replication factor: "
            case .replicas(let id): "replicas of \(id.topic)/\(id.partition): "
            }
        }
    }

    static func handle(_ key: Key, _ model: inout Model) -> [Command] {
        guard var open = model.prompt else { return [] }
        if open.purpose == .command, !open.prompt.input.isEmpty, key == .up || key == .down {
            let count = Palette.suggestions(open.prompt.input.text, model).count
            open.chosen = count == 0 ? 0 : (open.chosen + (key == .up ? -1 : 1) + count) % count
            model.prompt = open
            return previewTheme(&model)
        }
        switch open.prompt.handle(key) {
        case .ignored: return []
        case .closed:
            if open.purpose == .filter { model.list.filter = open.before }
            if open.purpose == .text { PopupText.search(open.before, &model) }
            model.prompt = nil
            return open.theme == nil ? [] : [.previewTheme(nil)]
        case .edited:
            open.chosen = 0
            open.note = ""
            model.prompt = open
            return changed(&model)
        case .run(let text):
            let label = open.prompt.label
            let isKept = !text.isEmpty && PromptHistories.files.contains { $0.label == label }
            let kept = isKept ? [Command.remember(prompt: label, open.prompt.history.entries)] : []
            model.histories[open.prompt.label] = open.prompt.history
            model.prompt = nil
            let back = open.theme == nil ? [] : [Command.previewTheme(nil)]
            return back + run(text, open, &model) + kept
        }
    }

    /// Shows the theme whose command is typed or chosen, before it is run.
    private static func previewTheme(_ model: inout Model) -> [Command] {
        guard let open = model.prompt, open.purpose == .command else { return [] }
        let name = Palette.theme(open.prompt.input.text, chosen: open.chosen, model)
        guard name != open.theme else { return [] }
        model.prompt?.theme = name
        return [.previewTheme(name)]
    }

    /// Keeps ghost, note and live filter in step with the text.
    static func refresh(_ model: inout Model) {
        guard let open = model.prompt else { return }
        let text = open.prompt.input.text
        let full: String
        switch open.purpose {
        case .command: full = Palette.suggestions(text, model).first?.text ?? ""
        case .seek: full = SeekText.completed(text)
        default: return
        }
        model.prompt?.prompt.ghost =
            !text.isEmpty && full.lowercased().hasPrefix(text.lowercased()) ? String(full.dropFirst(text.count)) : ""
    }

    private static func changed(_ model: inout Model) -> [Command] {
        refresh(&model)
        guard let open = model.prompt else { return [] }
        let text = open.prompt.input.text
        switch open.purpose {
        case .command: return previewTheme(&model)
        case .filter:
            model.list.filter = text
            let error = filterError(text, model)
            model.prompt?.note = error ?? ""
        case .messageFilter:
            model.prompt?.note = MessageFilter(text, now: model.now, zone: model.zone).error ?? ""
        case .keys:
            if case .keys(var popup) = model.popup {
                popup.search.set(text)
                popup.cursor = 0
                model.popup = .keys(popup)
            }
        case .text:
            PopupText.search(text, &model)
            let complaint = PopupText.complaint(model)
            model.prompt?.note = complaint ?? ""
        case .seek:
            switch SeekText.span(text, now: model.now, zone: model.zone) {
            case .success(let span):
                model.prompt?.note = "…"
                model.prompt?.asked = span
                guard let request = model.messages.request else { return [] }
                return [.resolve(topics: request.topics, partitions: request.partitions, span)]
            case .failure(let failure):
                model.prompt?.note = failure.text
                model.prompt?.asked = nil
            }
        default: break
        }
        return []
    }

    private static func filterError(_ text: String, _ model: Model) -> String? {
        Filter(text).error ?? Screens.list(model)?.complaint
    }

    /// Where the seek that is typed would lead; the moment it means stands before the offsets. Answers may overtake each
    /// other, so one about an earlier text is dropped.
    static func resolved(_ span: ReadSpan, _ text: String, _ model: inout Model) {
        guard let open = model.prompt, open.purpose == .seek, open.asked == span else { return }
        func moment(_ at: Timestamp) -> String { Format.moment(at, now: model.now, zone: model.zone) }
        var moments: [String] = []
        if case .time(let at) = span.from { moments.append(moment(at)) }
        if case .time(let at)? = span.until { moments.append("to \(moment(at))") }
        model.prompt?.note = moments.isEmpty ? text : "\(moments.joined(separator: " ")), \(text)"
    }

    private static func run(_ text: String, _ open: OpenPrompt, _ model: inout Model) -> [Command] {
        switch open.purpose {
        case .command:
            switch Palette.run(text, chosen: open.chosen, &model) {
            case .done(let commands): return commands
            case .unknown(let why):
                var open = open
                open.note = why
                model.prompt = open
                return []
            }
        case .filter:
            model.list.filter = text
            if let error = filterError(text, model) { model.say(error, .warn) }
            return []
        case .keys: return []
        case .text:
            PopupText.search(text, &model)
            if let complaint = PopupText.complaint(model) { model.say("/\(text): \(complaint)", .warn) }
            return []
        case .messageFilter: return MessageMoves.filter(text, &model)
        case .seek: return MessageMoves.seek(text, &model)
        case .partitions: return MessageMoves.choosePartitions(text, &model)
        case .fields: return MessageMoves.chooseFields(text, &model)
        case .save, .saveReset, .saveResult, .saveMessage:
            guard !text.isEmpty else {
                model.say("nothing was saved: no file is named")
                return []
            }
            return save(to: text, open.purpose, model)
        case .reset: return ResetView.give(text, &model)
        case .resetTopic: return ResetView.add(text, &model)
        case .resetGroup(let topics): return ResetView.open(text, on: topics, &model)
        case .wizard(let what): return WizardMoves.value(text, what, &model)
        }
    }

    private static func save(to text: String, _ purpose: OpenPrompt.Purpose, _ model: Model) -> [Command] {
        switch (purpose, model.popup) {
        case (.saveReset, .reset(let popup)):
            return [.save(path: text, contents: Array(ResetOffsets.csv(popup, model).utf8))]
        case (.saveResult, .result(let popup)):
            return [.save(path: text, contents: Array(ResultView.text(popup).utf8))]
        case (.saveMessage, .message(let popup)):
            return [.save(path: text, contents: Export.contents(of: popup.message, model, to: text))]
        case (.save, _):
            if let plan = PlanFile.save(text, model) { return [plan] }
            return [.save(path: text, contents: Export.contents(model, to: text))]
        default: return []
        }
    }
}
