import Testing

@testable import Terminal

/// Keys are answered soon after any frame; what comes by itself waits its turn.
@Suite struct FramePaceTests {
    private let start = ContinuousClock.now

    @Test func theFirstFrameIsDueAndNothingAfterItUntilSomethingChanges() {
        var pace = FramePace()
        #expect(pace.pause(now: start) == .zero)
        pace.drew(at: start)
        #expect(pace.pause(now: start) == nil)
        pace.changed()
        #expect(pace.pause(now: start + .milliseconds(3)) == .milliseconds(30))
        #expect(pace.pause(now: start + FramePace.usual) == .zero)
    }

    @Test func aKeyDoesNotWaitForThePauseOfWhatCameByItself() {
        var pace = FramePace()
        pace.drew(at: start)
        pace.changed()
        pace.changed(byKey: true)
        // What comes after the key takes nothing from it.
        pace.changed()
        #expect(pace.pause(now: start) == FramePace.forKeys)
        #expect(pace.pause(now: start + FramePace.forKeys) == .zero)
        pace.drew(at: start + FramePace.forKeys)
        #expect(pace.pause(now: start + .seconds(1)) == nil)
    }
}
