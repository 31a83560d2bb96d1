import KafkaProtocol
import KafkaRecords

/// A pure coordinator of one partition of an internal topic, as a broker runs it.
package protocol CoordinatorMachine {
    associatedtype Loader: CoordinatorLoader where Loader.Machine == Self
    associatedtype Effect
    /// An answer to a request, named by its `RequestToken`.
    associatedtype Response

    /// When `tick` must be called at the latest; may turn out to be early.
    var nextDeadline: Timestamp? { get }
    /// Runs what is due.
    mutating func tick(now: Timestamp) -> [Effect]
    /// The partition is no longer led here: every waiting request is answered.
    mutating func resign(now: Timestamp) -> [Effect]
    /// What the broker's log says when the machine begins; nil when it holds nothing.
    var summary: String? { get }
}

/// Reads a partition of an internal topic from its start into a coordinator.
package protocol CoordinatorLoader {
    associatedtype Machine: CoordinatorMachine

    /// The next record of the log. `producerID` names the transaction that the record is a part of; nil for none.
    mutating func replay(_ record: EncodedRecord, in producerID: Int64?)
    /// A transaction has ended here.
    mutating func replay(_ marker: TransactionMarker)
    /// Records that could not be read, for the log of the broker.
    var unreadable: Int { get }
    /// The coordinator, and what it wants done first.
    func finish(now: Timestamp) -> (Machine, [Machine.Effect])
}
