import ArgumentParser
import Glibc
import KafkaClient
import LocalCluster
import Terminal

/// How commands end.
enum Failure {
    static let failed = ExitCode(1)
    static let usage = ExitCode(2)
    static let unreachable = ExitCode(3)

    /// Tells of an error on stderr and ends the process with the code for it.
    static func exit(_ error: any Error) -> Never {
        switch error {
        case let code as ExitCode: Glibc.exit(code.rawValue)
        case let error as ClientError:
            Console.note("klamm: \(error)")
            if case .nobodyThere = error {
                Console.note("`klamm cluster start` starts a bundled cluster; --bootstrap-server names other brokers")
            }
            Glibc.exit(code(error).rawValue)
        case let error as TerminalError:
            Console.note("klamm: \(error)")
            Glibc.exit(error.exitCode)
        case let error as UnknownCommand:
            Console.note("klamm: \(error)")
            Glibc.exit(usage.rawValue)
        // Found while the command ran, which its options alone did not tell.
        case let error as ValidationError:
            Console.note("klamm: \(error.message)")
            Glibc.exit(usage.rawValue)
        default: break
        }
        guard Klamm.exitCode(for: error) == .validationFailure else {
            // Help and version are errors to the parser, and successes to a person.
            if Klamm.exitCode(for: error) == .success { Klamm.exit(withError: error) }
            Console.note("klamm: \(error)")
            Glibc.exit(failed.rawValue)
        }
        Console.note(Klamm.fullMessage(for: error))
        Glibc.exit(usage.rawValue)
    }

    /// Names what failed on stderr, and fails the command when something did.
    static func report<Item: Hashable, Value>(_ outcomes: Outcomes<Item, Value>) throws {
        for (name, outcome) in outcomes.map({ ("\($0.key)", $0.value) }).sorted(by: { $0.0 < $1.0 }) {
            guard case .failure(let error) = outcome else { continue }
            Console.note("klamm: \(name): \(error)")
        }
        try check(outcomes)
    }

    /// Says which brokers did not start, and fails the command when some did not.
    static func report(_ failures: [StartFailure]) throws {
        for failure in failures { Console.note("klamm: \(failure)") }
        if !failures.isEmpty { throw failed }
    }

    /// Fails the command when something failed: nobody was reachable only when nothing was done.
    static func check<Item: Hashable, Value>(_ outcomes: Outcomes<Item, Value>) throws {
        let codes = outcomes.values.compactMap { outcome -> ExitCode? in
            guard case .failure(let error) = outcome else { return nil }
            return code(error)
        }
        guard !codes.isEmpty else { return }
        throw codes.count == outcomes.count && !codes.contains(failed) ? unreachable : failed
    }

    static func code(_ error: ClientError) -> ExitCode {
        switch error {
        case .unreachable, .nobodyThere, .disconnected, .timedOut: unreachable
        default: failed
        }
    }
}

extension Result where Failure == ClientError {
    /// The value; an error of a broker that says no more than its name is told with what it is about.
    func get(of what: String) throws -> Success {
        try mapError { error in
            guard case .broker(let code, let message) = error, message?.isEmpty ?? true else { return error }
            return .broker(code, what)
        }.get()
    }
}
