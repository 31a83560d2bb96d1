import KafkaProtocol
import NIOCore
import TestSupport

extension LoneBroker {
    /// Sends records to one partition as a producer does.
    func produce(
        _ records: ByteBuffer?, to topic: String, _ index: Int32 = 0, acks: Int16 = -1, timeoutMs: Int32 = 1_000,
        version: Int16 = 11
    ) throws -> ProduceResponse {
        try call(ProduceRequest(records, to: topic, index, acks: acks, timeoutMs: timeoutMs), version)
    }
}
