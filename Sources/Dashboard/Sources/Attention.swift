/// What somebody looks at, or has marked: the figures that are worth asking for at every interval. Those of everything
/// else come more rarely, as `SurveyClock` has it.
package struct Attention: Sendable, Equatable {
    /// Topics in view, opened or marked.
    package var topics: Set<String> = []
    /// Groups in view, opened or marked.
    package var groups: Set<String> = []
    /// Whether nobody has touched the screen for long.
    package var isLeftAlone = false

    /// Nothing.
    package init(topics: Set<String> = [], groups: Set<String> = []) {
        self.topics = topics
        self.groups = groups
    }

    /// With so much less where it is more than can be asked for each second.
    var bounded: Attention {
        var bounded = self
        if topics.count > DashboardLimits.attended {
            bounded.topics = Set(topics.sorted().prefix(DashboardLimits.attended))
        }
        if groups.count > DashboardLimits.attended {
            bounded.groups = Set(groups.sorted().prefix(DashboardLimits.attended))
        }
        return bounded
    }
}

extension Attention {
    /// What is looked at where these rows of the present list are in view.
    init(_ visible: some Sequence<String>, _ model: Model) {
        self.init()
        isLeftAlone = model.isLeftAlone
        let rows = Set(visible).union(model.list.marks)
        switch model.place {
        case .topics: topics = rows
        case .topic(let name, let tab):
            topics = [name]
            if tab == .groups { groups = rows }
        case .partitions, .partitionMap, .broker(_, .partitions): topics = Set(rows.compactMap(Self.topic))
        case .overview, .groups: groups = rows
        case .group(let name): groups = [name]
        case .producers(let topic), .analysis(let topic): topics = [topic]
        case .clusters, .brokers, .broker, .transactions, .messages, .reassign, .plan, .events, .journal, .quorum: break
        }
    }

    /// The topic in what a partition is kept under, `orders/3`.
    private static func topic(_ partition: String) -> String? {
        partition.lastIndex(of: "/").map { String(partition[..<$0]) }
    }
}
