import Glibc

/// Looks for TCP ports that nobody listens on.
enum Ports {
    /// Free ports for `count` brokers, from `first` upwards; 0 lets the system choose each.
    static func free(_ count: Int, from first: Int, host: String, except taken: Set<Int> = []) throws -> [Int] {
        if first == 0 { return try chosenBySystem(count, host: host) }
        var found: [Int] = []
        var port = first
        while found.count < count {
            guard port <= 65535 else {
                throw LocalClusterError(.conflict, "there are not \(count) free ports from \(first) up")
            }
            if !taken.contains(port), try isFree(port, host: host) { found.append(port) }
            port += 1
        }
        return found
    }

    /// Whether a broker could bind the port now.
    static func isFree(_ port: Int, host: String) throws -> Bool {
        let descriptor = try bound(port, host: host)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }

    private static func chosenBySystem(_ count: Int, host: String) throws -> [Int] {
        // All stay bound until the last is known, or the same port could come twice.
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        return try (0..<count).map { _ in
            let descriptor = try bound(0, host: host)
            guard descriptor >= 0 else { throw LocalClusterError.system("no free port on \(host)") }
            descriptors.append(descriptor)
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
            }
            guard status == 0 else { throw LocalClusterError.system("no free port on \(host)") }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }

    /// A bound socket; −1 when the port is taken.
    private static func bound(_ port: Int, host: String) throws -> Int32 {
        guard var address = SocketAddress.ipv4(host: host, port: port) else {
            throw LocalClusterError(.conflict, "\(host) is not an IPv4 address")
        }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw LocalClusterError.system("cannot open a socket") }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // SO_REUSEADDR lets two sockets bind as long as neither listens; listening is what shows a conflict.
        if status == 0, listen(descriptor, 1) == 0 { return descriptor }
        let code = errno
        close(descriptor)
        if code == EADDRINUSE { return -1 }
        throw LocalClusterError.system("cannot listen on \(host):\(port)", code)
    }
}

/// Addresses as the socket calls want them.
enum SocketAddress {
    static func ipv4(host: String, port: Int) -> sockaddr_in? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard let narrow = UInt16(exactly: port), inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
        address.sin_port = narrow.bigEndian
        return address
    }
}
