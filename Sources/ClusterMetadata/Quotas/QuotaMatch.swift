/// The quota that holds for somebody, and who else uses it up with them.
package struct QuotaMatch: Sendable, Equatable {
    package let limit: Double
    /// Who shares the limit: all client ids of a user where the quota is the user's, and so on.
    package let sharers: Sharers

    /// A user, a client id, or a client id of a user; "" stands for all.
    package struct Sharers: Sendable, Hashable {
        package let user: String
        package let clientID: String

        package init(user: String, clientID: String) {
            self.user = user
            self.clientID = clientID
        }
    }
}

extension MetadataImage {
    /// The quota of a client; the entity that says most about it wins (KIP-55), nil when none is meant for it.
    package func quota(_ key: QuotaKey, user: String, clientID: String) -> QuotaMatch? {
        let users: [(QuotaEntity.Part?, String)] = [(.init(.user, user), user), (.init(.user, nil), user), (nil, "")]
        let clients: [(QuotaEntity.Part?, String)] = [
            (.init(.clientID, clientID), clientID), (.init(.clientID, nil), clientID), (nil, ""),
        ]
        for (userPart, sharedUser) in users {
            for (clientPart, sharedClient) in clients {
                guard let entity = QuotaEntity([userPart, clientPart].compactMap { $0 }),
                    let limit = quotas[entity]?[key.rawValue]
                else { continue }
                return QuotaMatch(limit: limit, sharers: .init(user: sharedUser, clientID: sharedClient))
            }
        }
        return nil
    }

    /// How many connections a second an address may open, nil for as many as it likes.
    package func connectionQuota(of address: String) -> Double? {
        [address, nil].lazy.compactMap { QuotaEntity([.init(.ip, $0)]) }
            .compactMap { quotas[$0]?[QuotaKey.connectionCreationRate.rawValue] }.first
    }
}
