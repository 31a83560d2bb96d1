import ArgumentParser
import KafkaProtocol

/// Brokers as they are typed: `4` or `4,5`.
struct BrokerList: ExpressibleByArgument {
    let ids: Set<BrokerID>

    init?(argument: String) {
        let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { BrokerID($0) }
        let ids = numbers.compactMap(\.self)
        guard ids.count == numbers.count, Set(ids).count == ids.count, ids.allSatisfy({ $0 >= 0 }) else { return nil }
        self.ids = Set(ids)
    }
}
