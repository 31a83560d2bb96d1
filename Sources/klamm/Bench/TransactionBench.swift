import KafkaClient
import KafkaProtocol
import NIOCore

/// How fast one producer can commit transactions of ten records over a few partitions, one after the other.
struct TransactionBench {
    let client: KafkaClient
    let seconds: Double

    static let records = 10
    static let partitions: Int32 = 3

    struct Figures {
        var rate: Double
        /// From the first record until the commit is answered.
        var latencies: Latencies
    }

    func run(_ topic: String) async throws -> Figures {
        var settings = ProducerConfiguration()
        settings.transactionalID = "bench"
        settings.linger = .zero
        let producer = Producer(client, settings)
        try await producer.initTransactions()
        let latencies = Latencies()
        let began = ContinuousClock.now
        let end = began + .seconds(seconds)
        while .now < end {
            let first = ContinuousClock.now
            for number in 0..<Self.records {
                let partition = Int32(number) % Self.partitions
                try await producer.enqueue(
                    ProducerRecord(topic: topic, partition: partition, value: ByteBuffer(string: "\(number)")))
            }
            try await producer.commitTransaction()
            latencies.add(first.duration(to: .now))
        }
        let elapsed = began.duration(to: .now) / .seconds(1)
        await producer.close()
        return Figures(rate: Double(latencies.count) / elapsed, latencies: latencies)
    }
}
