import Synchronization
import TestSupport

/// The one source of chance in a simulation, shared by all that draw from it.
package final class Dice {
    package var generator: SeededGenerator

    package init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    package func roll(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &generator) }

    package func index(below count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    /// Whether something happens that does so `perMille` times in a thousand.
    package func chance(_ perMille: Int) -> Bool {
        perMille > 0 && Int.random(in: 0..<1000, using: &generator) < perMille
    }

    package func pick<T>(_ choices: [T]) -> T { choices[index(below: choices.count)] }

    package func shuffled<T>(_ items: [T]) -> [T] { items.shuffled(using: &generator) }

    /// A generator for somebody who must own one. All copies of it draw from the same row of numbers, as those of the
    /// system's generator do.
    package func fork() -> SharedGenerator { SharedGenerator(seed: generator.next()) }
}

/// A seeded generator whose copies never give the same numbers.
package final class SharedGenerator: RandomNumberGenerator, Sendable {
    private let state: Mutex<SeededGenerator>

    init(seed: UInt64) { state = Mutex(SeededGenerator(seed: seed)) }

    package func next() -> UInt64 { state.withLock { $0.next() } }
}
