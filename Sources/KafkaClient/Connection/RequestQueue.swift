import DequeModule

/// Which requests of a connection wait for a place, and which for an answer: numbers them, bounds them, and matches
/// answers by correlation id. Pure; `Token` is whatever the connection needs to finish a request.
struct RequestQueue<Token> {
    private(set) var inFlight: [Int32: Token] = [:]
    private var waiting: Deque<Token> = []
    private var nextID: Int32 = 0
    private let mostInFlight: Int
    private let mostWaiting: Int

    init(inFlight: Int = ClientLimits.inFlight, waiting: Int = ClientLimits.queued) {
        mostInFlight = inFlight
        mostWaiting = waiting
    }

    var isEmpty: Bool { inFlight.isEmpty && waiting.isEmpty }

    /// Takes a request in; false when there is no room to remember it.
    mutating func enqueue(_ token: Token) -> Bool {
        guard waiting.count < mostWaiting else { return false }
        waiting.append(token)
        return true
    }

    /// The next request to send with its correlation id; nil while enough are in flight.
    ///
    /// - Parameter expectsAnswer: false for a request that is finished once it is written.
    mutating func next(expectsAnswer: (Token) -> Bool) -> (id: Int32, token: Token)? {
        guard inFlight.count < mostInFlight, let token = waiting.popFirst() else { return nil }
        let id = nextID
        nextID = nextID == .max ? 0 : nextID + 1
        if expectsAnswer(token) { inFlight[id] = token }
        return (id, token)
    }

    /// The request that an answer is for; nil when nobody asked.
    mutating func answered(_ id: Int32) -> Token? { inFlight.removeValue(forKey: id) }

    /// Everything that will not be answered any more, oldest first.
    mutating func drain() -> [Token] {
        let rest = inFlight.sorted { $0.key < $1.key }.map(\.value) + waiting
        inFlight = [:]
        waiting = []
        return rest
    }
}
