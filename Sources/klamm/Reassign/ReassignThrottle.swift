import ArgumentParser
import KafkaClient
import KafkaProtocol

extension ReassignCommand {
    /// `klamm reassign throttle`.
    struct Throttle: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set the throttle of the moves under way, or remove every throttle of the cluster.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "Bytes a second for each broker, such as 50MiB; none removes all throttles.")
        var rate: Rate

        enum Rate: ExpressibleByArgument {
            case none
            case limit(ByteRate)

            init?(argument: String) {
                if argument == "none" {
                    self = .none
                } else {
                    guard let rate = ByteRate(argument: argument) else { return nil }
                    self = .limit(rate)
                }
            }
        }

        func run() async throws {
            let words =
                switch rate {
                case .none: ScreenChange.removeThrottles.summary
                case .limit(let rate): ScreenChange.setThrottle(rate.bytesPerSecond).summary
                }
            var undoing: Undoing?
            let outcomes = try await options.changing("setting the throttle", words, undo: { undoing }) { client in
                let limit: Int64? = if case .limit(let rate) = rate { rate.bytesPerSecond } else { nil }
                undoing = (try? await client.throttles()).flatMap { Undoing.throttle(from: $0, to: limit) }
                return switch rate {
                case .none: try await client.removeThrottles(of: nil)
                case .limit(let rate): try await client.throttleMoves(rate: rate.bytesPerSecond)
                }
            }
            if outcomes.isEmpty { Console.note("no throttle is set") }
            try options.output.printOutcomes(outcomes, title: "resource", name: \.description) { _ in
                switch rate {
                case .none: "throttle removed"
                case .limit(let rate): "throttle \(rate)"
                }
            }
        }
    }
}
