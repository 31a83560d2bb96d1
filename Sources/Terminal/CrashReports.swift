import Glibc

/// Keeps the Swift runtime from asking questions on the terminal when the process crashes.
///
/// Its backtracer goes interactive on a terminal and waits 30 s for an answer; the settings are read when a process
/// starts, so that the only way to change them from inside is to start once more.
package enum CrashReports {
    private static let variable = "SWIFT_BACKTRACE"
    private static let settings = "interactive=no,color=no,output-to=stderr,threads=crashed,registers=none,images=none"

    /// Starts this program again with the settings, unless the environment has some already. Does not return when it
    /// works; call it before anything is open. The process keeps its number.
    package static func startAgainNonInteractive() {
        guard getenv(variable) == nil, setenv(variable, settings, 1) == 0 else { return }
        var arguments = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv("/proc/self/exe", arguments)
        for argument in arguments { free(argument) }
    }
}
