import KafkaProtocol

/// What a copy of a log in another directory needs to know of it (KIP-113).
extension Log {
    /// Where a copy of everything from the log start on must begin: batches are copied whole.
    package func copyStart() throws -> Offset {
        guard let index = segmentIndex(for: logStartOffset) else { return segments[0].baseOffset }
        guard let found = try segments[index].find(logStartOffset) else { return logStartOffset }
        return min(found.header.baseOffset, logStartOffset)
    }

    /// Batches as they are stored from an offset on, about `maxBytes` of them but one at least.
    package func copy(from offset: Offset, maxBytes: Int, now: Timestamp) throws -> LogRead {
        guard offset < logStartOffset else {
            return try read(from: offset, maxBytes: maxBytes, upTo: logEndOffset, now: now)
        }
        // The batch that the log start lies in.
        return try read(from: logStartOffset, maxBytes: maxBytes, upTo: logEndOffset, now: now)
    }

    /// Whether `copy` holds what this log holds up to its end: it does not when this log was cut back since.
    package func agrees(with copy: Log) -> Bool {
        guard copy.logEndOffset > copy.segments[0].baseOffset, let epoch = copy.latestEpoch else { return true }
        guard let own = endOffset(for: epoch) else { return false }
        return own.epoch == epoch && own.endOffset >= copy.logEndOffset
    }

    /// Takes over what this log, a copy up to the same end, cannot know from its batches.
    func adopt(_ original: Log) {
        precondition(logEndOffset == original.logEndOffset, "a copy that is not complete")
        config = original.config
        producers = original.producers
        epochs = original.epochs
        epochsChanged = true
        logStartOffset = max(logStartOffset, original.logStartOffset)
        highWatermark = original.highWatermark
    }
}
