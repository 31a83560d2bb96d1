import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore

/// `recovery-point` of the metadata log: everything below was synced, so a start that finds less has lost what this node
/// has acknowledged. Written over in place after each sync and not synced itself: after a loss of power it may say less
/// than the truth, never more.
///
/// One line: 20 digits of offset and their CRC-32C in hexadecimal digits. Blocking calls, loop only.
struct RecoveryPoint {
    let path: String
    /// 0 when nothing is known.
    private(set) var offset: Offset = 0

    private static let digits = 20

    /// Reads it; a file that is not whole proves nothing and is told.
    init(in directory: String, of disk: any Disk, report: StorageReport) throws {
        path = directory + "/recovery-point"
        guard let content = try Self.content(path, disk) else { return }
        let line = String(buffer: content)
        if let known = Offset(line.prefix(Self.digits)), line == Self.text(known) {
            offset = known
        } else if !line.isEmpty {
            report(.warning, "\(path) is damaged; a loss of metadata would not be noticed at this start")
        }
    }

    private static func content(_ path: String, _ disk: any Disk) throws -> ByteBuffer? {
        do throws(DiskError) { return try disk.contents(path, limit: StorageLimits.markBytes) } catch {
            guard error.kind == .tooLarge else { throw error }
            return ByteBuffer(string: "too large")
        }
    }

    private static func text(_ offset: Offset) -> String {
        func padded(_ text: String, _ width: Int) -> String { String(repeating: "0", count: width - text.count) + text }
        let number = padded(String(offset), digits)
        let checksum = Checksum.crc32c(ByteBuffer(string: number))
        return number + " " + padded(String(checksum, radix: 16), 8) + "\n"
    }

    /// - Parameter durable: for a lower one, which must be true before the log is cut.
    mutating func move(to new: Offset, _ disk: any Disk, durable: Bool) throws {
        guard new != offset else { return }
        let isNew = try disk.status(path) == nil
        let file = try disk.open(path, .create)
        defer { file.close() }
        try file.write(ByteBuffer(string: Self.text(new)), at: 0)
        if durable || isNew { try file.sync() }
        if isNew { try disk.syncDirectory(path.parentDirectory) }
        offset = new
    }
}
