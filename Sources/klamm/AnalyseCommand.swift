import ArgumentParser
import ClusterInsight
import Dashboard
import Glibc
import KafkaClient
import KafkaProtocol
import Synchronization
import Terminal
import TerminalUI

extension TopicsCommand {
    /// What a topic holds.
    struct Analyse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "analyse",
            abstract: "Read a whole topic and tell what it holds: keys, values, sizes, messages per hour.",
            discussion: "Ctrl-C ends the reading and prints what was found so far. Nothing is committed.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The topic.") var topic: String

        /// How long printing may take after a signal.
        private static let patience = Duration.seconds(5)

        func run() async throws {
            let client = KafkaClient(try await options.configuration())
            let signals = StopSignals(patience: Self.patience)
            let update: AnalysisUpdate
            do throws(Dashboard.Failure) {
                let report = AnalysisReport()
                var run = try await TopicAnalysisRun.begin(topic, client)
                await run.read(client, isStopped: { signals.number != nil }, tell: { report.take($0) })
                report.end()
                update = run.update(run.isDone ? .done : .stopped)
            } catch {
                await client.close()
                throw ClientError.invalid(error.text)
            }
            await client.close()
            print(update)
            if let number = signals.number { throw ExitCode(StopSignals.exitCode(number)) }
            guard update.state == .done else {
                Console.note("klamm: not read to the end: \(update.problem ?? "stopped")")
                throw Failure.failed
            }
            guard update.silent.isEmpty else {
                let names = update.silent.map(String.init).joined(separator: ", ")
                Console.note("klamm: not read: partitions \(names) have no leader or do not answer")
                throw Failure.failed
            }
        }

        private func print(_ update: AnalysisUpdate) {
            if options.output == .json { return Console.line(update.json.text()) }
            if update.state != .done { Console.note("klamm: only \(Format.progress(update.share)) was read") }
            let zone = Surroundings.settings.zone.zone(ofMachine: .machine)
            let tables = [
                update.figures.parts(zone), update.figures.all.sizes, update.figures.days(zone),
            ]
            Console.line(tables.map { $0.lines.joined(separator: "\n") }.joined(separator: "\n\n"))
        }
    }
}

/// Tells on stderr how far an analysis is: in place on a terminal, else now and then a line.
private final class AnalysisReport: Sendable {
    /// Between lines that go to a file.
    private static let pause: Int64 = 10_000
    private let told = Mutex<Timestamp?>(nil)
    private let isTerminal = isatty(STDERR_FILENO) == 1

    func take(_ update: AnalysisUpdate) {
        let isDue = told.withLock { told in
            if !isTerminal, let told, update.at - told < Self.pause { return false }
            told = update.at
            return true
        }
        guard isDue else { return }
        var parts = ["\(Format.progress(update.share))", "\(Format.count(update.figures.all.messages)) messages"]
        if let rate = update.rate { parts.append("\(Format.rate(rate))/s") }
        if let problem = update.problem { parts.append(problem) }
        let line = parts.joined(separator: "  ")
        if isTerminal { Console.progress(line) } else { Console.note(line) }
    }

    /// Leaves no line behind.
    func end() {
        if isTerminal, told.withLock({ $0 != nil }) { Console.progress("") }
    }
}

extension AnalysisFigures {
    /// The partitions as rows, all of them together first.
    fileprivate func parts(_ zone: LocalZone) -> Table {
        var table = Table([
            .text("partition"), .number("messages"), .number("first"), .number("last"), .text("earliest"),
            .text("latest"), .number("null keys"), .number("null values"), .number("keys"), .number("values"),
        ])
        func add(_ name: String, _ part: PartFigures) {
            func time(_ time: Timestamp?) -> String { time.map { Format.dayAndMinute($0, zone: zone) } ?? "-" }
            func unique(_ count: Int) -> String { count > 1 ? "~\(count)" : "\(count)" }
            table.add([
                name, "\(part.messages)", part.offsets.map { "\($0.lowerBound)" } ?? "-",
                part.offsets.map { "\($0.upperBound)" } ?? "-", time(part.times?.lowerBound),
                time(part.times?.upperBound), "\(part.keys.nulls)", "\(part.values.nulls)", unique(part.keys.unique),
                unique(part.values.unique),
            ])
        }
        add("all", all)
        for (partition, part) in partitions.sorted(by: { $0.key < $1.key }) { add("\(partition)", part) }
        if let others { add("others", others) }
        return table
    }

