import ClusterInsight
import Dashboard
import KafkaProtocol
import TerminalUI

/// What a proof came to.
struct ProofReport: Sendable {
    static let claim = ProveScreen.claim

    let topic: String
    /// Milliseconds since 1970.
    let began: Timestamp
    let ended: Timestamp
    let counts: ProofChecker.Counts
    let findings: [String]
    let faults: [ProofFault]
    /// Whether the reader got to the end of the log, so that what it has not found is lost.
    let isComplete: Bool
    let lastError: String?

    /// The claim held, and there was something to hold it against.
    var holds: Bool { counts.holds && isComplete && counts.acknowledged > 0 }

    private var verdict: String {
        if !counts.holds { return "FALSE" }
        if counts.acknowledged == 0 { return "nothing was acknowledged: \(lastError ?? "no reason is known")" }
        return isComplete ? "true" : "undecided: the reader did not get to the end of the log"
    }

    /// A line for while it runs.
    static func progress(_ counts: ProofChecker.Counts, inFlight: Int, left: Duration) -> String {
        let seconds = Int(left / .seconds(1))
        return "acknowledged \(Format.grouped(counts.acknowledged))  read \(Format.grouped(counts.read))  in flight "
            + "\(Format.grouped(inFlight))  LOST \(counts.lost)  DUPLICATED \(counts.duplicated)  OUT OF ORDER "
            + "\(counts.outOfOrder)  CORRUPT \(counts.corrupt)  PHANTOM \(counts.phantom)  UNKNOWN \(counts.unknown)  "
            + "left \(seconds / 60)m\(seconds % 60)s"
    }

    func print(_ format: OutputFormat) {
        switch format {
        case .json: Console.line(json.text())
        case .table:
            for finding in findings { Console.line(finding) }
            for line in countsTable.lines { Console.line(line) }
            if !faults.isEmpty {
                Console.line("")
                for line in faultsTable.lines { Console.line(line) }
            }
            Console.line("")
            Console.line("\(Self.claim): \(verdict)")
        }
    }

    private var countsTable: Table {
        Table(
            [.text("what"), .number("count"), .text("note")],
            rows: [
                ["sent", Format.grouped(counts.sent), ""],
                ["acknowledged", Format.grouped(counts.acknowledged), ""],
                ["read", Format.grouped(counts.read), ""],
                ["LOST", Format.grouped(counts.lost), "acknowledged, never read"],
                ["DUPLICATED", Format.grouped(counts.duplicated), "one producer and sequence found twice"],
                ["OUT OF ORDER", Format.grouped(counts.outOfOrder), "within one partition and producer"],
                ["CORRUPT", Format.grouped(counts.corrupt), "checksum of the value differs"],
                ["PHANTOM", Format.grouped(counts.phantom), "read, never sent"],
                [
                    "UNKNOWN", Format.grouped(counts.unknown),
                    "no answer, so no promise: \(counts.unknownFound) found in the log, "
                        + "\(counts.unknown - counts.unknownFound) not",
                ],
            ])
    }

    private var faultsTable: Table {
        Table(
            [
                .text("fault"), .number("broker"), .number("writes stopped"), .number("partitions"),
                .number("without a leader"), .number("full ISR"),
            ],
            rows: faults.map { fault in
                [
                    fault.kind.rawValue, "\(fault.broker)", Self.seconds(fault.writesStopped),
                    "\(fault.partitionsStopped)", Self.seconds(fault.leaderless), Self.seconds(fault.untilInSync),
                ]
            })
    }

    private static func seconds(_ duration: Duration?) -> String {
        duration.map { Format.decimal($0 / .seconds(1), places: 2) + " s" } ?? Format.unknown
    }

    /// The report for programs.
    var json: JSON {
        [
            "claim": .string(Self.claim), "holds": .bool(holds), "verdict": .string(verdict), "topic": .string(topic),
            "milliseconds": .number(ended - began), "sent": .number(counts.sent),
            "acknowledged": .number(counts.acknowledged), "read": .number(counts.read), "lost": .number(counts.lost),
            "duplicated": .number(counts.duplicated), "outOfOrder": .number(counts.outOfOrder),
            "corrupt": .number(counts.corrupt), "phantom": .number(counts.phantom), "unknown": .number(counts.unknown),
            "unknownFound": .number(counts.unknownFound), "readToTheEnd": .bool(isComplete),
            "faults": .array(faults.map(Self.json)), "findings": .array(findings.map(JSON.string)),
        ]
    }

    private static func json(_ fault: ProofFault) -> JSON {
        func milliseconds(_ duration: Duration?) -> JSON { .number(duration.map { Int($0 / .milliseconds(1)) }) }
        return [
            "time": .number(fault.time), "fault": .string(fault.kind.rawValue), "broker": .number(fault.broker),
            "writesStoppedMs": milliseconds(fault.writesStopped),
            "partitionsStopped": .number(fault.partitionsStopped), "leaderlessMs": milliseconds(fault.leaderless),
            "fullIsrMs": milliseconds(fault.untilInSync),
        ]
    }
}
