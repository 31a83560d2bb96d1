import Glibc

/// Looks for TCP ports that nobody listens on.
enum Ports {
    /// Free ports for `count` brokers, from `first` upwards; 0 takes any.
    static func free(_ count: Int, from first: Int, host: String, except taken: Set<Int> = []) throws -> [Int] {
        if first == 0 { return try anywhere(count, host: host) }
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

    /// Ports by chance, below those that the system gives to outgoing connections: one of these could take the port of a
    /// broker while that is down.
    private static func anywhere(_ count: Int, host: String) throws -> [Int] {
        let range = lowest..<(outgoing > lowest ? outgoing : 65_536)
        var found: Set<Int> = []
        for _ in 0..<tries where found.count < count {
            let port = Int.random(in: range)
            if try !found.contains(port) && isFree(port, host: host) { found.insert(port) }
        }
        guard found.count == count else { throw LocalClusterError(.conflict, "no free port on \(host)") }
        return found.sorted()
    }

    /// Below are those of well-known services.
    private static let lowest = 10_000
    /// Enough where nine of ten ports are taken.
    private static let tries = 1_000

    /// Where the ports of outgoing connections begin.
    static var outgoing: Int {
        let text = ProcessStatus.read("/proc/sys/net/ipv4/ip_local_port_range")
        return text?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } ?? 32_768
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
