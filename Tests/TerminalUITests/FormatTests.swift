import Testing

@testable import TerminalUI

@Suite("Formats")
struct FormatTests {
    @Test func counts() {
        let cases = [
            (0, "0"), (402, "402"), (9_412_806, "9,412,806"), (9_999_999, "9,999,999"), (10_000_000, "10.0M"),
            (12_400_000, "12.4M"), (124_000_000, "124M"), (999_999_999, "1.00G"), (-1_200, "−1,200"),
            (Int.max, "9.22E"), (Int.min, "−9.22E"),
        ]
        for (value, text) in cases { #expect(Format.count(value) == text) }
        let short = [(318, "318"), (9_999, "9,999"), (12_400, "12.4k"), (1_800_000, "1.8M"), (999_999, "1.0M")]
        for (value, text) in short { #expect(Format.shortCount(value) == text) }
    }

    @Test func bytes() {
        let cases = [
            (0, "0 B"), (512, "512 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (1_153_434, "1.1 MiB"),
            (123_731_968, "118 MiB"), (10_480_000, "10 MiB"), (1_048_575, "1.0 MiB"), (1_503_238_553, "1.4 GiB"),
            (Int.max, "8.0 EiB"),
        ]
        for (value, text) in cases { #expect(Format.bytes(value) == text) }
        #expect(Format.byteRate(524_288) == "512 KiB/s")
        #expect(Format.configBytes(-1) == "no limit")
        #expect(Format.configBytes(1_073_741_824) == "1.0 GiB")
    }

    @Test func rates() {
        let cases: [(Double, String)] = [
            (0, "0"), (0.01, "<0.1"), (0.7, "0.7"), (2, "2.0"), (9.96, "10"), (24, "24"), (820, "820"), (999.7, "1.0k"),
            (5_000, "5.0k"), (1_400, "1.4k"), (12_300, "12k"), (999_900, "1.0M"), (.nan, "?"), (.infinity, "?"),
        ]
        for (value, text) in cases { #expect(Format.rate(value) == text) }
    }

    @Test func sharesAndChanges() {
        #expect(Format.percent(0.0238) == "2.4 %")
        #expect(Format.signedPercent(0.024) == "+2.4 %")
        #expect(Format.signedPercent(-0.016) == "−1.6 %")
        #expect(Format.signedPercent(-0.0001) == "0.0 %")
        #expect(Format.progress(0.42) == "42 %")
        #expect(Format.progress(0.9999) == "99 %")
        #expect(Format.change(18) == "+18")
        #expect(Format.change(-1_200) == "−1,200")
        #expect(Format.change(0) == "0")
        #expect(Format.changeRate(18) == "+18/s")
        #expect(Format.changeRate(-3.2) == "−3/s")
        #expect(Format.changeRate(0.2) == "0/s")
    }

    @Test func durations() {
        let columns: [(Double, String)] = [
            (0, "0.0s"), (0.1, "0.1s"), (0.97, "1s"), (19, "19s"), (59.6, "1m00s"), (134, "2m14s"), (3_720, "1h02m"),
            (273_600, "3d04h"), (.infinity, "?"),
        ]
        for (value, text) in columns { #expect(Format.duration(value) == text) }
        let sentences: [(Double, String)] = [
            (1.6, "1.6 s"), (47.4, "47.4 s"), (600, "10 m"), (7_200, "2 h"), (0.4, "0.4 s"),
        ]
        for (value, text) in sentences { #expect(Format.sentenceDuration(value) == text) }
        let ages: [(Double, String)] = [(2.9, "2s"), (14, "14s"), (200, "3m"), (7_300, "2h"), (-1, "0s")]
        for (value, text) in ages { #expect(Format.age(value) == text) }
        #expect(Format.uptime(28) == "28s")
        #expect(Format.uptime(686) == "11m")
        #expect(Format.uptime(3_720) == "1h02m")
        let configs = [
            (604_800_000, "7 d"), (1_800_000, "30 m"), (1_500, "1.5 s"), (300, "300 ms"), (-1, "no limit"), (0, "0"),
            (3_600_000, "1 h"), (60_001, "60,001 ms"),
        ]
        for (value, text) in configs { #expect(Format.configDuration(milliseconds: value) == text) }
    }

    @Test func times() {
        let moment: Int64 = 1_795_435_471_651
        #expect(Format.time(moment, zone: .utc) == "12:04:31")
        #expect(Format.preciseTime(moment, zone: .utc) == "12:04:31.651")
        #expect(Format.fullTime(moment, zone: .utc) == "2026-11-23 12:04:31.651 +00:00")
        #expect(Format.moment(moment - 3_600_000, now: moment, zone: .utc) == "11:04:31")
        #expect(Format.moment(moment - 86_400_000, now: moment, zone: .utc) == "11-22 12:04:31")
        #expect(Format.fullTime(-1, zone: .utc) == "1969-12-31 23:59:59.999 +00:00")
        #expect(Format.fullTime(951_782_400_000, zone: .utc) == "2000-02-29 00:00:00.000 +00:00")
        let west = LocalZone { _ in -9_000 }
        #expect(Format.fullTime(0, zone: west) == "1969-12-31 21:30:00.000 -02:30")
        #expect(Format.dayAndMinute(moment, zone: .utc) == "2026-11-23 12:04")
    }
}
