import Broker
import Testing

@Suite struct ReplicationQuotaTests {
    @Test func aBurstMayUseWhatTenSecondsAllow() {
        var quota = RateQuota(limit: 100)
        quota.record(1_000, now: 5_000)
        #expect(!quota.isExceeded(now: 5_000))
        quota.record(1, now: 5_500)
        #expect(quota.isExceeded(now: 5_500))
        // The same bytes over a longer time are within the limit again.
        #expect(!quota.isExceeded(now: 15_100))
    }

    @Test func whatIsLongPastDoesNotCount() {
        var quota = RateQuota(limit: 1)
        quota.record(1_000_000, now: 1_000)
        #expect(quota.isExceeded(now: 11_000))
        #expect(!quota.isExceeded(now: 12_000))
        quota.record(5, now: 12_000)
        #expect(quota.rate(now: 12_000) == 0.5)
    }

    @Test func withoutALimitNothingIsExceeded() {
        var quota = RateQuota()
        quota.record(.max / 2, now: 0)
        #expect(!quota.isExceeded(now: 1))
    }
}
