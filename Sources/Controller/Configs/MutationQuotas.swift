import ClusterMetadata
import KafkaProtocol

/// How many partitions clients may make and delete a second (KIP-599): a bucket of tokens for each that has a quota, filled
/// at its rate up to what a whole window gives. One partition costs one token; what was taken on credit must be filled up
/// before there is more.
struct MutationQuotas {
    private struct Bucket {
        var tokens: Double
        var filled: Int64
    }

    /// Seconds of its rate that a bucket holds.
    private let window: Double
    private var buckets: [QuotaMatch.Sharers: Bucket] = [:]

    init(window: Double) { self.window = window }

    /// Takes tokens, also on credit.
    mutating func take(_ count: Int, _ quota: QuotaMatch, now: Int64) {
        if buckets[quota.sharers] == nil, buckets.count >= Limits.mutationBuckets { buckets.removeAll() }
        let held = tokens(quota, now: now)
        buckets[quota.sharers] = Bucket(tokens: held - Double(count), filled: now)
    }

    /// Milliseconds until nothing is owed; 0 when nothing is.
    func throttleTime(_ quota: QuotaMatch, now: Int64) -> Int32 {
        let held = tokens(quota, now: now)
        return held < 0 ? Int32(clamping: Int64((-held / quota.limit * 1_000).rounded(.up))) : 0
    }

    private func tokens(_ quota: QuotaMatch, now: Int64) -> Double {
        let capacity = quota.limit * window
        guard let bucket = buckets[quota.sharers] else { return capacity }
        return min(capacity, bucket.tokens + Double(max(0, now - bucket.filled)) / 1_000 * quota.limit)
    }
}

/// What one request does to the quota of its client.
struct MutationCharge {
    let quota: QuotaMatch?
    /// Whether the request's version knows THROTTLING_QUOTA_EXCEEDED; older ones are served, and their clients then wait.
    let isStrict: Bool
    let now: Int64
    private(set) var isRefused = false

    /// Takes what making or deleting partitions costs.
    mutating func charge(_ partitions: Int, _ quotas: inout MutationQuotas) throws {
        guard let quota else { return }
        if isStrict, quotas.throttleTime(quota, now: now) > 0 {
            isRefused = true
            throw Refusal(.throttlingQuotaExceeded, "The throttling quota has been exceeded.")
        }
        quotas.take(partitions, quota, now: now)
    }

    /// For how long the client must wait, in milliseconds.
    func throttleTime(_ quotas: MutationQuotas) -> Int32 {
        guard let quota, isRefused || !isStrict else { return 0 }
        return quotas.throttleTime(quota, now: now)
    }
}

extension MutationCharge {
    init(_ image: MetadataImage, clientID: String, isStrict: Bool, now: Int64) {
        // On plain connections everybody is the same user.
        quota =
            image.quotas.isEmpty
            ? nil : image.quota(.controllerMutationRate, user: QuotaEntity.anonymous, clientID: clientID)
        self.isStrict = isStrict
        self.now = now
    }
}
