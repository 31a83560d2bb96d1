import KafkaProtocol
import TerminalUI

/// What keys do on the messages screen.
enum MessageMoves {
    /// Opens screen 6 on a topic, following its end.
    static func open(topic: String, _ model: inout Model) -> [Command] {
        Navigation.go(.messages, &model) + begin(topic: topic, from: .last(50), &model)
    }

    /// Begins to read a topic.
    static func begin(topic: String, from: SeekTarget, _ model: inout Model) -> [Command] {
        if let request = model.messages.request, request.topic == topic, model.messages.isReading { return [] }
        return start(ReadRequest(topic: topic, from: from == .end ? .last(50) : from), &model)
    }

    private static func start(_ request: ReadRequest, _ model: inout Model) -> [Command] {
        model.messages.begin(request)
        model.list = ListState()
        return [.read(request)]
    }

    /// Reads again with another filter.
    static func filter(_ text: String, _ model: inout Model) -> [Command] {
        guard var request = model.messages.request else { return [] }
        request.filter = text
        if !text.isEmpty, request.follow, case .last = request.from {
            request.from = .beginning
        }
        request.follow = text.isEmpty
        return start(request, &model)
    }

    /// Reads from another place.
    static func seek(_ text: String, _ model: inout Model) -> [Command] {
        guard var request = model.messages.request else { return [] }
        switch SeekText.parse(text, now: model.now, zone: model.zone) {
        case .success(let target):
            request.from = target
            if case .partitions(let offsets) = target { request.partitions = Set(offsets.keys) }
            request.follow = true
            let commands = start(request, &model)
            model.messages.isFollowing = target == .end
            return commands
        case .failure(let failure):
            model.say(failure.text, .warn)
            return []
        }
    }

    /// Reads only some partitions: `0 3 5`, or nothing for all.
    static func choosePartitions(_ text: String, _ model: inout Model) -> [Command] {
        guard var request = model.messages.request else { return [] }
        let numbers = text.split(whereSeparator: { $0 == " " || $0 == "," }).map { Int32($0) }
        guard numbers.allSatisfy({ $0 != nil }) else {
            model.say("not partition numbers: \(text)", .warn)
            return []
        }
        let chosen = Set(numbers.compactMap { $0 })
        request.partitions = chosen.isEmpty ? nil : chosen
        return start(request, &model)
    }

    static func follow(_ model: inout Model) -> [Command] {
        guard let request = model.messages.request else { return [] }
        model.messages.isFollowing.toggle()
        model.messages.missed = 0
        if model.messages.isFollowing {
            model.list.cursorID = nil
            if !model.messages.isReading {
                return start(ReadRequest(topic: request.topic, partitions: request.partitions, from: .last(50)), &model)
            }
        }
        return []
    }

    /// Enter: the message in full, or the topic chosen.
    static func enter(_ model: inout Model) -> [Command] {
        guard let page = Screens.list(model), let id = page.cursorID(model.list) else { return [] }
        if model.messages.request == nil || (model.place == .messages && model.snapshot.topic(id) != nil) {
            return begin(topic: id, from: .last(50), &model)
        }
        model.messages.isFollowing = false
        model.popup = .message(MessagePopup(index: page.cursor(model.list)))
        return []
    }

    /// Continues a scan that was stopped.
    static func resume(_ model: inout Model) -> [Command] {
        guard var request = model.messages.request, !model.messages.isReading else { return [] }
        if let progress = model.messages.last?.progress, !progress.isEmpty {
            request.from = .partitions(progress.mapValues(\.position))
        }
        model.messages.isReading = true
        return [.read(request)]
    }
}
