import Glibc

/// A listener to which connections can be made, as the kernel accepts them for it, and that never says a word.
package final class SilentListener: Sendable {
    private let descriptor: Int32
    /// `127.0.0.1` and a port of its own.
    package let address: String

    /// - Parameter port: 0 lets the system choose.
    package init(port: Int = 0) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = UInt16(port).bigEndian
        place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let works = withUnsafeMutablePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        address = "127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
        guard works else { throw DeadlinePassed(description: "no socket to listen on: error \(errno)") }
    }

    deinit { close(descriptor) }

    /// An address that the kernel gave out and has back, so that it refuses.
    package static func refusingAddress() throws -> String { try SilentListener().address }
}
