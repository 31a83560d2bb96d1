import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The only place that changes the model: a message in, commands out.
package enum Update {
    /// Reacts to a message.
    package static func update(_ model: inout Model, _ message: Message) -> [Command] {
        switch message {
        case .key(let key): return keyPressed(key, &model)
        case .tick(let now): return tick(now, &model)
        case .report(let report, let events): return take(report, events, nil, &model)
        case .foreseen(let report, let events, let foreseen): return take(report, events, foreseen, &model)
        case .connection(let connection): model.connection = connection
        case .configs(let resource, let result):
            take(resource, result, &model)
            Plans.follow(&model)
            return Forms.read(resource, &model) + UndoPlan.read(resource, &model)
        case .transactions(let result):
            model.transactions = taken(result, before: model.transactions, &model)
            Plans.follow(&model)
        case .producers(let topic, let result):
            guard model.place == .producers(topic) else { return [] }
            model.producers = taken(result, before: model.producers, &model)
            Plans.follow(&model)
        case .analysis(let update): AnalysisActions.take(update, &model)
        case .logDirs(let id, let result):
            LogDirActions.take(id, result, &model)
            Plans.follow(&model)
            return UndoPlan.read(logDirsOf: id, &model)
        case .lastMessages(let told): model.lastMessages.take(told, at: model.now)
        case .nextMessage(let group, let partition, let result):
            model.nextMessage.take(group, partition, result, at: model.now)
        case .brokerLog(let id, let lines): take(lines, ofLog: id, &model)
        case .messages(let update): take(update, &model)
        case .resolved(let span, let text): Prompts.resolved(span, text, &model)
        case .validated(let topic, let problem): validated(topic, problem, &model)
        case .validatedConfigs(let changes, let problem): ConfigForm.validated(changes, problem, &model)
        case .validatedPartitions(let totals, let problem): Forms.validated(totals, problem, &model)
        case .sending(let sending): SendingView.began(sending, &model)
        case .answered(let id, let items): SendingView.take(id, items, &model)
        case .sent(let id): SendingView.ended(id, &model)
        case .changed(let change, let items, let took, let journal):
            changed(change, items, took: took, journal: journal, &model)
            return [.refresh] + ConfigActions.askAgain(after: change, &model) + WriterActions.ask(&model)
                + LogDirActions.ask(&model)
        case .journal(let entries): model.journal = Array(entries.prefix(DashboardLimits.journal))
        case .histories(let kept):
            for (label, entries) in kept where model.histories[label] == nil {
                model.histories[label] = History(entries)
            }
        case .formats(let kept):
            for (topic, formats) in kept { model.messages.use(formats, for: topic) }
        case .edited(.success(let text)): return ProduceForm.edited(text, &model)
        case .proved(let status): ProveForm.ended(status, &model)
        case .offsetsFound(let query, let result):
            if case .form(let form) = model.popup { return Forms.found(query, result, form, &model) }
            ResetView.found(query, result, &model)
        case .planLoaded(let path, .success(let lists)): return WizardMoves.loaded(path, lists, &model)
        case .edited(.failure(let failure)), .planLoaded(_, .failure(let failure)): model.say(failure.text, .warn)
        case .clusterAnswered(let name, let outcome): return ClusterActions.answered(name, outcome, &model)
        case .hookFailed(let name, let problem):
            if model.alerts.noteFailure(of: name) { model.say("alert \(name): \(problem)", .warn) }
        case .flash(let text, let weight): model.say(text, weight)
        case .saved(let path, let problem):
            model.say(problem ?? "saved to \(path)", problem == nil ? .ok : .error)
        }
        return []
    }

    private static func tick(_ now: Timestamp, _ model: inout Model) -> [Command] {
        model.now = now
        if let ends = model.flash?.endsAt, ends <= now { model.flash = nil }
        model.latestChanges.expire(at: now)
        SendingView.openDue(&model)
        return ClusterActions.ask(&model)
    }

    private static func take(
        _ report: ClusterReport, _ events: EventLog, _ foreseen: Foreseen?, _ model: inout Model
    ) -> [Command] {
        let foreseen = foreseen.flatMap { $0.fits(model) ? $0 : nil }
        let alerted = model.raiseAlerts(report, events)
        let isWorse = noteIncidents(from: model.latestEvents, to: events, &model)
        model.unsayWhatIsOver(in: report)
        if let ended = report.figures.moves.endedAt {
            model.lastMoveEndedAt = ended
            model.chosenThrottle = nil
        }
        if let foreseen { model.latestChanges = foreseen.changes } else { noteChanges(to: report, events, &model) }
        model.show(report, rows: foreseen?.rows)
        model.latestEvents = events
        if model.connection != .live { model.connection = .live }
        Plans.follow(&model, foreseen?.plan)
        let rings = isWorse && model.rings || alerted.contains(.bell)
        return (rings ? [.bell] : []) + alerted.filter { $0 != .bell } + ConfigActions.askAgain(&model)
            + WriterActions.askAgain(&model) + LogDirActions.askAgain(&model) + ClusterActions.ask(&model)
            + Described.ask(&model)
    }

    private static func take(_ lines: [String], ofLog id: BrokerID, _ model: inout Model) {
        let wasAtEnd = isAtEnd(ofLog: id, model)
        model.logs[id] = Array(((model.logs[id] ?? []) + lines).suffix(DashboardLimits.logLines))
        if wasAtEnd { goToEnd(of: Place.broker(id, .log), count: model.logs[id]?.count ?? 0, &model) }
    }

    private static func take(_ update: ReadUpdate, _ model: inout Model) {
        let drops = model.messages.dropped
        model.messages.take(update, now: model.now)
        keepPlace(&model, dropped: Int(model.messages.dropped - drops))
        if let problem = update.problem { model.say(problem, .warn) }
        MessageMoves.sayEnd(update, &model)
    }

    /// While following, the cursor stays on the newest message; else on its own, though older ones leave.
    private static func keepPlace(_ model: inout Model, dropped: Int) {
        let places = [Place.messages, .topic("", .messages)]
        if model.messages.isFollowing, model.messages.request?.follow == true {
            for place in places { goToEnd(of: place, count: model.messages.shown.count, &model) }
        } else if dropped > 0 {
            for place in places {
                guard var list = model.lists[place.kind] else { continue }
                list.table.cursor = max(0, list.table.cursor - dropped)
                list.table.top = max(0, list.table.top - dropped)
                model.lists[place.kind] = list
            }
        }
    }

    private static func isAtEnd(ofLog id: BrokerID, _ model: Model) -> Bool {
        let count = model.logs[id]?.count ?? 0
        let list = model.lists[Place.broker(id, .log).kind] ?? ListState()
        return list.cursorID == nil || list.cursorID == "\(count - 1)"
    }

    private static func goToEnd(of place: Place, count: Int, _ model: inout Model) {
        var list = model.lists[place.kind] ?? ListState()
        list.cursorID = nil
        list.table.cursor = max(0, count - 1)
        model.lists[place.kind] = list
    }

    private static func take(
        _ resource: ConfigResource, _ result: Result<[ConfigEntry], Failure>, _ model: inout Model
    ) {
        switch result {
        case .success(let entries):
            if model.configs.count >= DashboardLimits.configs, model.configs[resource] == nil {
                let oldest = model.configs.min { $0.value.at < $1.value.at }
                if let oldest { model.configs[oldest.key] = nil }
            }
            if let old = model.configs[resource]?.value {
                model.latestChanges.observe(resource, from: old, to: entries, at: model.now)
            }
            model.configs[resource] = Reading(entries, at: model.now)
        case .failure(let failure):
            if case .loggers(let id) = resource, model.configs[resource] == nil {
                // Only Kafka's own brokers have loggers that can be set (KIP-412).
                model.showsLoggers = false
                model.say("broker \(id) has no loggers that can be set: \(failure.text)", .warn)
                return
            }
            // What is shown already only grows old, and says so itself.
            guard model.configs[resource] == nil || model.pendingUndo != nil else { return }
            model.pendingUndo = nil
            if case .form(var form) = model.popup, var source = form.topicModel, .topic(source.name) == resource {
                source.failure = "configs of \(source.name): \(failure.text)"
                form.kind = .createTopic(like: source)
                form.right = source.failure ?? ""
                model.popup = .form(form)
            }
            model.say("configs of \(resource.name): \(failure.text)", .warn)
        }
    }

    /// What was read, else what is known already, which only grows old.
    private static func taken<Value>(
        _ result: Result<Value, Failure>, before: Reading<Value>?, _ model: inout Model
    ) -> Reading<Value>? {
        switch result {
        case .success(let value):
            model.writersFailure = nil
            return Reading(value, at: model.now)
        case .failure(let failure):
            model.writersFailure = failure.text
            return before
        }
    }

    private static func validated(_ topic: String, _ problem: String?, _ model: inout Model) {
        guard case .form(var form) = model.popup, form.isNewTopic, form.string("name") == topic else {
            return
        }
        form.right = problem ?? "broker says: ok (validate only)"
        model.popup = .form(form)
    }

    private static func noteChanges(to report: ClusterReport, _ events: EventLog, _ model: inout Model) {
        model.latestChanges.expire(at: model.now)
        guard let old = model.latest else { return }
        model.latestChanges.observe(from: old, to: report, at: model.now)
        if events.total > model.latestEvents.total {
            model.latestChanges.observe(events: model.latestEvents.total + 1..<events.total + 1, at: model.now)
        }
    }

    /// Says the worst of what happened.
    ///
    /// - Returns: whether there was anything bad.
    private static func noteIncidents(from old: EventLog, to new: EventLog, _ model: inout Model) -> Bool {
        // What the first picture brings was there before.
        guard model.latest != nil, new.total > old.total else { return false }
        let fresh = new.newestFirst.prefix(new.total - old.total)
        let bad = fresh.filter { $0.weight == .bad }
        let worst = bad.first { $0.kind == .quorum } ?? bad.first { $0.kind == .offline } ?? bad.first
        guard let worst else { return false }
        let have = worst.partitions.count == 1 ? "has" : "have"
        let text =
            worst.kind == .offline ? "\(PartitionNames.list(worst.partitions)) \(have) no leader" : worst.line
        model.say(text, [.quorum, .offline].contains(worst.kind) ? .error : .warn, at: worst.at, about: worst)
        return true
    }

    private static func changed(
        _ change: Change, _ items: [ChangeItem], took: Int64, journal: Int?, _ model: inout Model
    ) {
        let failed = items.filter { $0.failure != nil }
        guard !failed.isEmpty else {
            if case .produce = change, items.count == 1, let item = items.first, !item.detail.isEmpty {
                model.say("sent to \(item.name) \(item.detail) in \(Times.short(took))", .ok)
            } else {
                model.say("\(change.told(items)): ok in \(Times.short(took))", .ok)
            }
            return
        }
        model.popup = .result(
            ResultPopup(
                title: "Result: \(change.summary)", change: change, items: items, milliseconds: took,
                journal: journal, cursor: items.firstIndex { $0.failure != nil } ?? 0))
        model.say("\(change.summary): \(items.counts)", .error)
    }

    private static func keyPressed(_ key: Key, _ model: inout Model) -> [Command] {
        if case .resize(let size) = key {
            model.size = size
            return []
        }
        model.lastKeyAt = model.now
        if model.flash?.weight == .error { model.flash = nil }
        defer { Overlong.say(after: key, &model) }
        if key == .control("c") { return [.quit] }
        if key == .control("l") { return [.repaint] }
        if case .alt(let character) = key, !isBound(key, model) {
            // Over a slow line Esc and the key after it come as one, and nobody here means Alt.
            return keyPressed(.escape, &model) + keyPressed(.character(character), &model)
        }
        if case .mouse(let event) = key, let hinted = Mouse.hint(event, model) { return keyPressed(hinted, &model) }
        if case .mouse(let event) = key, model.prompt != nil { return ChoiceMouse.suggestion(event, &model) }
        if model.prompt != nil { return Prompts.handle(key, &model) }
        if model.popup != nil { return popupKey(key, &model) }
        if case .mouse(let event) = key { return Mouse.handle(event, &model) }
        if key == .escape { return Navigation.escape(&model) }
        if case .character(let character) = key, let number = character.wholeNumberValue,
            let screen = Screen(rawValue: number)
        {
            return Navigation.go(screen.root, &model)
        }
        let own = Actions.own(model).first { $0.group != .move && $0.keys.contains(key) }
        if let own { return perform(own, &model) }
        if Moves.cursor(key, &model) { return [] }
        guard let action = model.actions.first(where: { $0.keys.contains(key) }) else {
            UnboundKey.say(key, &model)
            return []
        }
        return perform(action, &model)
    }

    /// Whether a key means something by itself: it moves by a word in a text, or is remapped to an action here.
    private static func isBound(_ key: Key, _ model: Model) -> Bool {
        if model.prompt != nil || model.popup?.takesText == true { return TextInput.wordKeys.contains(key) }
        return model.popup == nil && model.actions.contains { $0.keys.contains(key) }
    }

    /// A click on a button of a popup is the key that presses it, one on a line to be chosen chooses it.
    private static func popupKey(_ key: Key, _ model: inout Model) -> [Command] {
        guard case .mouse(let event) = key, event.action != .wheelUp, event.action != .wheelDown else {
            return Popups.handle(key, &model)
        }
        if let button = Mouse.button(event, in: model) { return Popups.press(button, &model) }
        return ChoiceMouse.press(event, &model)
    }

    /// Runs an action, or says why it cannot be done.
    package static func perform(_ action: Action, _ model: inout Model) -> [Command] {
        switch action.available(model) {
        case .yes: return action.run(&model)
        case .hidden:
            if !action.keyText.isEmpty { model.say("\(action.keyText): nothing is chosen here that it works on") }
            return []
        case .no(let reason):
            if action.group == .change, model.cluster.readOnlyReason != nil {
                model.popup = .text(Refusal.popup(action, reason: reason, model))
                model.say("read-only: nothing was sent", .warn)
            } else {
                // Of two keys that belong together one has the text of both.
                let key = action.keyText.isEmpty ? action.keys.first?.name ?? "" : action.keyText
                model.say("\(key): \(reason)", .warn)
            }
            return []
        }
    }
}

/// Durations the flash line shows.
enum Times {
    /// `38 ms`, `1.6 s`.
    static func short(_ milliseconds: Int64) -> String {
        milliseconds < 1_000
            ? "\(max(0, milliseconds)) ms" : Format.sentenceDuration(Double(milliseconds) / 1_000)
    }
}
