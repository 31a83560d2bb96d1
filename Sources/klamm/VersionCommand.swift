import ArgumentParser
import KafkaClient

/// `klamm version`, which `klamm --version` says too: what runs here, in one line, for reports and scripts.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Say which version this is, of which Swift, for which platform.")

    func run() { print(Self.line) }

    /// `klamm 1.0, Swift 6.3, Linux x86_64`; a build that is not optimized says so, as it is many times slower.
    static var line: String {
        var parts = ["\(SoftwareVersion.name) \(SoftwareVersion.number)", "Swift \(compiler)", platform]
        #if DEBUG
            parts.append("debug build")
        #endif
        return parts.joined(separator: ", ")
    }

    /// The compiler is only known by what it is at least.
    private static var compiler: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #elseif compiler(>=6.2)
            "6.2"
        #else
            "6.1"
        #endif
    }

    private static var platform: String {
        #if os(Linux)
            let system = "Linux"
        #else
            let system = "unknown system"
        #endif
        #if arch(x86_64)
            return system + " x86_64"
        #elseif arch(arm64)
            return system + " aarch64"
        #else
            return system
        #endif
    }
}
