import Glibc
import Simulation

// Sets and dictionaries are iterated in an order that is drawn anew for every process, unless this is set before it starts.
let hashing = "SWIFT_DETERMINISTIC_HASHING"
if getenv(hashing) == nil {
    setenv(hashing, "1", 1)
    execv("/proc/self/exe", CommandLine.unsafeArgv)
}

/// The words of the command line.
struct Order {
    var seeds: ClosedRange<UInt64> = 1...20
    var isTraced = false
    var planted: PlantedBug?
    var endsAtFirst = false

    static let usage = """
        simulate [SEED | FIRST-LAST] [--trace] [--first] [--planted BUG]

        Runs whole clusters of brokers in this process, each from one seed, under faults, and checks what they promise.
        --trace prints what happens; --first ends at the first failure; --planted puts a bug in: \
        \(PlantedBug.allCases.map(\.rawValue).joined(separator: ", ")).
        """

    init?(_ words: [String]) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--trace" {
                isTraced = true
            } else if word == "--first" {
                endsAtFirst = true
            } else if word == "--planted", let bug = rest.popFirst().flatMap(PlantedBug.init(rawValue:)) {
                planted = bug
            } else if let range = Self.range(word) {
                seeds = range
            } else {
                return nil
            }
        }
    }

    private static func range(_ word: String) -> ClosedRange<UInt64>? {
        let ends = word.split(separator: "-", maxSplits: 1).map { UInt64($0) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else { return nil }
        return first...last
    }
}

guard let order = Order(Array(CommandLine.arguments.dropFirst())) else {
    print(Order.usage)
    exit(2)
}
let began = ContinuousClock.now
var done = 0
var failed = 0
for seed in order.seeds {
    // Whoever reads this through a pipe sees each run when it ends.
    defer { fflush(nil) }
    let trace = order.isTraced ? Trace { print($0) } : Trace()
    let outcome = Simulation(seed: seed, trace: trace, planted: order.planted).run()
    let sum = String(outcome.digest, radix: 16)
    print(
        "seed \(seed): \(outcome.violation == nil ? "ok" : "FAILED"), \(outcome.time / 1_000) s in \(outcome.events) turns, "
            + "\(outcome.acknowledged) acknowledged, \(outcome.consumed) read, \(outcome.commits) commits, sum \(sum)")
    done += 1
    guard let violation = outcome.violation else { continue }
    failed += 1
    let planted = order.planted.map { " --planted \($0.rawValue)" } ?? ""
    print("  \(violation)\n  again, with all that happens: swift run -c release simulate \(seed)\(planted) --trace")
    if order.endsAtFirst { break }
}
let took = began.duration(to: .now)
let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
let rate = Int(Double(done) / seconds * 60)
print("\(done) seeds, \(failed) failed, \(rate) a minute")
exit(failed == 0 ? 0 : 1)
