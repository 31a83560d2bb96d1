import Glibc

/// Holds a cluster's lock file while the cluster is changed; the kernel lets go of it with the process.
struct DirectoryLock: ~Copyable {
    private let descriptor: Int32

    /// Waits for another process that holds it, up to a limit.
    init(_ directory: ClusterDirectory, within limit: Duration = LocalClusterLimits.locking) throws {
        try ClusterDirectory.make(directory.path)
        let opened = open(directory.lockFile, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw LocalClusterError.system("cannot open \(directory.lockFile)") }
        let deadline = ContinuousClock.now + limit
        while flock(opened, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                let error = LocalClusterError.system("cannot lock \(directory.lockFile)")
                close(opened)
                throw error
            }
            guard ContinuousClock.now < deadline else {
                close(opened)
                throw LocalClusterError(.inUse, "\(directory) is being changed by another klamm process")
            }
            usleep(20_000)
        }
        descriptor = opened
    }

    deinit { close(descriptor) }
}
