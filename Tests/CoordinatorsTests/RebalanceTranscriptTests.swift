import Coordinators
import KafkaProtocol
import Testing

/// Rebalances as conversations: `>` is a request, `<` its answer. Members are written `client#number`.
@Suite struct RebalanceTranscriptTests {
    @Test func aMemberJoinsAnEmptyGroup() {
        let script = CoordinatorScript()
        let a = script.enter("a")
        script.sync("a", a.id, generation: 1, assignments: [a.id: "t-0 t-1"])
        script.heartbeat("a", a.id, generation: 1)
        #expect(
            script.text == """
                a > Join anew
                a < MEMBER_ID_REQUIRED a#1
                a > Join a#1
                a < generation 1, range, leads of a#1
                a > Sync generation 1 with assignments
                a < assigned 't-0 t-1'
                a > Heartbeat generation 1
                a < NONE
                """)
        #expect(script.state() == "Stable")
    }

    @Test func aSecondMemberMakesTheFirstJoinAgain() {
        let script = CoordinatorScript()
        let a = script.enter("a")
        script.sync("a", a.id, generation: 1, assignments: [a.id: "t-0 t-1"])
        let b = script.enter("b")
        script.heartbeat("a", a.id, generation: 1)
        script.join("a", id: a.id)
        script.sync("b", b.id, generation: 2)
        script.sync("a", a.id, generation: 2, assignments: [a.id: "t-0", b.id: "t-1"])
        #expect(
            script.text == """
                a > Join anew
                a < MEMBER_ID_REQUIRED a#1
                a > Join a#1
                a < generation 1, range, leads of a#1
                a > Sync generation 1 with assignments
                a < assigned 't-0 t-1'
                b > Join anew
                b < MEMBER_ID_REQUIRED b#3
                b > Join b#3
                a > Heartbeat generation 1
                a < REBALANCE_IN_PROGRESS
                a > Join a#1
                a < generation 2, range, leads of a#1 b#3
                b < generation 2, range, follows a#1
                b > Sync generation 2
                a > Sync generation 2 with assignments
                a < assigned 't-0'
                b < assigned 't-1'
                """)
    }

    @Test func aMemberThatFallsSilentIsRemovedAndTheOthersShare() {
        let script = CoordinatorScript()
        let (a, b) = Self.pair(script)
        script.note("-- b falls silent")
        script.advance(6_000)
        script.heartbeat("a", a, generation: 2)
        script.advance(5_000)
        script.heartbeat("a", a, generation: 2)
        script.join("a", id: a)
        script.sync("a", a, generation: 3, assignments: [a: "t-0 t-1"])
        script.heartbeat("b", b, generation: 2)
        #expect(
            Self.after("-- b falls silent", script) == """
                a > Heartbeat generation 2
                a < NONE
                a > Heartbeat generation 2
                a < REBALANCE_IN_PROGRESS
                a > Join a#1
                a < generation 3, range, leads of a#1
                a > Sync generation 3 with assignments
                a < assigned 't-0 t-1'
                b > Heartbeat generation 2
                b < UNKNOWN_MEMBER_ID
                """)
    }

    @Test func theLeaderLeavesAndAFollowerLeads() {
        let script = CoordinatorScript()
        let (a, b) = Self.pair(script)
        script.note("-- a leaves")
        script.leave("a", [.init(memberID: a)])
        script.heartbeat("b", b, generation: 2)
        script.join("b", id: b)
        script.sync("b", b, generation: 3, assignments: [b: "t-0 t-1"])
        script.leave("b", [.init(memberID: b)])
        #expect(
            Self.after("-- a leaves", script) == """
                a > Leave a#1
                a < NONE
                b > Heartbeat generation 2
                b < REBALANCE_IN_PROGRESS
                b > Join b#3
                b < generation 3, range, leads of b#3
                b > Sync generation 3 with assignments
                b < assigned 't-0 t-1'
                b > Leave b#3
                b < NONE
                """)
        #expect(script.state() == "Empty")
    }

    @Test func aStaticMemberComesBackWithoutARebalance() {
        let script = CoordinatorScript()
        let first = script.join("a", instance: "i")
        let old = script.joined(first)?.memberID ?? ""
        script.sync("a", old, generation: 1, instance: "i", assignments: [old: "t-0"])
        script.note("-- a restarts")
        let back = script.join("a", instance: "i")
        let new = script.joined(back)?.memberID ?? ""
        script.sync("a", new, generation: 1, instance: "i")
        script.heartbeat("a", old, generation: 1, instance: "i")
        #expect(
            Self.after("-- a restarts", script) == """
                a > Join [i] anew
                a < generation 1, range, leads, keeps the assignment of i#2
                a > Sync generation 1
                a < assigned 't-0'
                a > Heartbeat generation 1
                a < FENCED_INSTANCE_ID
                """)
    }

    @Test func theAssignmentSurvivesANewCoordinator() {
        let script = CoordinatorScript()
        let (a, b) = Self.pair(script)
        script.note("-- the broker dies")
        script.reload()
        script.heartbeat("a", a, generation: 2)
        script.heartbeat("b", b, generation: 2)
        script.sync("b", b, generation: 2)
        #expect(
            Self.after("-- loaded from the log", script) == """
                a > Heartbeat generation 2
                a < NONE
                b > Heartbeat generation 2
                b < NONE
                b > Sync generation 2
                b < assigned 't-1'
                """)
    }

    /// A Stable group of a and b in generation 2.
    static func pair(_ script: CoordinatorScript) -> (String, String) {
        let a = script.enter("a")
        script.sync("a", a.id, generation: 1, assignments: [a.id: "t-0 t-1"])
        let b = script.enter("b")
        script.join("a", id: a.id)
        script.sync("b", b.id, generation: 2)
        script.sync("a", a.id, generation: 2, assignments: [a.id: "t-0", b.id: "t-1"])
        return (a.id, b.id)
    }

    static func after(_ mark: String, _ script: CoordinatorScript) -> String {
        guard let index = script.transcript.firstIndex(of: mark) else { return "" }
        return script.transcript[(index + 1)...].joined(separator: "\n")
    }
}
