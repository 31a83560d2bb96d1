import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The last messages of partitions that somebody has described: those with the latest timestamps (KIP-734). It is asked for
/// nothing else, as a broker looks for them in its logs.
package struct LastMessages: Sendable, Equatable {
    /// A message by its place and time.
    package struct Place: Sendable, Equatable {
        package var offset: Offset
        package var timestamp: Timestamp

        /// A message at an offset with a timestamp.
        package init(offset: Offset, timestamp: Timestamp) {
            self.offset = offset
            self.timestamp = timestamp
        }
    }

    /// What leaders told; nil of a partition is that it has no message.
    package var told: [TopicPartition: Place?] = [:]
    /// Why some did not.
    package var failure: String?
    /// When they told.
    package var at: Timestamp?

    /// Nothing was asked.
    package init() {}

    /// Takes what was told.
    mutating func take(_ told: [TopicPartition: Result<Place?, Failure>], at now: Timestamp) {
        at = now
        failure = nil
        for (partition, result) in told {
            switch result {
            case .success(let place): self.told[partition] = .some(place)
            case .failure(let reason): failure = reason.text
            }
        }
    }

    /// The newest message of some partitions; nil when none is known.
    func newest(of partitions: [TopicPartition]) -> (partition: TopicPartition, place: Place)? {
        partitions.compactMap { id in told[id].flatMap { $0 }.map { (id, $0) } }
            .max { $0.1.timestamp < $1.1.timestamp }.map { ($0.0, $0.1) }
    }

    /// A line about the last message of some partitions.
    static func line(of partitions: [TopicPartition], _ model: Model) -> StyledText {
        let last = model.lastMessages
        if let (partition, place) = last.newest(of: partitions) {
            let at = Format.moment(place.timestamp, now: model.shownNow, zone: model.zone)
            let by =
                partitions.count == 1
                ? "offset \(Format.count(Int(place.offset)))" : "\(partition.topic)/\(partition.partition)"
            return DetailLine.figure(
                "last message", StyledText(at), at: last.at, by: "\(by), ListOffsets by time", model)
        }
        let isEmpty = !partitions.isEmpty && partitions.allSatisfy { last.told[$0].map { $0 == nil } ?? false }
        let why = last.failure ?? (isEmpty ? "no message is left" : last.at == nil ? "asking" : "ListOffsets by time")
        return DetailLine.figure("last message", isEmpty ? Figure.none : Figure.unknown, at: last.at, by: why, model)
    }
}
