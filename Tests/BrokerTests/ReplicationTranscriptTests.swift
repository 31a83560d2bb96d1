import TestSupport
import Testing

/// Replication as a text to be read: `>` lines are what is done, the others what the replicas of one partition say and do,
/// and what the controller decides. Brokers 4, 5 and 6 hold the partition; see `ReplicationScript`.
@Suite("Replication transcripts") struct ReplicationTranscriptTests {
    /// Followers fetch from their log's end, and by that tell the leader what they hold; what all in-sync replicas hold is
    /// committed, and the next answers tell the followers so. A follower that falls behind holds the high watermark back until
    /// the leader has it taken out of the in-sync set, and is proposed again when it has caught up.
    @Test("Fetch, high watermark, in-sync set") func aReplicaThatFallsBehindLeavesTheInSyncSetAndComesBack() throws {
        let script = """
            > produce 4 a b
                4 appends 0..<2 in epoch 0
            4 → 5: 0..<2 of epoch 0, high watermark 0
                5 appends 0..<2 in epoch 0
            5 → 4: fetch from 2, after epoch 0, in epoch 0
            4 → 6: 0..<2 of epoch 0, high watermark 0
                6 appends 0..<2 in epoch 0
            6 → 4: fetch from 2, after epoch 0, in epoch 0
                4 has high watermark 2
            4 → 5: nothing new, high watermark 2
                5 has high watermark 2
            4 → 6: nothing new, high watermark 2
                6 has high watermark 2
            4 → client: stored at 0
            > produce 4 c
                4 appends 2..<3 in epoch 0
            4 → 5: 2..<3 of epoch 0, high watermark 2
                5 appends 2..<3 in epoch 0
            5 → 4: fetch from 3, after epoch 0, in epoch 0
            4 → 6: 2..<3 of epoch 0, high watermark 2
                6 appends 2..<3 in epoch 0
            6 → 4: fetch from 3, after epoch 0, in epoch 0
                4 has high watermark 3
            4 → 5: nothing new, high watermark 3
                5 has high watermark 3
            4 → 6: nothing new, high watermark 3
                6 has high watermark 3
            4 → client: stored at 2
            > cut 6 4
            > produce 4 d
                4 appends 3..<4 in epoch 0
            4 → 5: 3..<4 of epoch 0, high watermark 3
                5 appends 3..<4 in epoch 0
            5 → 4: fetch from 4, after epoch 0, in epoch 0
            4 → 5: nothing new, high watermark 3
            4 → client: REQUEST_TIMED_OUT (7)
            > wait
            4 → controller: ISR [4, 5]?
                decided: epoch 0, leader 4, ISR [4, 5]
                4 has high watermark 4
            4 → 5: nothing new, high watermark 4
                5 has high watermark 4
            > heal
            > wait
            4 → 6: 3..<4 of epoch 0, high watermark 4
                6 appends 3..<4 in epoch 0
                6 has high watermark 4
            6 → 4: fetch from 4, after epoch 0, in epoch 0
            4 → controller: ISR [4, 5, 6]?
                decided: epoch 0, leader 4, ISR [4, 5, 6]
            4 → 6: nothing new, high watermark 4
            """
        #expect(try ReplicationScript.play(script) == script)
    }

    /// A leader that is cut off goes on taking what needs no other replica. The others have a new leader by then, whose epoch
    /// begins at another offset: when the old one is back, its fetch names the epoch of its last record, is told where that
    /// epoch ends, truncates, and copies what was stored instead. It leads again after an election of preferred leaders.
    @Test("Leader epochs") func whatADeposedLeaderTookIsCutBack() throws {
        let script = """
            > produce 4 a b
                4 appends 0..<2 in epoch 0
            4 → 5: 0..<2 of epoch 0, high watermark 0
                5 appends 0..<2 in epoch 0
            5 → 4: fetch from 2, after epoch 0, in epoch 0
            4 → 6: 0..<2 of epoch 0, high watermark 0
                6 appends 0..<2 in epoch 0
            6 → 4: fetch from 2, after epoch 0, in epoch 0
                4 has high watermark 2
            4 → 5: nothing new, high watermark 2
                5 has high watermark 2
            4 → 6: nothing new, high watermark 2
                6 has high watermark 2
            4 → client: stored at 0
            > cut 4
            > produce acks=1 4 x y
                4 appends 2..<4 in epoch 0
            4 → client: stored at 2
                decided: epoch 1, leader 5, ISR [5, 6]
            6 → 5: fetch from 2, after epoch 0, in epoch 1
            5 → 6: nothing new, high watermark 2
            > wait
            4 → controller: ISR [4]?
            > produce 5 c
                5 appends 2..<3 in epoch 1
            5 → 6: 2..<3 of epoch 1, high watermark 2
                6 appends 2..<3 in epoch 1
            6 → 5: fetch from 3, after epoch 1, in epoch 1
                5 has high watermark 3
            5 → 6: nothing new, high watermark 3
                6 has high watermark 3
            5 → client: stored at 2
            > read 5
            5 → client: a b c
            > heal
            4 → 5: fetch from 4, after epoch 0, in epoch 1
            5 → 4: here epoch 0 ends at 2
                4 truncates to 2
            4 → 5: fetch from 2, after epoch 0, in epoch 1
            5 → 4: 2..<3 of epoch 1, high watermark 3
                4 appends 2..<3 in epoch 1
                4 has high watermark 3
            4 → 5: fetch from 3, after epoch 1, in epoch 1
            > wait
            5 → 4: nothing new, high watermark 3
            5 → controller: ISR [5, 6, 4]?
                decided: epoch 1, leader 5, ISR [5, 6, 4]
            > read 4
            4 → client: a b c
            > elect 4
                decided: epoch 2, leader 4, ISR [5, 6, 4]
            5 → 4: fetch from 3, after epoch 1, in epoch 2
            6 → 4: fetch from 3, after epoch 1, in epoch 2
            5 → 4: FENCED_LEADER_EPOCH (74)
            5 → 6: FENCED_LEADER_EPOCH (74)
            4 → 5: nothing new, high watermark 3
            4 → 6: nothing new, high watermark 3
            > produce 4 d
                4 appends 3..<4 in epoch 2
            4 → 5: 3..<4 of epoch 2, high watermark 3
                5 appends 3..<4 in epoch 2
            5 → 4: fetch from 4, after epoch 2, in epoch 2
            4 → 6: 3..<4 of epoch 2, high watermark 3
                6 appends 3..<4 in epoch 2
            6 → 4: fetch from 4, after epoch 2, in epoch 2
                4 has high watermark 4
            4 → 5: nothing new, high watermark 4
                5 has high watermark 4
            4 → 6: nothing new, high watermark 4
                6 has high watermark 4
            4 → client: stored at 3
            """
        #expect(try ReplicationScript.play(script) == script)
    }

