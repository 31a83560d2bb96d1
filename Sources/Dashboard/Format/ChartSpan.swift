import ClusterInsight
import TerminalUI

/// How far charts reach back: minutes by samples of ten seconds, or hours by means of minutes.
enum ChartSpan {
    /// What the key goes through, minutes.
    static let steps = [60, 180, 360, 720]

    /// The next choice after the present one; nil is the fine samples.
    static func next(_ minutes: Int?) -> Int? {
        guard let minutes else { return steps.first }
        return steps.first { $0 > minutes }
    }

    /// `6h`, `90m`; nil of anything that is no time up to what is kept.
    static func minutes(_ text: String) -> Int? {
        guard let unit = text.last, let number = Int(text.dropLast().filter { $0 != " " }), number > 0,
            unit == "h" || unit == "m", number <= Limits.courseMinutes
        else { return nil }
        let minutes = unit == "h" ? number * 60 : number
        return minutes <= Limits.courseMinutes ? minutes : nil
    }

    /// `6h`, `90m`.
    static func text(_ minutes: Int) -> String {
        minutes % 60 == 0 ? "\(minutes / 60)h" : "\(minutes)m"
    }

    /// Takes another span, and says it.
    static func choose(_ minutes: Int?, _ model: inout Model) {
        model.spanMinutes = minutes
        model.say(
            minutes.map { "charts show the last \(text($0)), a mean of minutes" }
                ?? "charts show the last minutes, every ten seconds")
    }

    /// `:span 6h`; without a time, and with less than any of the hours, the fine samples.
    static func choose(named text: String, _ model: inout Model) {
        if text.isEmpty { return choose(nil, &model) }
        guard let minutes = minutes(text) else {
            let most = Self.text(Limits.courseMinutes)
            return model.say("span takes a time from 15m to \(most), such as 6h, not \(text)", .warn)
        }
        choose(minutes <= 15 ? nil : minutes, &model)
    }

    /// Chooses the next span.
    static let action = Action(
        "span", [.char("t")], help: "how far charts reach back",
        run: { model in
            choose(next(model.spanMinutes), &model)
            return []
        })
}

extension Model {
    /// How a figure went, for a chart of so many samples: over the chosen span, else as far as every ten seconds are known.
    func course(_ id: CourseID, fine: [Double?], width: Int) -> [Double?] {
        guard let spanMinutes else { return fine }
        return figures.long.course(of: id, minutes: spanMinutes, means: width)
    }
}
