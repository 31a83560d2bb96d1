import CLinux
import Glibc

/// Runs the commands of alerts, each by a shell of its own that has no terminal. One that hangs is ended; nobody waits for
/// any of them.
package actor HookRunner {
    private var running: Set<String> = []
    private let limit: Duration

    /// A runner.
    ///
    /// - Parameter limit: how long a command may take.
    package init(limit: Duration = .seconds(30)) { self.limit = limit }

    /// Runs a command to its end.
    ///
    /// - Returns: what went wrong, in words; nil when it ended well.
    package func run(_ hook: Hook) async -> String? {
        guard !running.contains(hook.name) else { return "its command of before still runs" }
        guard running.count < DashboardLimits.hooks else { return "\(running.count) other commands still run" }
        running.insert(hook.name)
        defer { running.remove(hook.name) }
        guard let pid = Self.spawn(hook) else { return "no shell can be started" }
        let deadline = ContinuousClock.now + limit
        var status: Int32 = 0
        // A child is waited for without holding a thread.
        while waitpid(pid, &status, WNOHANG) == 0 {
            guard ContinuousClock.now < deadline else {
                kill(-pid, SIGKILL)
                kill(pid, SIGKILL)
                while waitpid(pid, &status, WNOHANG) == 0 { try? await Task.sleep(for: .milliseconds(10)) }
                return "its command did not end in \(limit.components.seconds) s and was killed"
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        if status & 0x7f != 0 { return "its command ended by signal \(status & 0x7f)" }
        let code = (status >> 8) & 0xff
        return code == 0 ? nil : "its command ended with \(code)"
    }

    /// Facts are arguments of the shell, which puts them into its environment: nothing in them is read as a command.
    private static func spawn(_ hook: Hook) -> pid_t? {
        let exports = hook.facts.enumerated().map { "export \($0.element.name)=\"${\($0.offset + 1)}\"; " }.joined()
        let script = exports + "set --; eval \"$0\""
        let arguments = ["sh", "-c", script, hook.command] + hook.facts.map { $0.value.filter { $0 != "\0" } }
        let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
        guard nowhere >= 0 else { return nil }
        defer { close(nowhere) }
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        var pid: pid_t = 0
        return clinux_spawn("/bin/sh", pointers, -1, nowhere, &pid) == 0 ? pid : nil
    }
}