    /// Messages per hour of all partitions, a row for each day.
    fileprivate func days(_ zone: LocalZone) -> Table {
        let line = Array(Chart.sparkline(all.hours.map { Double($0) }, width: all.hours.count))
        return Table(
            [.text("24 hours from"), .text("messages per hour"), .number("messages")],
            rows: stride(from: 0, to: all.hours.count, by: 24).map { start in
                let hours = start..<min(start + 24, all.hours.count)
                let begin = Format.dayAndMinute(firstHour + Int64(start) * 3_600_000, zone: zone)
                return [begin, String(line[hours]), "\(all.hours[hours].reduce(0, +))"]
            })
    }
}

extension PartFigures {
    /// How large keys and values are, in bytes.
    fileprivate var sizes: Table {
        let shares = PayloadFigures.shares.map { "p" + Self.percent($0) }
        return Table(
            [.text("bytes of"), .number("min"), .number("mean")] + shares.map { .number($0) }
                + [.number("max"), .number("all")],
            rows: [("keys", keys), ("values", values)].map { name, figures in
                let percentiles =
                    figures.percentiles.isEmpty ? shares.map { _ in "-" } : figures.percentiles.map { "\($0)" }
                return [
                    name, figures.sizes.map { "\($0.lowerBound)" } ?? "-",
                    figures.mean.map { Format.decimal($0, places: 1) } ?? "-",
                ] + percentiles + [figures.sizes.map { "\($0.upperBound)" } ?? "-", "\(figures.bytes)"]
            })
    }

    /// `50`, `99.9`.
    fileprivate static func percent(_ share: Double) -> String {
        let percent = share * 100
        return Format.decimal(percent, places: percent == percent.rounded() ? 0 : 1)
    }

    fileprivate var json: [(String, JSON)] {
        [
            ("messages", .number(messages)), ("unreadableBatches", .number(damaged)),
            ("firstOffset", .number(offsets?.lowerBound)), ("lastOffset", .number(offsets?.upperBound)),
            ("earliest", .number(times?.lowerBound)), ("latest", .number(times?.upperBound)),
            ("keys", keys.json), ("values", values.json), ("perHour", .numbers(hours)),
            ("beforeFirstHour", .number(earlier)), ("afterLastHour", .number(later)),
        ]
    }
}

extension PayloadFigures {
    fileprivate var json: JSON {
        let names = Self.shares.map { "p" + PartFigures.percent($0) }
        return .object(
            [
                ("null", .number(nulls)), ("unique", .number(unique)), ("bytes", .number(bytes)),
                ("min", .number(sizes?.lowerBound)), ("mean", mean.map { .double($0) } ?? .null),
            ] + zip(names, percentiles).map { ($0, .number($1)) } + [("max", .number(sizes?.upperBound))])
    }
}

extension AnalysisUpdate {
    fileprivate var json: JSON {
        var pairs: [(String, JSON)] = [
            ("topic", .string(topic)), ("complete", .bool(state == .done && silent.isEmpty)), ("read", .double(share)),
            ("notRead", .numbers(silent)), ("uniqueError", .double(HyperLogLog.standardError)),
            ("firstHour", .number(figures.firstHour)), ("all", .object(figures.all.json)),
            (
                "partitions",
                .array(
                    figures.partitions.sorted { $0.key < $1.key }.map {
                        .object([("partition", .number($0.key))] + $0.value.json)
                    })
            ),
        ]
        if let others = figures.others { pairs.append(("others", .object(others.json))) }
        return .object(pairs)
    }
}
