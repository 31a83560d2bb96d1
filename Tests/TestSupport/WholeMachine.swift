/// Lets one demanding test run at a time: those that start whole clusters, and those that compute for seconds.
///
/// Tests of all suites run at once in one process; without this they would starve each other of the machine's few cores
/// until deadlines pass that have nothing to do with what is tested. A test's time limit counts its turn too: it has to be
/// longer than all of them take together.
package func wholeMachine<T: Sendable>(_ body: () async throws -> T) async rethrows -> T {
    await WholeMachine.shared.take()
    await calm()
    do {
        let value = try await body()
        await WholeMachine.shared.give()
        return value
    } catch {
        await WholeMachine.shared.give()
        throw error
    }
}

private actor WholeMachine {
    static let shared = WholeMachine()
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        guard isTaken else { return isTaken = true }
        await withCheckedContinuation { waiting.append($0) }
    }

    func give() {
        guard waiting.isEmpty else { return waiting.removeFirst().resume() }
        isTaken = false
    }
}
