import KafkaProtocol
import NIOCore

/// `running` in a log directory: under which broker epoch a process had it, and in which boot of the machine.
///
/// What a killed process had written is still there, synced or not; what a machine without power had not synced is gone.
/// The next process tells one from the other by the boot, and only in the first case claims to have all that the
/// controller may count on (`previous_broker_epoch` of BrokerRegistration, KIP-966).
struct RunningMark: Equatable {
    var brokerEpoch: Int64
    var boot: String

    static let fileName = "running"

    init(brokerEpoch: Int64, boot: String) {
        self.brokerEpoch = brokerEpoch
        self.boot = boot
    }

    /// The mark in a directory; nil when there is none or it cannot be read, which proves nothing.
    init?(in directory: String, of disk: any Disk) {
        guard let content = try? disk.contents(directory + "/" + Self.fileName, limit: StorageLimits.markBytes) else {
            return nil
        }
        let words = String(buffer: content).split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let epoch = Int64(words[0]) else { return nil }
        self.init(brokerEpoch: epoch, boot: String(words[1]))
    }

    /// Needs no sync: once the power was gone the mark is worth nothing anyway.
    func write(in directory: String, of disk: any Disk) throws(DiskError) {
        let text = "\(brokerEpoch) \(boot)\n"
        try disk.replace(directory + "/" + Self.fileName, with: ByteBuffer(string: text), durable: false)
    }
}
