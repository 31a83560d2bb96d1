/// Holds what clients ask of a broker that does not know the cluster yet.
///
/// What a start finds on disk is older than the cluster is, and may be empty: a client that is told that its topic does not
/// exist takes it for deleted and gives its records up. Kafka's brokers open their port to clients only when they have
/// caught up with the metadata; here it is the port of the quorum too, so that the first questions wait. Loop only.
package final class StartupGate {
    private var isOpen: Bool
    private var waiting: [() -> Void] = []

    package init(isOpen: Bool = false) { self.isOpen = isOpen }

    /// Hands a request on, now or when the gate opens; beyond the limit its connection is closed and comes again.
    func pass<R>(_ request: Request<R>, to handle: @escaping (Request<R>) -> Void) {
        if isOpen { return handle(request) }
        guard waiting.count < Limits.parkedRequests else { return request.close() }
        waiting.append { handle(request) }
    }

    /// Forgets who waits. See `BrokerNode.takeApart`.
    func takeApart() { waiting = [] }

    /// The broker has caught up: everybody is served from now on.
    func open() {
        guard !isOpen else { return }
        isOpen = true
        for body in waiting { body() }
        waiting = []
    }
}
