/// Every bound of this target, with its reason.
package enum Limits {
    /// Samples of a trend, one per ten seconds: the widest TREND column shows 24, the Overview charts 30.
    package static let trendSamples = 36
    /// Samples of a group's lag at ten seconds: the fifteen minutes a group's page shows.
    package static let groupLagSamples = 90
    /// Means of a minute that are kept of a figure: twelve hours, 3 KiB of each.
    package static let courseMinutes = 720
    /// Figures of which they are kept, 3 MiB together: the sums, groups and topics that were ever more than nothing; those
    /// beyond show their last minutes only.
    package static let courses = 1_000
    /// Figures of which they are kept on disk, about 1 MiB for a cluster.
    package static let keptCourses = 200
    /// Placements that are kept to be shared: those of a cluster of a dozen brokers, whatever it holds.
    package static let placements = 4_096
    /// Short samples from which a ten second mean is taken: twelve seconds at the default interval of one second.
    package static let rateSamples = 12
    /// Observations per group and partition the status rules look at (Burrow's default window).
    package static let statusWindow = 10
    /// Events kept in memory; the file keeps the rest.
    package static let events = 10_000
    /// Incidents whose numbers are kept: more than anybody scrolls back to.
    package static let incidents = 200
    /// Objects an event lists; a change of ten thousand partitions is one line, not ten thousand strings.
    package static let eventObjects = 1_000
    /// Members of a group named when they join.
    package static let namedMembers = 10
    /// Objects named in a sentence before `+ n more`.
    package static let namedObjects = 2
    /// Sentences that `klamm prove` keeps on what speaks against the claim; the numbers count all.
    static let proofFindings = 100
    /// Partitions of a topic whose contents are told one by one when it is analysed; those beyond are told together.
    package static let analysedPartitions = 500
    /// Hours whose messages are counted when a topic is analysed: 14 days.
    package static let analysedHours = 14 * 24
}
