import Dashboard
import KafkaClient

extension ConfigsCommand {
    /// What is changed, as a screen would say it: `orders: retention.ms → 3 h`.
    static func words(_ owners: [ConfigOwner], _ changes: [String: ConfigOwnerChange]) -> String {
        let told = changes.sorted { $0.key < $1.key }.map { name, change in
            switch change {
            case _ where ConfigText.isSecret(name): "\(name) → (hidden)"
            case .set(let value): "\(name) → \(value)"
            case .delete: "\(name) → default"
            case .append(let word): "\(name) + \(word)"
            case .subtract(let word): "\(name) − \(word)"
            }
        }
        let names = owners.map { owner in if case .topic(let name) = owner { name } else { "\(owner)" } }
        return (names.count == 1 ? names[0] : "\(names.count) resources") + ": " + told.joined(separator: ", ")
    }
}
