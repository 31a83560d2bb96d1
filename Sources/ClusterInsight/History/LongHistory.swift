import KafkaProtocol

/// What a course over hours is of.
package enum CourseID: Sendable, Hashable {
    /// Messages produced per second, internal topics left out.
    case messagesIn
    /// Bytes per second: produced, sent to clients, copied by followers.
    case bytesIn, bytesOut, replication
    /// Unread messages of all groups.
    case lag
    /// Messages produced to a topic per second.
    case topic(String)
    /// Unread messages of a group.
    case group(String)
}

/// How figures went beyond the minutes of which every ten seconds are known: means of a minute, for hours. It is worked on
/// once a minute, and holds only what was ever more than nothing.
package struct LongHistory: Sendable {
    /// The means of one figure; what is not known is not a number.
    private struct Course: Sendable {
        var means = Ring<Float>(capacity: Limits.courseMinutes)
        /// The minute of the newest one.
        var end: Int64

        mutating func add(_ mean: Float, minute: Int64) {
            guard minute > end else { return }
            for _ in 0..<(min(minute - end, Int64(Limits.courseMinutes)) - 1) { means.append(.nan) }
            means.append(mean)
            end = minute
        }
    }

    private var courses: [CourseID: Course] = [:]
    /// The minute that runs.
    private var minute: Int64?

    /// Nothing is known.
    package init() {}

    /// Takes figures when another minute has begun.
    mutating func observe(_ figures: ClusterFigures, at now: Timestamp) {
        let current = now / 60_000
        guard let closed = minute, current > closed else { return minute = minute ?? current }
        minute = current
        courses = courses.filter { closed - $0.value.end < Int64(Limits.courseMinutes) }
        for (id, series) in [
            (CourseID.messagesIn, figures.messagesIn), (.bytesIn, figures.bytesIn), (.bytesOut, figures.bytesOut),
            (.replication, figures.replication), (.lag, figures.lag),
        ] { add(series.trend, to: id, minute: closed) }
        for (name, group) in figures.groups {
            add(group.value.course.trend(at: now), to: .group(name), minute: closed)
        }
        for (name, topic) in figures.topics {
            add(topic.value.course.trend(at: now), to: .topic(name), minute: closed)
        }
    }

    /// Adds the mean of the samples of a minute, six of ten seconds.
    private mutating func add(_ trend: [Double?], to id: CourseID, minute: Int64) {
        let known = trend.suffix(6).compactMap { $0 }
        let mean = known.isEmpty ? Float.nan : Float(known.reduce(0, +) / Double(known.count))
        guard courses[id] != nil || mean > 0 && courses.count < Limits.courses else { return }
        courses[id, default: Course(end: minute - 1)].add(mean, minute: minute)
    }

    /// How a figure went in the last minutes, as so many means, oldest first; nil where nothing is known.
    package func course(of id: CourseID, minutes: Int, means count: Int) -> [Double?] {
        guard count > 0, let last = minute.map({ $0 - 1 }), let course = courses[id] else { return [] }
        func mean(_ minute: Int64) -> Float {
            let place = Int64(course.means.count) - 1 - (course.end - minute)
            return place >= 0 && minute <= course.end ? course.means[Int(place)] : .nan
        }
        return (0..<count).map { part in
            let range = (part * minutes / count)..<max(part * minutes / count + 1, (part + 1) * minutes / count)
            let known = range.map { mean(last - Int64(minutes - 1 - $0)) }.filter { !$0.isNaN }
            return known.isEmpty ? nil : Double(known.reduce(0, +)) / Double(known.count)
        }
    }
}

extension LongHistory: Equatable {
    /// Equal when they were told as much up to the same minute.
    package static func == (a: LongHistory, b: LongHistory) -> Bool {
        a.minute == b.minute && a.courses.count == b.courses.count
    }
}

// MARK: kept

extension LongHistory {
    /// As lines of text for a file: what the figure is, its name, the minute of the newest mean, the means. The sums first,
    /// then groups, then topics, as far as `Limits.keptCourses` goes.
    package var lines: [String] {
        let sorted = courses.sorted { ($0.key.rank, $0.key.name) < ($1.key.rank, $1.key.name) }
        return sorted.prefix(Limits.keptCourses).map { id, course in
            let means = course.means.elements.map(Self.text).joined(separator: " ")
            return "\(id.kind)\t\(id.name)\t\(course.end)\t\(means)"
        }
    }

    /// What lines of an earlier run tell; a line that cannot be read is left out.
    package init(lines: some Sequence<some StringProtocol>) {
        for line in lines {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard parts.count == 4, let id = CourseID(kind: String(parts[0]), name: String(parts[1])),
                let end = Int64(parts[2]), courses.count < Limits.courses
            else { continue }
            let means = parts[3].split(separator: " ").suffix(Limits.courseMinutes).map { Float($0) ?? .nan }
            guard !means.isEmpty else { continue }
            var course = Course(end: end)
            for mean in means { course.means.append(mean) }
            courses[id] = course
        }
    }

    /// Takes what an earlier run told of the time before now.
    mutating func restore(_ earlier: LongHistory, at now: Timestamp) {
        for (id, course) in earlier.courses where courses[id] == nil && course.end < now / 60_000 {
            courses[id] = course
        }
    }

    /// Three digits are more than a chart shows.
    private static func text(_ mean: Float) -> String {
        mean.isNaN ? "-" : mean >= 100 ? "\(Int64(min(mean, 1e18)))" : "\((mean * 10).rounded() / 10)"
    }
}

extension CourseID {
    fileprivate var kind: String {
        switch self {
        case .messagesIn: "messages"
        case .bytesIn: "in"
        case .bytesOut: "out"
        case .replication: "replication"
        case .lag: "lag"
        case .topic: "topic"
        case .group: "group"
        }
    }

    fileprivate var name: String {
        switch self {
        case .topic(let name), .group(let name): name
        default: ""
        }
    }

    fileprivate var rank: Int {
        switch self {
        case .topic: 2
        case .group: 1
        default: 0
        }
    }

    fileprivate init?(kind: String, name: String) {
        let plain: [CourseID] = [.messagesIn, .bytesIn, .bytesOut, .replication, .lag]
        switch kind {
        case "topic" where !name.isEmpty: self = .topic(name)
        case "group" where !name.isEmpty: self = .group(name)
        default:
            guard let found = plain.first(where: { $0.kind == kind }) else { return nil }
            self = found
        }
    }
}
