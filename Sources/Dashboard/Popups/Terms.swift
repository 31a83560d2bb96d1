import TerminalUI

/// `:terms`: what the words and signs on the screens mean, for who is new to Kafka.
enum Terms {
    private static let width = 100
    /// Of a word and the blanks after it.
    private static let margin = 18

    private static let words: [(heading: String, terms: [(word: String, meaning: String)])] = [
        (
            "messages",
            [
                ("topic", "a named stream of messages, cut into partitions"),
                ("partition", "a log of messages in the order they came; what is led, copied and read"),
                ("offset", "the place of a message in its partition, from 0 on"),
                ("EARLIEST, LATEST", "the first offset that is kept, and the one the next message gets"),
                ("key", "messages with the same key go to the same partition, so they stay in order"),
                ("cleanup", "delete: old messages go after retention; compact: the last of each key stays"),
            ]
        ),
        (
            "brokers and copies",
            [
                ("broker", "one server of the cluster; it keeps copies of partitions and serves clients"),
                ("replica", "the copy of a partition on a broker; RF is how many a partition has"),
                ("leader", "the replica that takes writes; when its broker goes, another one leads"),
                ("preferred leader", "the first in the list of replicas; L lets it lead again"),
                ("ISR", "in-sync replicas: those that have everything, of which one may lead next"),
                ("URP", "under-replicated partitions: a replica is not in sync, so one copy less is safe"),
                ("min ISR", "min.insync.replicas: with fewer in sync, writes with acks=all are refused"),
                ("at min ISR", "exactly so many are in sync: one loss more and writes are refused"),
                ("OFFLINE", "nobody leads the partition: no reads and no writes"),
                ("skew", "how far the busiest broker is from the average"),
            ]
        ),
        (
            "groups",
            [
                ("group", "consumers that share the partitions of topics among them"),
                ("member", "one consumer of a group; each partition is read by one of them"),
                ("committed", "the offset from which a group goes on after a restart"),
                ("lag", "messages that a group has not read yet; SEC is how old the oldest of them is"),
                ("rebalance", "members come or go and partitions are handed out anew; reading pauses"),
                ("WARN", "lag grows: members read, but slower than messages come"),
                ("STALL, STOP", "members that do not get ahead; messages wait and nobody commits"),
                ("REWIND", "a committed offset went back: messages are read again"),
            ]
        ),
        (
            "the cluster itself",
            [
                ("controller ★", "the broker that decides who leads; ctrl 3·e1 is broker 3 in its epoch 1"),
                ("quorum", "voters that keep the metadata; without a majority nothing can be changed"),
                ("epoch", "counts who led before: a leader of an older epoch is not obeyed"),
                ("reassign", "moves replicas to other brokers; a throttle keeps the copying slow"),
            ]
        ),
        (
            "signs",
            [
                ("~ ? ≈ —", "old, unknown, estimated, does not apply; none of them means 0"),
                ("L ● ○ ✕ + −", "leader, in sync, lagging, offline, being added, being removed"),
            ]
        ),
    ]

    static var popup: TextPopup {
        var lines: [StyledText] = []
        for (heading, terms) in words {
            if !lines.isEmpty { lines.append("") }
            lines.append(StyledText(heading, .title))
            lines += terms.map { StyledText($0.word.padded(to: margin), .hintKey) + StyledText($0.meaning) }
        }
        let copy = lines.map(\.plain).joined(separator: "\n")
        return TextPopup(title: "What the words mean", lines: lines, width: width, copy: copy)
    }
}
