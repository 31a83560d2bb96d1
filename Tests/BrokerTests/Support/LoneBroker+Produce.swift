import KafkaProtocol
import NIOCore

extension LoneBroker {
    /// Sends records to one partition as a producer does.
    func produce(
        _ records: ByteBuffer?, to topic: String, _ index: Int32 = 0, acks: Int16 = -1, timeoutMs: Int32 = 1_000,
        version: Int16 = 11
    ) throws -> ProduceResponse {
        try call(Self.production(of: records, to: topic, index, acks: acks, timeoutMs: timeoutMs), version)
    }

    static func production(
        of records: ByteBuffer?, to topic: String, _ index: Int32 = 0, acks: Int16 = -1, timeoutMs: Int32 = 1_000
    ) -> ProduceRequest {
        var partition = ProduceRequest.Topic.Partition()
        partition.index = index
        partition.records = records
        var entry = ProduceRequest.Topic()
        entry.name = topic
        entry.partitionData = [partition]
        var request = ProduceRequest()
        request.acks = acks
        request.timeoutMs = timeoutMs
        request.topicData = [entry]
        return request
    }
}
