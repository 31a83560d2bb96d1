/// Whom a quota is for: a user, a client id, both together, or an address (KIP-124, KIP-546, KIP-612).
package struct QuotaEntity: Sendable, Hashable, Comparable {
    /// Everybody's name where nobody has to prove who they are.
    package static let anonymous = "ANONYMOUS"

    /// What one part of an entity names.
    package enum Kind: String, Sendable, CaseIterable {
        case user
        case clientID = "client-id"
        case ip
    }

    /// One part; without a name it stands for all of its type that have no quota of their own.
    package struct Part: Sendable, Hashable {
        package let type: Kind
        package let name: String?

        package init(_ type: Kind, _ name: String?) {
            self.type = type
            self.name = name
        }
    }

    /// In the order of `Kind`, one of each at most.
    package let parts: [Part]

    /// Nil unless the parts are a user, a client id, both, or an address, each once.
    package init?(_ parts: [Part]) {
        let kinds = parts.map(\.type)
        let isAllowed = Set(kinds).count == kinds.count && (kinds == [.ip] || !kinds.contains(.ip))
        guard !parts.isEmpty, isAllowed else { return nil }
        self.parts = Kind.allCases.compactMap { kind in parts.first { $0.type == kind } }
    }

    /// The part of one type, nil where the entity has none.
    package subscript(_ type: Kind) -> Part? { parts.first { $0.type == type } }

    package static func < (a: Self, b: Self) -> Bool { a.sortKey.lexicographicallyPrecedes(b.sortKey) }

    /// A default comes before what is named.
    private var sortKey: [String] { parts.flatMap { [$0.type.rawValue, $0.name.map { "n" + $0 } ?? "d"] } }
}
