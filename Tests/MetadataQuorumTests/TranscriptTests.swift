import Testing

/// The protocol as a text to be read: `>` lines are what is done to the nodes, the others what they say and write.
@Suite("Transcripts")
struct TranscriptTests {
    /// Node 1 asks for pre-votes, then for votes (each written down before it is given), says that its epoch begins, and
    /// commits its first record once another voter's next Fetch shows that it has it. When it is dead, node 2 finds that
    /// node 3 still trusts the leader; node 3 asks a moment later and is elected.
    @Test("election, replication and the death of a leader")
    func lesson() {
        let script = """
            > start 1 2 3
            > timeout 1
            > deliver
            1 → 2: pre-vote in epoch 0? my log ends at 0
            1 → 3: pre-vote in epoch 0? my log ends at 0
            2 → 1: yes
                1 writes: epoch 1, vote for 1
            3 → 1: yes
            1 → 2: vote in epoch 1? my log ends at 0
                2 writes: epoch 1
                2 writes: epoch 1, vote for 1
            1 → 3: vote in epoch 1? my log ends at 0
                3 writes: epoch 1
                3 writes: epoch 1, vote for 1
            2 → 1: yes
                1 writes: epoch 1, leader 1, vote for 1
                1 leads epoch 1
            3 → 1: yes
            1 → 2: epoch 1 begins under 1
                2 writes: epoch 1, leader 1, vote for 1
            1 → 3: epoch 1 begins under 1
                3 writes: epoch 1, leader 1, vote for 1
            2 → 1: noted
            2 → 1: fetch from 0
            3 → 1: noted
            3 → 1: fetch from 0
            1 → 2: records [0..<1], committed up to -1
            1 → 3: records [0..<1], committed up to -1
            2 → 1: fetch from 1
                1 commits up to 1
            3 → 1: fetch from 1
            1 → 2: records [], committed up to 1
                2 commits up to 1
            1 → 3: records [], committed up to 1
                3 commits up to 1
            2 → 1: fetch from 1
            3 → 1: fetch from 1
            > propose 1
            > deliver
            1 → 2: records [1..<2], committed up to 1
            1 → 3: records [1..<2], committed up to 1
            2 → 1: fetch from 2
                1 commits up to 2
            3 → 1: fetch from 2
            1 → 2: records [], committed up to 2
                2 commits up to 2
            1 → 3: records [], committed up to 2
                3 commits up to 2
            2 → 1: fetch from 2
            3 → 1: fetch from 2
            > kill 1
            > timeout 2
            > deliver
            2 → 1: pre-vote in epoch 1? my log ends at 2
            2 → 3: pre-vote in epoch 1? my log ends at 2
            3 → 2: no
            3 → 1: pre-vote in epoch 1? my log ends at 2
            3 → 2: pre-vote in epoch 1? my log ends at 2
            2 → 3: yes
                3 writes: epoch 2, vote for 3
            3 → 1: vote in epoch 2? my log ends at 2
            3 → 2: vote in epoch 2? my log ends at 2
                2 writes: epoch 2
                2 writes: epoch 2, vote for 3
            2 → 3: yes
                3 writes: epoch 2, leader 3, vote for 3
                3 leads epoch 2
            3 → 1: epoch 2 begins under 3
            3 → 2: epoch 2 begins under 3
                2 writes: epoch 2, leader 3, vote for 3
            2 → 3: noted
            2 → 3: fetch from 2
            3 → 2: records [2..<3], committed up to -1
            2 → 3: fetch from 3
                3 commits up to 3
            3 → 2: records [], committed up to 3
                2 commits up to 3
            2 → 3: fetch from 3
            """
        #expect(Transcript.play(script) == script)
    }

    /// Node 1 is alone and writes down who votes. Node 2, which knows only where to ask, hears of the epoch, follows and
    /// becomes a voter: the set counts for node 1 when it is written, so it is committed with node 2's help. Then node 1
    /// removes itself: it still leads until node 2 has that, though its own copy counts no more, and hands over.
    @Test("a second voter, and the first one goes")
    func voters() {
        let script = """
            > found 1
            > start 1 2
                1 writes: epoch 1, vote for 1
                1 writes: epoch 1, leader 1, vote for 1
                1 leads epoch 1
                1 writes: voters [1]
                1 commits up to 3
            > deliver
            2 → 1: fetch from 0
            1 → 2: FENCED_LEADER_EPOCH (74), records [], committed up to 3
                2 writes: epoch 1, leader 1
            2 → 1: fetch from 0
            1 → 2: records [0..<1 1..<3], committed up to 3
                2 writes: voters [1]
                2 commits up to 3
            2 → 1: fetch from 3
            > add 1 2
                1 asks 2 which versions it supports
                1 writes: voters [1, 2]
            > deliver
            1 → 2: records [3..<4], committed up to 3
                2 writes: voters [1, 2]
            1 → 2: epoch 1 begins under 1
            2 → 1: fetch from 4
                1 commits up to 4
                1 answers: NONE (0)
            2 → 1: noted
            1 → 2: records [], committed up to 4
                2 commits up to 4
            2 → 1: fetch from 4
            > remove 1 1
                1 writes: voters [2]
            > deliver
            1 → 2: records [4..<5], committed up to 4
                2 writes: voters [2]
            2 → 1: fetch from 5
                1 commits up to 5
                1 answers: NONE (0)
                1 no longer leads epoch 1
            1 → 2: records [], committed up to 5
                2 commits up to 5
            1 → 2: epoch 1 ends, next [2]
                2 writes: epoch 2, vote for 2
                2 writes: epoch 2, leader 2, vote for 2
                2 leads epoch 2
                2 commits up to 6
            2 → 1: fetch from 5
            2 → 1: noted
            1 → 2: NOT_LEADER_OR_FOLLOWER (6), records [], committed up to -1
            """
        #expect(Transcript.play(script) == script)
    }
}
