/// What one subtopology of a Kafka Streams application does with one partition of its source topics; written as Kafka
/// Streams does: `0_3`.
package struct StreamsTask: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var subtopology: String
    package var partition: Int32

    package init(_ subtopology: String, _ partition: Int32) {
        self.subtopology = subtopology
        self.partition = partition
    }

    package var description: String { "\(subtopology)_\(partition)" }

    package static func < (a: StreamsTask, b: StreamsTask) -> Bool {
        // Kafka Streams numbers subtopologies.
        (Int(a.subtopology) ?? .max, a.subtopology, a.partition) < (
            Int(b.subtopology) ?? .max, b.subtopology, b.partition
        )
    }
}

/// The tasks of a member of a streams group (KIP-1071).
package struct StreamsTasks: Sendable, Equatable {
    /// Those it works on.
    package var active: [StreamsTask] = []
    /// Those whose state it keeps, to take them over at once.
    package var standby: [StreamsTask] = []
    /// Those whose state it builds up, to have them soon.
    package var warmup: [StreamsTask] = []

    package init(active: [StreamsTask] = [], standby: [StreamsTask] = [], warmup: [StreamsTask] = []) {
        self.active = active
        self.standby = standby
        self.warmup = warmup
    }
}

/// What only a member of a streams group has.
package struct StreamsMember: Sendable, Equatable {
    /// The same for all members of one process.
    package var processID: String
    /// The epoch of the topology that it runs.
    package var topologyEpoch: Int32
    /// What it has.
    package var tasks: StreamsTasks
    /// What it will have when the group has settled.
    package var target: StreamsTasks

    package init(processID: String, topologyEpoch: Int32, tasks: StreamsTasks, target: StreamsTasks) {
        self.processID = processID
        self.topologyEpoch = topologyEpoch
        self.tasks = tasks
        self.target = target
    }
}

/// What a Kafka Streams application consists of, as its group tells (KIP-1071).
package struct StreamsTopology: Sendable, Equatable {
    /// A part of the application that works by itself.
    package struct Subtopology: Sendable, Equatable {
        package var id: String
        /// The topics it reads, those between subtopologies included.
        package var sources: [String]

        package init(id: String, sources: [String]) {
            self.id = id
            self.sources = sources
        }
    }

    package var epoch: Int32
    /// Nil while source topics are missing or do not fit together.
    package var subtopologies: [Subtopology]?

    package init(epoch: Int32, subtopologies: [Subtopology]?) {
        self.epoch = epoch
        self.subtopologies = subtopologies
    }

    /// All topics that the application reads, sorted.
    package var sources: [String] { Set((subtopologies ?? []).flatMap(\.sources)).sorted() }

    /// The partitions that tasks read. A task reads its partition of every source topic, as far as that has so many.
    package func partitions(of tasks: [StreamsTask]) -> [TopicPartition] {
        let sources = Dictionary((subtopologies ?? []).map { ($0.id, $0.sources) }, uniquingKeysWith: { a, _ in a })
        return tasks.flatMap { task in
            (sources[task.subtopology] ?? []).map { TopicPartition($0, task.partition) }
        }.sorted()
    }
}
