import Broker
import DequeModule
import NIOCore

/// One connection: frames arrive in the order sent, answers come back in the order of the requests. A frame that is lost
/// takes everything behind it along, until a timeout ends the connection.
final class SimulatedConnection {
    private final class Exchange {
        let done: (Result<ByteBuffer, PeerError>) -> Void
        var timer: Broker.Scheduled?
        /// Present once the receiver has answered.
        var answer: ByteBuffer?

        init(_ done: @escaping (Result<ByteBuffer, PeerError>) -> Void) { self.done = done }
    }

    let number: Int
    private let sender: SimulatedProcess
    private let address: Int32
    private unowned let network: SimulatedNetwork
    /// The process at the other end, once something has arrived there.
    private weak var receiver: SimulatedProcess?
    /// Asked and not answered yet, as the sender sees it.
    private var pending: Deque<Exchange> = []
    /// Arrived and not answered yet, at the receiver.
    private var serving: Deque<Exchange> = []
    private var lastArrival: (there: Int64, back: Int64) = (0, 0)
    private var isStalled = (there: false, back: false)
    private(set) var isClosed = false

    /// - Parameter number: how many were made before, and this one.
    init(_ number: Int, from sender: SimulatedProcess, to address: Int32, in network: SimulatedNetwork) {
        self.number = number
        self.sender = sender
        self.address = address
        self.network = network
    }

    func isBetween(_ process: SimulatedProcess) -> Bool { sender === process || receiver === process }

    func send(_ frame: ByteBuffer, timeout: Int64, _ done: @escaping (Result<ByteBuffer, PeerError>) -> Void) {
        let exchange = Exchange(done)
        // A late answer would be mistaken for the next one's, so a timeout ends the connection.
        exchange.timer = sender.clock.schedule(after: timeout) { [self] in fail(.timedOut) }
        pending.append(exchange)
        transmitThere { [self] in arrive(frame, exchange) }
    }

    /// The other end, or this one, is dead. Word of it crosses the network unless the link is cut. Who does not hear it goes
    /// on sending, but a process that starts at the other end meanwhile has no part in this connection.
    func otherEndIsGone() {
        isStalled.there = true
        transmitBack { [self] in sender.run { [self] in fail(.disconnected) } }
    }

    // MARK: There

    private func transmitThere(_ arrived: @escaping () -> Void) {
        guard !isStalled.there else { return }
        guard let delay = network.delay(from: sender.id, to: address) else { return isStalled.there = true }
        let now = network.clock.now
        lastArrival.there = max(lastArrival.there, now + delay)
        network.clock.schedule(after: lastArrival.there - now) { [self] in
            guard !isClosed, !isStalled.there else { return }
            guard !network.cut.contains([sender.id, address]) else { return isStalled.there = true }
            arrived()
        }
    }

    private func arrive(_ frame: ByteBuffer, _ exchange: Exchange) {
        guard let (process, router) = network.receiver(at: address), receiver == nil || receiver === process else {
            return otherEndIsGone()
        }
        receiver = process
        process.run { [self] in
            serving.append(exchange)
            let outcome = router.route(
                frame, from: "/process-\(sender.id)",
                respond: { [self, unowned process] answer in answered(exchange, answer, by: process) },
                close: { [self] in otherEndIsGone() })
            if case .refused(let reason) = outcome {
                network.refused?(reason)
                otherEndIsGone()
            }
        }
    }

    // MARK: Back

    private func answered(_ exchange: Exchange, _ answer: ByteBuffer?, by process: SimulatedProcess) {
        guard process.isAlive, !isClosed, let answer, exchange.answer == nil else { return }
        exchange.answer = answer
        while let first = serving.first, let answer = first.answer {
            serving.removeFirst()
            transmitBack { [self] in sender.run { [self] in take(answer, first) } }
        }
    }

    private func transmitBack(_ arrived: @escaping () -> Void) {
        guard !isStalled.back else { return }
        guard let delay = network.delay(from: address, to: sender.id) else { return isStalled.back = true }
        let now = network.clock.now
        lastArrival.back = max(lastArrival.back, now + delay)
        network.clock.schedule(after: lastArrival.back - now) { [self] in
            guard !isClosed, !isStalled.back else { return }
            guard !network.cut.contains([address, sender.id]) else { return isStalled.back = true }
            arrived()
        }
    }

    private func take(_ answer: ByteBuffer, _ exchange: Exchange) {
        guard !isClosed, let first = pending.popFirst(), first === exchange else { return }
        first.timer?.cancel()
        first.done(.success(answer))
    }

    private func fail(_ error: PeerError) {
        guard !isClosed else { return }
        isClosed = true
        let waiting = pending
        pending.removeAll()
        serving.removeAll()
        for exchange in waiting {
            exchange.timer?.cancel()
            exchange.done(.failure(error))
        }
    }
}
