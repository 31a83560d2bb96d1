import KafkaProtocol

extension Log {
    /// Opens one log by itself, outside of a `LogManager`; everything in it is verified as after a crash.
    ///
    /// For the metadata quorum, whose log lies beside the partitions but answers to nobody's checkpoints.
    ///
    /// - Parameter syncedEnd: everything below was synced, as far as is known; nil when that does not matter.
    /// - Throws: `StorageError.recordsLost` when less than that is whole; the files are as they were found.
    package static func open(
        _ topicPartition: TopicPartition, directory: String, disk: any Disk, config: LogConfig,
        syncedEnd: Offset? = nil, now: Timestamp, report: @escaping StorageReport
    ) throws -> Log {
        try LogLoader(
            topicPartition: topicPartition, directory: directory, disk: disk, config: config, clean: false,
            recoveryPoint: 0, logStart: 0, syncedEnd: syncedEnd, now: now, report: report
        ).load()
    }
}
