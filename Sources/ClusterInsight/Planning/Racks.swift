import KafkaProtocol

/// The racks of brokers, to count how many a replica list spans. Brokers whose rack nobody knows share one.
package struct Racks: Sendable {
    private let numbers: [BrokerID: Int]
    /// Whether all brokers are in the same, which is known of every list then.
    private let isOne: Bool

    /// The racks of a cluster.
    package init(_ brokers: [BrokerSnapshot]) {
        var known: [String: Int] = [:]
        var numbers: [BrokerID: Int] = [:]
        for broker in brokers {
            guard let rack = broker.rack, !rack.isEmpty else { continue }
            known[rack] = known[rack] ?? known.count + 1
            numbers[broker.id] = known[rack]
        }
        self.numbers = numbers
        isOne = Set(brokers.map { numbers[$0.id] ?? 0 }).count <= 1
    }

    /// What stands for the rack of a broker: equal for brokers of the same.
    func number(of broker: BrokerID) -> Int { isOne ? 0 : numbers[broker] ?? 0 }

    /// How many different ones the brokers of a list are in.
    package func span(_ list: [BrokerID]) -> Int {
        guard !isOne else { return list.isEmpty ? 0 : 1 }
        // Lists are short: a set would cost more than the look at those before.
        let found = list.map(number)
        return found.indices.count { !found[..<$0].contains(found[$0]) }
    }
}
