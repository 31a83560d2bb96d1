import KafkaProtocol
import NIOCore

/// A file of entries of one fixed size, as all index files of a segment are.
///
/// Made on the first append and opened on first use, so that an empty or idle partition costs neither files nor
/// descriptors; entries are read from the page cache one by one, so that it costs no memory either.
final class EntryFile {
    let path: String
    private let entrySize: Int
    private let disk: any Disk
    private var file: (any DiskFile)?
    /// Entries in the file; a partial one at its end does not count and is overwritten.
    private(set) var count: Int

    init(_ disk: any Disk, _ path: String, entrySize: Int, fileSize: Int64) {
        self.disk = disk
        self.path = path
        self.entrySize = entrySize
        count = Int(clamping: fileSize / Int64(entrySize))
    }

    var sizeInBytes: Int64 { Int64(count) * Int64(entrySize) }

    /// The bytes of an entry.
    func entry(_ index: Int) throws -> ByteBuffer {
        let bytes = try opened().read(at: Int64(index) * Int64(entrySize), count: entrySize)
        guard bytes.readableBytes == entrySize else {
            throw StorageError.corruptFile(path, "entry \(index) is missing")
        }
        return bytes
    }

    /// The entries from `first` on, all in one read.
    func entries(from first: Int) throws -> ByteBuffer {
        guard first < count else { return ByteBuffer() }
        return try opened().read(at: Int64(first) * Int64(entrySize), count: (count - first) * entrySize)
    }

    func append(_ entry: ByteBuffer) throws {
        precondition(entry.readableBytes == entrySize, "an entry of another kind of index")
        try opened().write(entry, at: sizeInBytes)
        count += 1
    }

    /// Keeps the first `kept` entries.
    func truncate(to kept: Int) throws {
        guard kept < count else { return }
        try opened().truncate(to: Int64(kept) * Int64(entrySize))
        count = kept
    }

    /// The number of leading entries for which `holds` is true; it must be true for a prefix only.
    func prefixCount(where holds: (ByteBuffer) throws -> Bool) throws -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if try holds(entry(middle)) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Closes the descriptor; the next use opens the file again.
    func close() {
        file?.close()
        file = nil
    }

    private func opened() throws -> any DiskFile {
        if let file { return file }
        let opened = try disk.open(path, .create)
        file = opened
        return opened
    }
}
