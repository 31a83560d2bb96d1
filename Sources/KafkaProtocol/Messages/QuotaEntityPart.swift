/// One part of what a quota is for (KIP-546); without a name it is the default of its type.
package struct QuotaEntityPart: WireStruct {
    /// `user`, `client-id` or `ip`.
    package var entityType = ""
    package var entityName: String?

    package init() {}

    package init(_ type: String, _ name: String?) {
        entityType = type
        entityName = name
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&entityType)
        try wire.string(&entityName)
    }
}
