import ArgumentParser
import Dashboard
import KafkaClient
import KafkaProtocol

extension ReassignCommand {
    /// `klamm reassign execute`.
    struct Execute: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start the moves of a file; prints the present assignment, to go back with.",
            discussion: """
                With --throttle every broker that takes part copies at most so many bytes a second for these moves. The \
                throttle is removed by --wait, or by `klamm reassign verify FILE` once the moves have ended.
                """)
        @OptionGroup var options: ClientOptions
        @Argument(help: "The JSON file, or - for stdin.") var file: String
        @Option(help: "Bytes a second for each broker, such as 50MiB.") var throttle: ByteRate?
        @Flag(help: "Wait for the end of the moves, tell how far they are, and remove the throttle.") var wait = false
        @Option(help: "Stop waiting after so many seconds; the moves go on.") var waitTimeout: Double?

        func validate() throws {
            guard let waitTimeout else { return }
            guard wait else { throw ValidationError("--wait-timeout needs --wait.") }
            guard waitTimeout > 0, waitTimeout < 1e9 else { throw ValidationError("--wait-timeout must be above 0.") }
        }

        func run() async throws {
            let targets = try InputFile.read(file, PlanFile.read)
            var undoing: Undoing?
            let start = try await options.changing(
                "starting moves", ScreenChange.reassign(targets, throttle: throttle?.bytesPerSecond).summary,
                undo: { undoing },
                items: { Noted.items($0.moves) + Noted.items($0.throttle.filter { $0.value.isFailure }) }
            ) {
                let start = try await $0.startMoves(targets, throttle: throttle?.bytesPerSecond)
                let begun = targets.filter { start.moves[$0.key]?.isFailure == false }
                undoing = Undoing.moves(to: begun, from: start.before, throttle: throttle?.bytesPerSecond)
                return start
            }
            Console.line(PlanFile.json(start.before))
            let failed = start.throttle.filter { $0.value.isFailure }
            if start.moves.isEmpty, let error = ReassignCommand.report(failed, done: "", failed: "throttle not set") {
                Console.note("nothing is started; what was set is taken back")
                throw Failure.code(error)
            }
            _ = ReassignCommand.report(
                start.throttle, done: "throttle \(throttle?.description ?? "none")", failed: "throttle")
            for (partition, outcome) in start.moves.sorted(by: { $0.key < $1.key }) {
                guard case .failure(let error) = outcome else { continue }
                Console.note("klamm: \(partition): \(error)")
            }
            let started = targets.filter { start.moves[$0.key]?.isFailure == false }
            if !started.isEmpty {
                Console.note("\(started.count) partitions are moving or in place")
                if wait { try await waitForEnd(started, start.before) } else { remind() }
            }
            try Failure.check(start.moves)
        }

        private func remind() {
            guard throttle != nil else { return }
            Console.note("`klamm reassign verify \(file)` removes the throttle once the moves have ended")
        }

        private func waitForEnd(
            _ targets: [TopicPartition: [BrokerID]], _ before: [TopicPartition: [BrokerID]]
        ) async throws {
            let client = KafkaClient(try await options.configuration())
            do {
                let report = MoveReport()
                try await client.waitForMoves(
                    to: targets, from: before, limit: waitTimeout.map { .seconds($0) }
                ) { report.take($0) }
                report.end()
                var problem: ClientError?
                if throttle != nil {
                    problem = ReassignCommand.report(
                        try await client.removeThrottles(of: Set(targets.keys)), done: "throttle removed",
                        failed: "throttle not removed")
                }
                let states = try await ReassignCommand.states(client, of: targets)
                await client.close()
                for (partition, state) in states.sorted(by: { $0.key < $1.key }) where state != .done {
                    Console.note("klamm: \(partition): \(state.rawValue)")
                }
                if let problem { throw Failure.code(problem) }
                if states.values.contains(where: { $0 != .done }) { throw Failure.failed }
                Console.note("done")
            } catch {
                await client.close()
                if error is ClientError { remind() }
                throw error
            }
        }
    }
}
