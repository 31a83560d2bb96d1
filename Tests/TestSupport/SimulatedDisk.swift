import Glibc
import KafkaProtocol
import LogStorage
import Synchronization

/// A file system in memory that can lose power, run full, and fail at a chosen operation.
///
/// Contents survive a crash up to what was synced, names up to what the directory's sync has seen.
package final class SimulatedDisk: Disk {
    fileprivate struct Node: Sendable {
        var bytes: [UInt8] = []
        var synced: [UInt8] = []
        var modified: Timestamp = 0
    }

    /// A file apart from its names, as an inode is.
    fileprivate typealias NodeID = Int

    fileprivate struct State: Sendable {
        var nodes: [NodeID: Node] = [:]
        var files: [String: NodeID] = [:]
        /// The names that survive a crash.
        var durable: [String: NodeID] = [:]
        var directories: Set<String> = ["/", "."]
        var locks: [String: Int32] = [:]
        var capacity = Int64.max
        var operations = 0
        var crashes = 0
        /// The file that survives every crash, which then looks like the death of a process.
        var survivor: String?
        var failAt: Int?
        var haltAt: Int?
        var reads = 0
        var failReadAt: Int?
        var keepsHistory = true
        var log: [String] = []
    }

    private let state: Mutex<State>

    /// `keepsHistory` is for tests that look at `history`; a long simulation does without.
    package init(keepsHistory: Bool = true) {
        var state = State()
        state.keepsHistory = keepsHistory
        self.state = Mutex(state)
    }

    private init(_ state: State) { self.state = Mutex(state) }

    /// Another disk with the same content, without locks and faults to come.
    package func copy() -> SimulatedDisk {
        var copied = with { $0 }
        copied.endProcess()
        return SimulatedDisk(copied)
    }

    package var boot: String { with { "boot-\($0.survivor == nil ? $0.crashes : 0)" } }

    /// Lets a loss of power pass for the death of a process to whoever goes by the boot and by this file.
    package func hideCrashes(keeping path: String) { with { $0.survivor = path } }

    // MARK: Faults

    /// Lets the `n`-th operation from now on that changes anything fail, and it alone.
    package func fail(afterOperations n: Int) { with { $0.failAt = $0.operations + n } }

    /// Lets the `n`-th operation from now on that changes anything and all after it fail, as if the process had died there,
    /// until `killProcess` or `crash`.
    package func halt(afterOperations n: Int) { with { $0.haltAt = $0.operations + n } }

    /// Lets the `n`-th read of a file from now on fail, and it alone.
    package func failRead(after n: Int) { with { $0.failReadAt = $0.reads + n } }

    /// Whether the moment for which `halt` was called has come.
    package var isHalted: Bool { with { $0.operations >= $0.haltAt ?? .max } }

    /// Limits the bytes of all files together.
    package func setCapacity(_ bytes: Int64) { with { $0.capacity = bytes } }

    /// How many changing operations there were.
    package var operations: Int { with { $0.operations } }

    /// How many reads of files there were.
    package var reads: Int { with { $0.reads } }

    /// Every changing operation so far, such as `sync /d/00000000000000000000.log`.
    package var history: [String] { with { $0.log } }

    /// What a power loss leaves: synced contents, and of what was appended since the first `kept` bytes.
    package func crash(keepingUnsynced kept: Int = 0) {
        with { state in
            state.crashes += 1
            if let path = state.survivor, let id = state.files[path] {
                state.durable[path] = id
                let bytes = state.nodes[id]?.bytes ?? []
                state.nodes[id]?.synced = bytes
            }
            state.files = state.durable
            for id in Set(state.files.values) {
                guard var node = state.nodes[id] else { continue }
                let tail = node.bytes.count > node.synced.count ? node.bytes[node.synced.count...].prefix(kept) : []
                node.bytes = node.synced + tail
                node.synced = node.bytes
                state.nodes[id] = node
            }
            state.endProcess()
        }
    }

    /// What the death of the process alone leaves: everything but its locks.
    package func killProcess() { with { $0.endProcess() } }

    // MARK: Looking in

    /// All files, ascending.
    package var paths: [String] { with { $0.files.keys.sorted() } }

    package func bytes(_ path: String) -> [UInt8]? {
        with { state in state.files[path].flatMap { state.nodes[$0]?.bytes } }
    }

    /// Replaces a file's content behind the log's back.
    package func setBytes(_ path: String, _ bytes: [UInt8]) {
        with { state in
            let id = state.files[path] ?? state.add()
            state.nodes[id] = Node(bytes: bytes, synced: bytes)
            state.files[path] = id
            state.durable[path] = id
        }
    }

    fileprivate func with<R: Sendable>(_ body: (inout State) -> R) -> R {
        state.withLock { body(&$0) }
    }

    fileprivate func attempt<R: Sendable>(
        _ body: (inout State) throws(DiskError) -> R
    ) throws(DiskError) -> R {
        try state.withLock { value throws(DiskError) in try body(&value) }
    }
}

