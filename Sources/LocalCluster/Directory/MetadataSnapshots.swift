import Glibc
import KafkaProtocol

/// The snapshots that lie beside the metadata log, `00000000000000046000-0000000004.checkpoint` (KIP-630).
enum MetadataSnapshots {
    /// That with the highest offset in a directory, and when it was written.
    static func newest(in directory: String) -> (end: Offset, at: Timestamp)? {
        guard let handle = opendir(directory) else { return nil }
        defer { closedir(handle) }
        var newest: (end: Offset, name: String)?
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let end = end(name), end > newest?.end ?? -1 else { continue }
            newest = (end, name)
        }
        var info = stat()
        guard let newest, lstat("\(directory)/\(newest.name)", &info) == 0 else { return nil }
        let written = info.st_mtim
        return (newest.end, Timestamp(written.tv_sec) * 1_000 + Timestamp(written.tv_nsec) / 1_000_000)
    }

    /// The offset in the name of a snapshot; nil of other names.
    private static func end(_ name: String) -> Offset? {
        guard name.hasSuffix(".checkpoint") else { return nil }
        let parts = name.dropLast(".checkpoint".count).split(separator: "-")
        guard parts.count == 2, parts[0].count == 20, Epoch(parts[1]) != nil else { return nil }
        return Offset(parts[0])
    }
}
