import Glibc

/// Where the parts of a bundled cluster lie. The directory is the cluster: any process can read and drive it.
package struct ClusterDirectory: Sendable, Hashable, CustomStringConvertible {
    package let path: String

    /// - Parameter path: absolute, or from the working directory on.
    package init(_ path: String) {
        if path.hasPrefix("/") {
            self.path = path
        } else if let working = getcwd(nil, 0) {
            self.path = String(cString: working) + "/" + path
            free(working)
        } else {
            self.path = path
        }
    }

    /// `$XDG_DATA_HOME/klamm`, else `~/.local/share/klamm` (XDG base directory specification).
    package static func standard(environment: (String) -> String? = Self.variable) -> ClusterDirectory {
        // The specification says that a relative path is to be ignored.
        if let data = environment("XDG_DATA_HOME"), data.hasPrefix("/") { return ClusterDirectory(data + "/klamm") }
        return ClusterDirectory((environment("HOME") ?? "/tmp") + "/.local/share/klamm")
    }

    package static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    package var description: String { path }
    /// The layout: who belongs to the cluster and on which ports.
    package var layoutFile: String { path + "/cluster.properties" }
    /// Held while a process changes the cluster.
    package var lockFile: String { path + "/lock" }

    package func brokerDirectory(_ id: Int32) -> String { "\(path)/broker-\(id)" }
    package func configFile(_ id: Int32) -> String { brokerDirectory(id) + "/server.properties" }
    package func dataDirectory(_ id: Int32) -> String { brokerDirectory(id) + "/data" }
    /// What the process tells of itself, see `SentBytes` of the broker.
    package func figuresFile(_ id: Int32) -> String { dataDirectory(id) + "/figures.properties" }
    package func logFile(_ id: Int32) -> String { brokerDirectory(id) + "/broker.log" }
    /// Which process was ended on purpose, and how.
    package func endingFile(_ id: Int32) -> String { brokerDirectory(id) + "/ending.properties" }
    package func pidFile(_ id: Int32) -> String { brokerDirectory(id) + "/broker.pid" }

    package var exists: Bool { access(layoutFile, F_OK) == 0 }

    /// Makes a directory and those above it.
    static func make(_ path: String) throws {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw LocalClusterError.system("cannot make the directory \(path)")
        }
        try make(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw LocalClusterError.system("cannot make the directory \(path)")
        }
    }

    /// Removes a file or a directory with all that is in it; symbolic links are removed, not followed.
    static func remove(_ path: String) throws {
        var info = stat()
        guard lstat(path, &info) == 0 else {
            if errno == ENOENT { return }
            throw LocalClusterError.system("cannot remove \(path)")
        }
        guard info.st_mode & S_IFMT == S_IFDIR else {
            guard unlink(path) == 0 else { throw LocalClusterError.system("cannot remove \(path)") }
            return
        }
        guard let handle = opendir(path) else { throw LocalClusterError.system("cannot remove \(path)") }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        closedir(handle)
        for name in names { try remove(path + "/" + name) }
        guard rmdir(path) == 0 else { throw LocalClusterError.system("cannot remove \(path)") }
    }
}
