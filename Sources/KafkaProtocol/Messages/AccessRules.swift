/// Which access rules are meant (KIP-140, KIP-290); nil matches everything.
package struct ACLFilter: WireStruct {
    /// 1 any, 2 topic, 3 group, 4 cluster, 5 transactional id, 6 token, 7 user.
    package var resourceType: Int8 = 0
    package var resourceName: String?
    /// 1 any, 2 whatever matches the name, 3 literal, 4 prefixed.
    package var patternType: Int8 = 3
    package var principal: String?
    package var host: String?
    package var operation: Int8 = 0
    package var permissionType: Int8 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int8(&resourceType)
        try wire.string(&resourceName)
        try wire.int8(&patternType, since: 1)
        try wire.string(&principal)
        try wire.string(&host)
        try wire.int8(&operation)
        try wire.int8(&permissionType)
    }
}

/// An access rule: a resource, and who may, or may not, do what to it from where.
package struct ACLBinding: WireStruct {
    package var resourceType: Int8 = 0
    package var resourceName = ""
    package var patternType: Int8 = 3
    package var entry = ACLEntry()

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int8(&resourceType)
        try wire.string(&resourceName)
        try wire.int8(&patternType, since: 1)
        try entry.code(&wire)
    }
}

/// Who may, or may not, do what from where.
package struct ACLEntry: WireStruct {
    package var principal = ""
    package var host = ""
    package var operation: Int8 = 0
    package var permissionType: Int8 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&principal)
        try wire.string(&host)
        try wire.int8(&operation)
        try wire.int8(&permissionType)
    }
}
