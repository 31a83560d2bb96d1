import ClusterInsight
import KafkaClient
import KafkaProtocol

/// Reads what lies in the log dirs of a broker, which only a tab of their own shows.
enum LogDirReader {
    /// How long the call may take: the screen asks again every few seconds.
    private static let timeout = Duration.seconds(5)

    /// What one broker tells.
    static func picture(of broker: BrokerID, _ client: KafkaClient) async -> Result<LogDirsPicture, Failure> {
        do {
            switch try await client.describeLogDirs([broker], timeout: timeout)[broker] {
            case .success(let dirs)?: return .success(LogDirsPicture(broker, dirs))
            case .failure(let error)?: return .failure(Failure("DescribeLogDirs: \(error)"))
            case nil: return .failure(Failure("broker \(broker) is not there"))
            }
        } catch {
            return .failure(Failure("DescribeLogDirs: \(error)"))
        }
    }
}

extension LogDirsPicture {
    fileprivate init(_ broker: BrokerID, _ told: [LogDirDescription]) {
        self.init(broker: broker, dirs: [], replicas: [])
        var copies: [TopicPartition: Copy] = [:]
        for dir in told.sorted(by: { $0.path < $1.path }) {
            var own = LogDirSnapshot(
                path: dir.path, bytes: 0, logs: 0, error: dir.error == .none ? nil : "\(dir.error)",
                free: dir.usableBytes < 0 ? nil : dir.usableBytes, total: dir.totalBytes < 0 ? nil : dir.totalBytes)
            for (partition, replica) in dir.replicas {
                own.bytes += replica.bytes
                if replica.isFuture {
                    copies[partition] = Copy(dir: dir.path, bytes: replica.bytes)
                } else {
                    own.logs += 1
                    replicas.append(Replica(partition, dir: dir.path, bytes: replica.bytes))
                }
            }
            dirs.append(own)
        }
        replicas.sort { $0.partition < $1.partition }
        for index in replicas.indices { replicas[index].copy = copies[replicas[index].partition] }
    }
}
