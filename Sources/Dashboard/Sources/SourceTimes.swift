import KafkaProtocol

/// How long one call of the screen may take before its figures count as missing.
enum SourceTimes {
    static let call = Duration.seconds(2)
    /// The same for the moves that run, which only the controller tells: all of the metadata waits for its answer.
    static let moves = Duration.seconds(1)
    /// The same for answers about everything there is.
    static let survey = Duration.seconds(10)
    /// The same for so many partitions: who answers nothing is not waited for longer than an answer may take.
    static func survey(of partitions: Int) -> Duration { min(survey, call + .milliseconds(partitions)) }
    /// Surveys are far apart from here on, milliseconds: figures of two of them are of two times.
    static let farApart: Int64 = 5_000
    /// How long what is known of the producers of a topic in view stands, milliseconds.
    static let writers: Int64 = 10_000
    /// How often first offsets of what somebody looks at are asked for, milliseconds.
    static let starts: Int64 = 10_000
    /// The longest pause between two tries at the bundled cluster, milliseconds: its brokers are on this machine, and how
    /// their processes do is read along.
    static let ownRetry: Int64 = 2_000
    /// How long answers are gathered before they are shown.
    static let gather = Duration.milliseconds(80)
    /// How often it is kept how figures went over hours, milliseconds: a Klamm that dies loses no more.
    static let courses: Int64 = 600_000
    /// How old events may be that an earlier look kept and this one shows, milliseconds: the hour that screens count.
    static let restored: Int64 = 3_600_000
}
