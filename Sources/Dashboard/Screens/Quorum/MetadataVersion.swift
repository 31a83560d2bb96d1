/// Names of the levels of the feature `metadata.version` (Kafka's `MetadataVersion`; KIP-584, KIP-778).
enum MetadataVersion {
    /// Names from level 1 on.
    private static let names = [
        "3.0-IV1", "3.1-IV0", "3.2-IV0", "3.3-IV0", "3.3-IV1", "3.3-IV2", "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1",
        "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2", "3.7-IV0", "3.7-IV1", "3.7-IV2", "3.7-IV3", "3.7-IV4", "3.8-IV0",
        "3.9-IV0", "4.0-IV0", "4.0-IV1", "4.0-IV2", "4.0-IV3",
    ]

    /// The name of the version that a cluster runs, by its features; nil where there is none.
    static func name(in features: [String: Int]) -> String? { features["metadata.version"].map(name) }

    /// The name of a level, `level 31` for one that is newer than this list.
    static func name(_ level: Int) -> String {
        names.indices.contains(level - 1) ? names[level - 1] : "level \(level)"
    }
}
