import CNcurses
import Synchronization

/// Messages for the screen from any thread. Sending never waits.
package final class Mailbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var dropped = 0
    }

    private let state = Mutex(State())
    /// Wakes the loop; −1 when the system gave none, then the loop looks by itself.
    let descriptor: Int32

    /// More than a screen can use between two frames; when it is full the oldest half goes, as newer snapshots
    /// replace older ones.
    package static var capacity: Int { 8192 }

    package init() {
        descriptor = cn_wake_open()
    }

    deinit {
        closeDescriptor(descriptor)
    }

    package func send(_ message: Message) {
        state.withLock { state in
            if state.messages.count >= Self.capacity {
                state.messages.removeFirst(Self.capacity / 2)
                state.dropped += Self.capacity / 2
            }
            state.messages.append(message)
        }
        if descriptor >= 0 { cn_wake(descriptor) }
    }

    /// Messages lost because the screen did not take them.
    package var dropped: Int { state.withLock { $0.dropped } }

    /// Everything sent since the last call, in order.
    func take() -> [Message] {
        if descriptor >= 0 { cn_wake_clear(descriptor) }
        return state.withLock { state in
            defer { state.messages = [] }
            return state.messages
        }
    }
}
