import ArgumentParser
import Dashboard
import KafkaProtocol

extension PlanFile {
    /// Reads the target replicas from a file, or from stdin for `-`.
    static func targets(_ path: String) throws -> [TopicPartition: [BrokerID]] {
        do {
            return try read(try InputFile.bytes(path), name: path)
        } catch let failure as Dashboard.Failure {
            throw ValidationError(failure.text)
        }
    }
}