extension SimulatedDisk.State {
    /// Counts an operation that changes something; fails when it is its turn.
    mutating func change(_ operation: String, _ path: String) throws(DiskError) {
        operations += 1
        if keepsHistory { log.append("\(operation) \(path)") }
        guard operations == failAt || operations >= haltAt ?? .max else { return }
        failAt = nil
        throw DiskError(.system(EIO), operation, path)
    }

    mutating func endProcess() {
        locks = [:]
        failAt = nil
        haltAt = nil
        failReadAt = nil
    }

    mutating func read(_ path: String) throws(DiskError) {
        reads += 1
        guard reads == failReadAt else { return }
        throw DiskError(.system(EIO), "read", path)
    }

    var used: Int64 { files.values.reduce(0) { $0 + Int64(nodes[$1]?.bytes.count ?? 0) } }

    mutating func add() -> Int {
        nodes[nodes.count] = SimulatedDisk.Node()
        return nodes.count - 1
    }
}

extension SimulatedDisk {
    package func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> any DiskFile {
        let node = try attempt { state throws(DiskError) in
            if let node = state.files[path] { return node }
            guard mode == .create, state.directories.contains(path.parent) else {
                throw DiskError(.notFound, "open", path)
            }
            try state.change("create", path)
            let node = state.add()
            state.files[path] = node
            return node
        }
        return SimulatedFile(self, node, path)
    }

    package func status(_ path: String) throws(DiskError) -> FileStatus? {
        try attempt { state throws(DiskError) in
            if let node = state.files[path].flatMap({ state.nodes[$0] }) {
                return FileStatus(size: Int64(node.bytes.count), isDirectory: false, modified: node.modified)
            }
            return state.directories.contains(path) ? FileStatus(size: 0, isDirectory: true, modified: 0) : nil
        }
    }

    package func list(_ directory: String) throws(DiskError) -> [String] {
        try attempt { state throws(DiskError) in
            guard state.directories.contains(directory) else { throw DiskError(.notFound, "list", directory) }
            let all = Array(state.files.keys) + state.directories.filter { $0 != directory }
            return all.filter { $0.parent == directory }.map { String($0.dropFirst(directory.count + 1)) }
        }
    }

    package func createDirectory(_ path: String) throws(DiskError) {
        try attempt { state throws(DiskError) in
            if state.directories.contains(path) { return }
            try state.change("mkdir", path)
            var part = path
            while !state.directories.contains(part) {
                state.directories.insert(part)
                part = part.parent
            }
        }
    }

    package func remove(_ path: String) throws(DiskError) {
        try attempt { state throws(DiskError) in
            try state.change("remove", path)
            state.files[path] = nil
            guard state.directories.contains(path) else { return }
            state.files = state.files.filter { !$0.key.hasPrefix(path + "/") }
            state.directories = state.directories.filter { $0 != path && !$0.hasPrefix(path + "/") }
        }
    }

    package func rename(_ from: String, to: String) throws(DiskError) {
        try attempt { state throws(DiskError) in
            try state.change("rename", from)
            if let node = state.files.removeValue(forKey: from) { return state.files[to] = node }
            guard state.directories.contains(from) else { throw DiskError(.notFound, "rename", from) }
            func moved(_ path: String) -> String {
                path == from || path.hasPrefix(from + "/") ? to + path.dropFirst(from.count) : path
            }
            state.directories = Set(state.directories.map(moved))
            state.files = Dictionary(uniqueKeysWithValues: state.files.map { (moved($0.key), $0.value) })
            // The simulation takes a directory's new name for durable at once.
            state.durable = Dictionary(uniqueKeysWithValues: state.durable.map { (moved($0.key), $0.value) })
        }
    }

