import ClusterMetadata
import Controller
import KafkaProtocol

/// The cluster's metadata as the other parts of a broker see it: what was committed, word of every change, and the way
/// to decide while this process is the active controller. `MetadataRuntime` provides it from the quorum; tests provide
/// it from memory. Loop only.
package protocol MetadataSource: AnyObject {
    /// What is committed and applied here; other brokers may be ahead or behind.
    var image: MetadataImage { get }

    /// The active controller, as far as this process knows.
    var controller: (id: BrokerID, epoch: Epoch)? { get }

    /// Calls `body` on the loop after each applied batch, in the order of registration, with the image after it.
    func observe(_ body: @escaping (MetadataImage, MetadataDelta) -> Void)

    /// Lets the active controller decide, appends the records as one atomic batch, and calls `done` once they are
    /// committed; NOT_CONTROLLER when this process is not the active controller or loses that role meanwhile, in which
    /// case the records may still come to be committed.
    func decide<Response: Sendable>(
        _ decision: @escaping (Controller, _ now: Int64) -> Decision<Response>,
        done: @escaping (Result<Response, ErrorCode>) -> Void)
}
