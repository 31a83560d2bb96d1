import Foundation

/// The operations of a disk at which a test that costs much cuts a course of `count` operations short: every `stride`-th,
/// beginning anywhere, so that many runs see all of them.
///
/// `KLAMM_CRASH_POINTS=all` takes every one, `KLAMM_CRASH_POINTS=17` the one that a failure has named.
package func crashPoints(of count: Int, each stride: Int) -> [Int] {
    switch ProcessInfo.processInfo.environment["KLAMM_CRASH_POINTS"] {
    case "all": Array(1...count)
    case let one?: [Int(one)].compactMap { $0 }.filter { (1...count).contains($0) }
    case nil: Array(Swift.stride(from: Int.random(in: 1...stride), through: count, by: stride))
    }
}
