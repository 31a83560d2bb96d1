import Glibc
import KafkaProtocol
import NIOCore

/// Asks one broker over the Kafka protocol which brokers are unfenced. It is a socket and one request, not a client:
/// while a cluster starts, a refused connection is an answer and must not be retried out of sight.
struct BrokerProbe {
    /// What a broker that answers sees of the cluster.
    struct View: Equatable {
        var clusterID: String
        var controller: BrokerID
        var unfenced: Set<BrokerID>
    }

    let host: String
    let port: Int

    /// Nil when the broker does not answer in time.
    func ask(within limit: Duration = LocalClusterLimits.probe) -> View? {
        // Version 0 lists unfenced brokers only.
        guard let response = exchange(DescribeClusterRequest(), within: limit), response.errorCode == .none else {
            return nil
        }
        return View(
            clusterID: response.clusterID, controller: response.controllerID,
            unfenced: Set(response.brokers.map(\.brokerID)))
    }

    /// The voters of the metadata quorum; nil when nobody can tell in time.
    func askForVoters(within limit: Duration = LocalClusterLimits.probe) -> Set<BrokerID>? {
        var request = DescribeQuorumRequest()
        request.topics = [NamedTopic(.metadataTopic, [.init()])]
        guard let answer = exchange(request, within: limit)?.topics.first?.partitions.first, answer.errorCode == .none
        else { return nil }
        return Set(answer.currentVoters.map(\.replicaID))
    }

    /// One request in its version 0 and its answer.
    private func exchange<R: KafkaRequest>(_ message: R, within limit: Duration) -> R.Response? {
        let deadline = ContinuousClock.now + limit
        guard let descriptor = connected(deadline) else { return nil }
        defer { close(descriptor) }
        guard
            let request = try? Frame.request(message, version: 0, correlationID: 1, clientID: "klamm-cluster"),
            send(request, descriptor, deadline), let frame = receive(descriptor, deadline)
        else { return nil }
        var buffer = frame
        guard buffer.readInteger(as: Int32.self) == 1 else { return nil }
        return try? Frame.readResponse(&buffer, to: R.self, version: 0)
    }

    private func connected(_ deadline: ContinuousClock.Instant) -> Int32? {
        guard var address = SocketAddress.ipv4(host: host, port: port) else { return nil }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { return nil }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        if status == 0
            || errno == EINPROGRESS && wait(descriptor, POLLOUT, deadline)
                && getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0
        {
            return descriptor
        }
        close(descriptor)
        return nil
    }

    private func send(_ frame: ByteBuffer, _ descriptor: Int32, _ deadline: ContinuousClock.Instant) -> Bool {
        var rest = frame.readableBytesView[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else {
                guard errno == EAGAIN || errno == EINTR, wait(descriptor, POLLOUT, deadline) else { return false }
            }
        }
        return true
    }

    private func receive(_ descriptor: Int32, _ deadline: ContinuousClock.Instant) -> ByteBuffer? {
        var received = ByteBuffer()
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            if let size = received.getInteger(at: received.readerIndex, as: Int32.self) {
                guard size > 0, size <= LocalClusterLimits.answer else { return nil }
                if received.readableBytes >= 4 + Int(size) {
                    return received.getSlice(at: received.readerIndex + 4, length: Int(size))
                }
            }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count > 0 {
                received.writeBytes(chunk[..<count])
            } else {
                guard count < 0, errno == EAGAIN || errno == EINTR, wait(descriptor, POLLIN, deadline) else {
                    return nil
                }
            }
        }
    }

    private func wait(_ descriptor: Int32, _ events: Int32, _ deadline: ContinuousClock.Instant) -> Bool {
        let left = deadline - .now
        guard left > .zero else { return false }
        var waiting = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return poll(&waiting, 1, Int32(left / .milliseconds(1)) + 1) > 0
    }
}
