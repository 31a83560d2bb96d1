import Dashboard
import KafkaClient
import Synchronization
import Terminal

/// A message with the session that it comes from: what a cluster that is no longer shown still says is dropped.
struct SessionMessage: Sendable {
    let session: Int
    let message: Dashboard.Message
}

/// The clusters of one dashboard: the one being shown, and those left before, which are still being closed.
final class Sessions: Sendable {
    private let mailbox: Mailbox<SessionMessage>
    /// What the screen shows, for what is worked out ahead of it.
    let foresight = Foresight()
    private let state = Mutex(State())

    private struct State {
        var number = 0
        var shown: Session?
        /// Done when every session left so far has ended.
        var leaving: Task<Void, Never>?
    }

    init(mailbox: Mailbox<SessionMessage>) { self.mailbox = mailbox }

    /// Leaves the cluster being shown and watches another one.
    func show(_ cluster: ShownCluster) -> Session {
        let (mailbox, foresight) = (mailbox, foresight)
        return state.withLock { state in
            state.leaving = Self.leave(state)
            state.number += 1
            let number = state.number
            let session = Session(cluster, number: number) {
                mailbox.send(SessionMessage(session: number, message: foresight.foresee($0, at: WallClock.now())))
            }
            state.shown = session
            return session
        }
    }

    /// Asks a cluster how it does, for a session that shows another one or the same.
    func ask(_ cluster: ShownCluster, from session: Session) {
        let (mailbox, number) = (mailbox, session.number)
        Task {
            let outcome = await cluster.ask()
            mailbox.send(SessionMessage(session: number, message: .clusterAnswered(cluster.info.name, outcome)))
        }
    }

    /// Ends all; brokers that were started here have stopped afterwards.
    func end() async {
        let leaving = state.withLock { state in
            defer { state.shown = nil }
            return Self.leave(state)
        }
        await leaving?.value
    }

    private static func leave(_ state: borrowing State) -> Task<Void, Never>? {
        guard let shown = state.shown else { return state.leaving }
        let earlier = state.leaving
        return Task {
            await earlier?.value
            await shown.end()
        }
    }
}
