import CLinux
import Glibc
import NIOPosix

/// Hears what comes on a descriptor, on a thread of its own that lives as long as the process.
package enum DescriptorWatch {
    /// Calls `heard` for every byte, and once with nil at the end.
    package static func start(_ descriptor: Int32, _ heard: @escaping @Sendable (UInt8?) -> Void) {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        pool.submit { _ in
            var byte: UInt8 = 0
            while true {
                let count = read(descriptor, &byte, 1)
                if count == 1 { heard(byte) } else if count == 0 || errno != EINTR { return heard(nil) }
            }
        }
    }

    /// Catches SIGINT, SIGTERM and SIGHUP from now on and calls `heard` with the number of each; once per process.
    package static func startStopSignals(_ heard: @escaping @Sendable (Int32) -> Void) {
        let pipe = clinux_stop_signals()
        guard pipe >= 0 else { return }
        start(pipe) { if let byte = $0 { heard(Int32(byte)) } }
    }
}
