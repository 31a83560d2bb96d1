/// How fast something may go: tells how long to wait so that a rate is kept on average.
struct DemoPace {
    private var start: ContinuousClock.Instant
    private var done = 0
    private var perSecond: Double

    init(perSecond: Double, now: ContinuousClock.Instant) {
        self.perSecond = perSecond
        start = now
    }

    /// Changes the rate from now on.
    mutating func change(to perSecond: Double, now: ContinuousClock.Instant) {
        guard perSecond != self.perSecond else { return }
        self = DemoPace(perSecond: perSecond, now: now)
    }

    /// How many more may be done by now.
    func due(now: ContinuousClock.Instant) -> Int {
        let elapsed = start.duration(to: now) / .seconds(1)
        return max(0, Int(elapsed * perSecond) - done)
    }

    /// Counts what was done and gives the moment when the next may begin. Time lost by more than a second is not made
    /// up for, as a burst would hide what held things up.
    mutating func did(_ count: Int, now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        done += count
        let due = start + .seconds(Double(done) / perSecond)
        if due < now - .seconds(1) { self = DemoPace(perSecond: perSecond, now: now) }
        return max(due, now)
    }
}