    /// Below `min.insync.replicas` nothing is committed, so whoever leaves the set then still has everything: it stays
    /// eligible, and leads when the leader is gone too. Broker 5, which left before, has to wait for it.
    @Test("Eligible leaders (KIP-966)") func whoWasInSyncWhenTheSetBecameTooSmallMayLead() throws {
        let script = """
            > config min.insync.replicas 2
            > produce 4 a
                4 appends 0..<1 in epoch 0
            4 → 5: 0..<1 of epoch 0, high watermark 0
                5 appends 0..<1 in epoch 0
            5 → 4: fetch from 1, after epoch 0, in epoch 0
            4 → 6: 0..<1 of epoch 0, high watermark 0
                6 appends 0..<1 in epoch 0
            6 → 4: fetch from 1, after epoch 0, in epoch 0
                4 has high watermark 1
            4 → 5: nothing new, high watermark 1
                5 has high watermark 1
            4 → 6: nothing new, high watermark 1
                6 has high watermark 1
            4 → client: stored at 0
            > kill 5
            > wait
                decided: epoch 0, leader 4, ISR [4, 6]
            > kill 6
            > wait
                decided: epoch 0, leader 4, ISR [4], eligible [6]
            > produce 4 b
            4 → client: NOT_ENOUGH_REPLICAS (19)
            > kill 4
            > wait
                decided: epoch 1, no leader, ISR [], eligible [6, 4], last leader 4
            > start 5
            > wait
            > start 6
                decided: epoch 2, leader 6, ISR [6], eligible [4]
            5 → 6: fetch from 1, after epoch 0, in epoch 2
            6 → controller: ISR [6, 5]?
            6 → 5: nothing new, high watermark 1
                5 has high watermark 1
                decided: epoch 2, leader 6, ISR [6, 5]
            > wait
            > produce 6 c
                6 appends 1..<2 in epoch 2
            6 → 5: 1..<2 of epoch 2, high watermark 1
                5 appends 1..<2 in epoch 2
            5 → 6: fetch from 2, after epoch 2, in epoch 2
                6 has high watermark 2
            6 → 5: nothing new, high watermark 2
                5 has high watermark 2
            6 → client: stored at 1
            """
        #expect(try ReplicationScript.play(script) == script)
    }

    /// With `min.insync.replicas` 1 one copy is enough to be acknowledged, and record b has no other. An unclean election gives
    /// it up for a leader that is there: the log of broker 6 is the truth from then on, whatever broker 4 had.
    @Test("Unclean election") func anUncleanElectionLosesWhatTheOthersDoNotHave() throws {
        let script = """
            > config min.insync.replicas 1
            > produce 4 a
                4 appends 0..<1 in epoch 0
            4 → 5: 0..<1 of epoch 0, high watermark 0
                5 appends 0..<1 in epoch 0
            5 → 4: fetch from 1, after epoch 0, in epoch 0
            4 → 6: 0..<1 of epoch 0, high watermark 0
                6 appends 0..<1 in epoch 0
            6 → 4: fetch from 1, after epoch 0, in epoch 0
                4 has high watermark 1
            4 → 5: nothing new, high watermark 1
                5 has high watermark 1
            4 → 6: nothing new, high watermark 1
                6 has high watermark 1
            4 → client: stored at 0
            > kill 5
            > kill 6
                decided: epoch 0, leader 4, ISR [4, 6]
            > wait
                decided: epoch 0, leader 4, ISR [4]
            > produce 4 b
                4 appends 1..<2 in epoch 0
                4 has high watermark 2
            4 → client: stored at 1
            > lose power 4
            > wait
                decided: epoch 1, no leader, ISR [], eligible [4], last leader 4
            > start 6
            > wait
            > elect uncleanly
                decided: epoch 2, leader 6, ISR [6], elected uncleanly
            > produce 6 c
                6 appends 1..<2 in epoch 2
                6 has high watermark 2
            6 → client: stored at 1
            > start 4
            4 → 6: fetch from 0, in epoch 2
            6 → 4: 0..<1 of epoch 0, 1..<2 of epoch 2, high watermark 2
                4 appends 0..<2 in epoch 2
                4 has high watermark 2
            4 → 6: fetch from 2, after epoch 2, in epoch 2
            6 → 4: nothing new, high watermark 2
            6 → controller: ISR [6, 4]?
                decided: epoch 2, leader 6, ISR [6, 4]
            > wait
            > read 4
            4 → client: a c
            """
        #expect(try ReplicationScript.play(script) == script)
    }
}
