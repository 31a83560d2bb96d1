import CLinux
import Glibc
import KafkaProtocol

/// A generated cluster in a process of its own, which ends with this one.
struct GeneratedProcess {
    let bootstrap: String
    private let pid: pid_t
    private let lifeline: Int32

    /// Starts one; nil when it cannot be started.
    init?(_ size: GeneratedCluster.Size) {
        var (input, output): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&input) == 0, pipe(&output) == 0 else { return nil }
        for end in input + output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let words = [
            "klamm", "generated-cluster", "--topics", "\(size.topics)", "--partitions", "\(size.partitions)",
            "--groups", "\(size.groups)",
        ]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for pointer in arguments { free(pointer) } }
        var pid: pid_t = 0
        let failure = clinux_spawn("/proc/self/exe", &arguments, input[0], output[1], &pid)
        close(input[0])
        close(output[1])
        defer { close(output[0]) }
        guard failure == 0, let line = Self.line(from: output[0]) else {
            close(input[1])
            return nil
        }
        bootstrap = line
        self.pid = pid
        lifeline = input[1]
    }

    private static func line(from descriptor: Int32) -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n"), bytes.count < 1_000 { bytes.append(byte) }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Lets a broker go, as a process that dies does.
    func stop(_ broker: BrokerID) {
        let digit = Array("\(broker)".utf8)
        _ = write(lifeline, digit, digit.count)
    }

    func stop() {
        close(lifeline)
        kill(pid, SIGTERM)
        waitpid(pid, nil, 0)
    }
}