    package func syncDirectory(_ path: String) throws(DiskError) {
        try attempt { state throws(DiskError) in
            try state.change("syncdir", path)
            state.durable = state.durable.filter { $0.key.parent != path }
            for (name, node) in state.files where name.parent == path { state.durable[name] = node }
        }
    }

    package func setModificationTime(_ path: String, _ time: Timestamp) throws(DiskError) {
        try attempt { state throws(DiskError) in if let id = state.files[path] { state.nodes[id]?.modified = time } }
    }

    package func space(_ path: String) throws(DiskError) -> DiskSpace {
        try attempt { state throws(DiskError) in
            DiskSpace(total: state.capacity, free: max(0, state.capacity - state.used))
        }
    }

    package func lock(_ path: String) throws(DiskError) -> any DiskLock {
        try attempt { state throws(DiskError) in
            if let holder = state.locks[path] { throw DiskError(.locked(by: holder), "lock", path) }
            state.locks[path] = 42
        }
        return SimulatedLock(self, path)
    }
}

private final class SimulatedLock: DiskLock {
    private let disk: SimulatedDisk
    private let path: String

    init(_ disk: SimulatedDisk, _ path: String) {
        self.disk = disk
        self.path = path
    }

    func release() { disk.with { $0.locks[path] = nil } }
}

private final class SimulatedFile: DiskFile {
    private let disk: SimulatedDisk
    private let node: SimulatedDisk.NodeID
    private let path: String

    init(_ disk: SimulatedDisk, _ node: SimulatedDisk.NodeID, _ path: String) {
        self.disk = disk
        self.node = node
        self.path = path
    }

    func size() throws(DiskError) -> Int64 { Int64(disk.with { $0.nodes[node]?.bytes.count ?? 0 }) }

    func read(at position: Int64, into target: UnsafeMutableRawBufferPointer) throws(DiskError) -> Int {
        let wanted = target.count
        let part = try disk.attempt { state throws(DiskError) -> [UInt8] in
            try state.read(path)
            guard let bytes = state.nodes[node]?.bytes, position < bytes.count else { return [] }
            return Array(bytes[Int(position)...].prefix(wanted))
        }
        target.copyBytes(from: part)
        return part.count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws(DiskError) {
        let new = Array(bytes)
        try disk.attempt { state throws(DiskError) in
            try state.change("write", path)
            let size = state.nodes[node]?.bytes.count ?? 0
            let end = Int(position) + new.count
            let free = state.capacity == .max ? .max : state.capacity - state.used
            guard Int64(end - size) <= free else {
                // As a real disk does: what fits is written.
                state.nodes[node]?.bytes += new.prefix(Int(max(0, free)))
                throw DiskError(.full, "write", path)
            }
            if size < end { state.nodes[node]?.bytes += [UInt8](repeating: 0, count: end - size) }
            state.nodes[node]?.bytes.replaceSubrange(Int(position)..<end, with: new)
        }
    }

    func truncate(to size: Int64) throws(DiskError) {
        try disk.attempt { state throws(DiskError) in
            try state.change("truncate", path)
            let old = state.nodes[node]?.bytes ?? []
            let padding = [UInt8](repeating: 0, count: max(0, Int(size) - old.count))
            state.nodes[node]?.bytes = Array(old.prefix(Int(size))) + padding
        }
    }

    func reserve(_ size: Int64) {
        disk.with { state in if state.keepsHistory { state.log.append("reserve \(size) \(path)") } }
    }

    func sync() throws(DiskError) {
        try disk.attempt { state throws(DiskError) in
            try state.change("sync", path)
            if let bytes = state.nodes[node]?.bytes { state.nodes[node]?.synced = bytes }
        }
    }

    func close() {}
}

extension String {
    fileprivate var parent: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }
}
