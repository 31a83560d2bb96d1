import KafkaProtocol

/// Where the offsets of a group are moved to: what it committed, or where a share group begins.
package enum OffsetReset: Sendable, Hashable {
    case earliest
    case latest
    /// Where it is; the end where it has not begun.
    case current
    case offset(Offset)
    /// So many records after where it is.
    case shift(Int64)
    /// The first record at or after this time (milliseconds since 1970); the end when there is none.
    case timestamp(Timestamp)
}

extension KafkaClient {
    /// The offsets that a reset leads to, within the partitions' logs. Nothing is committed.
    package func offsets(
        of group: String, in partitions: [TopicPartition], after reset: OffsetReset, timeout: Duration? = nil
    ) async throws -> Outcomes<TopicPartition, Offset> {
        func listed(_ spec: OffsetSpec) async -> Outcomes<TopicPartition, Offset> {
            let specs = Dictionary(partitions.map { ($0, spec) }, uniquingKeysWith: { first, _ in first })
            return await listOffsets(specs, timeout: timeout).mapValues { $0.map(\.offset) }
        }
        func within(
            _ wanted: (TopicPartition) -> Result<Offset, ClientError>
        ) async -> Outcomes<TopicPartition, Offset> {
            var outcomes = Dictionary(partitions.map { ($0, wanted($0)) }, uniquingKeysWith: { first, _ in first })
            outcomes.merge(await offsetsWithinLogs(outcomes.compactMapValues { try? $0.get() })) { $1 }
            return outcomes
        }
        switch reset {
        case .earliest: return await listed(.earliest)
        case .latest: return await listed(.latest)
        case .offset(let offset): return await within { _ in .success(offset) }
        case .timestamp(let time):
            let (found, ends) = (await listed(.timestamp(time)), await listed(.latest))
            return found.merging(ends) { found, end in found.flatMap { $0 >= 0 ? .success($0) : end } }
        case .current:
            let (positions, ends) = (try await positions(of: group, timeout: timeout), await listed(.latest))
            return ends.merging(positions.filter { ends[$0.key] != nil }.mapValues { .success($0) }) { $1 }
        case .shift(let count):
            let positions = try await positions(of: group, timeout: timeout)
            return await within { partition in
                guard let offset = positions[partition] else {
                    return .failure(.invalid("nothing is committed that could be shifted"))
                }
                let (sum, isTooLarge) = offset.addingReportingOverflow(count)
                return .success(isTooLarge ? (count < 0 ? 0 : .max) : sum)
            }
        }
    }

    /// Moves offsets that lie outside of a partition's log to its nearer end.
    package func offsetsWithinLogs(
        _ offsets: [TopicPartition: Offset], timeout: Duration? = nil
    ) async -> Outcomes<TopicPartition, Offset> {
        let begins = await listOffsets(offsets.mapValues { _ in .earliest }, timeout: timeout)
        let ends = await listOffsets(offsets.mapValues { _ in .latest }, timeout: timeout)
        var outcomes: Outcomes<TopicPartition, Offset> = [:]
        for (partition, offset) in offsets {
            guard let begin = begins[partition], let end = ends[partition] else { continue }
            outcomes[partition] = begin.flatMap { begin in
                end.map { end in min(max(offset, begin.offset), end.offset) }
            }
        }
        return outcomes
    }
}
