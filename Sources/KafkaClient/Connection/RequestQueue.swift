import DequeModule

/// Which requests of a connection wait for a place, and which for an answer: numbers them, bounds them, and matches
/// answers by correlation id. Pure; `Token` is whatever the connection needs to finish a request.
struct RequestQueue<Token> {
    /// A request that was sent. Its place is taken until the answer comes, also when nobody waits for that any more.
    private struct Sent {
        var ticket: Int
        var token: Token?
    }

    /// What an answer is for.
    enum Answer {
        case request(Token)
        /// Whoever asked has given up.
        case abandoned
        /// Nobody asked.
        case nothing
    }

    private var inFlight: [Int32: Sent] = [:]
    private var waiting: Deque<(ticket: Int, token: Token)> = []
    private var nextID: Int32 = 0
    private var nextTicket = 0
    private let mostInFlight: Int
    private let mostWaiting: Int

    init(inFlight: Int = ClientLimits.inFlight, waiting: Int = ClientLimits.queued) {
        mostInFlight = inFlight
        mostWaiting = waiting
    }

    var isEmpty: Bool { inFlight.isEmpty && waiting.isEmpty }
    /// Whether the broker owes an answer.
    var isAnswerOwed: Bool { !inFlight.isEmpty }

    /// Takes a request in and gives it a ticket; nil when there is no room to remember it.
    mutating func enqueue(_ token: Token) -> Int? {
        guard waiting.count < mostWaiting else { return nil }
        nextTicket += 1
        waiting.append((nextTicket, token))
        return nextTicket
    }

    /// The next request to send with its correlation id; nil while enough are in flight.
    ///
    /// - Parameter expectsAnswer: false for a request that is finished once it is written.
    mutating func next(expectsAnswer: (Token) -> Bool) -> (id: Int32, token: Token)? {
        guard inFlight.count < mostInFlight, let (ticket, token) = waiting.popFirst() else { return nil }
        let id = nextID
        nextID = nextID == .max ? 0 : nextID + 1
        if expectsAnswer(token) { inFlight[id] = Sent(ticket: ticket, token: token) }
        return (id, token)
    }

    /// The request that an answer is for.
    mutating func answered(_ id: Int32) -> Answer {
        guard let sent = inFlight.removeValue(forKey: id) else { return .nothing }
        return sent.token.map { .request($0) } ?? .abandoned
    }

    /// Gives a request up: one that has not been sent never is; the answer to one that has is passed over when it comes.
    ///
    /// - Returns: the request, nil when it is finished already.
    mutating func abandon(_ ticket: Int) -> Token? {
        if let index = waiting.firstIndex(where: { $0.ticket == ticket }) {
            return waiting.remove(at: index).token
        }
        guard let id = inFlight.first(where: { $0.value.ticket == ticket })?.key, let token = inFlight[id]?.token else {
            return nil
        }
        inFlight[id]?.token = nil
        return token
    }

    /// Everything that will not be answered any more, oldest first.
    mutating func drain() -> [Token] {
        let rest = inFlight.sorted { $0.key < $1.key }.compactMap(\.value.token) + waiting.map(\.token)
        inFlight = [:]
        waiting = []
        return rest
    }
}
