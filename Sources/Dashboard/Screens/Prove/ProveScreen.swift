import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The screen of `klamm prove`: the claim, what was counted for and against it, and what each fault did.
package enum ProveScreen {
    /// The claim as the title has it.
    package static let claim = "Every message acknowledged with acks=all is read once and in order"

    /// A frame; `said` stands on the last line.
    package static func draw(
        _ picture: ProofPicture, said: String, size: Size, glyphs: GlyphSet, zone: LocalZone
    ) -> CellBuffer {
        var buffer = CellBuffer(size: size, glyphs: glyphs)
        guard size.width >= Frame.smallest.width, size.height >= Frame.smallest.height else {
            buffer.text(
                "Klamm needs 40×10; this is \(size.width)×\(size.height).", x: 0, y: 0, width: size.width)
            return buffer
        }
        status(picture, on: &buffer)
        let area = Rect(x: 1, y: 1, width: size.width - 2, height: size.height - 3)
        box(picture, on: &buffer, in: area)
        lines(picture, zone, on: &buffer, in: area.insideBox)
        hints(picture).draw(on: &buffer, in: Rect(x: 1, y: size.height - 2, width: size.width - 2, height: 1))
        buffer.text(said, x: 1, y: size.height - 1, width: size.width - 2)
        return buffer
    }

    private static func status(_ picture: ProofPicture, on buffer: inout CellBuffer) {
        let glyphs = buffer.glyphs
        let age = Format.duration(Double(picture.now - picture.began) / 1_000)
        var right = StyledText("")
        if picture.faultsPlanned > 0 {
            right += StyledText("faults \(picture.faults.count) of \(picture.faultsPlanned)   ")
        }
        if !picture.isEnding { right += StyledText("left \(Format.duration(picture.left))   ") }
        right += StyledText("\(glyphs.live)", picture.counts.holds ? .healthOk : .healthBad)
        right += StyledText(picture.isEnding ? " reading the rest \(age)" : " running \(age)")
        let start = buffer.textEnding(at: buffer.size.width - 1, y: 0, width: buffer.size.width - 2, right)
        let crumb = StyledText(" \(glyphs.crumb) ", .muted)
        let crumbs =
            StyledText("klamm", .crumb) + crumb + StyledText(picture.cluster, .crumb) + crumb
            + StyledText("prove", .crumbActive)
        buffer.text(crumbs, x: 1, y: 0, width: max(0, start - 2), cut: .middle)
    }

    private static func box(_ picture: ProofPicture, on buffer: inout CellBuffer, in area: Rect) {
        let counts = picture.counts
        let against = [
            (counts.lost, "lost"), (counts.duplicated, "duplicated"), (counts.outOfOrder, "out of order"),
            (counts.corrupt, "corrupt"), (counts.phantom, "phantom"),
        ]
        .filter { $0.0 > 0 }.map { "\(Format.grouped($0.0)) \($0.1)" }.joined(separator: ", ")
        buffer.box(
            area,
            titles: BoxTitles(
                left: StyledText(claim, counts.holds ? .title : .healthBad),
                right: counts.holds
                    ? StyledText("so far: true", .healthOk) : StyledText("FALSE: \(against)", .healthBad),
                bottomLeft: StyledText(picture.setting, .muted)))
    }

    private static func hints(_ picture: ProofPicture) -> HintLine {
        var hints: [HintLine.Hint] = []
        if picture.faultsPlanned > 0 {
            hints.append(HintLine.Hint("f", picture.faultsArePaused ? "go on with faults" : "pause faults"))
        }
        return HintLine(
            hints + [
                HintLine.Hint("+ −", "rate"), HintLine.Hint("C-s", "save report"),
                HintLine.Hint("Esc", "stop and report", alwaysShown: true),
            ])
    }

    // MARK: Lines

    /// Columns, counted from the inside of the box.
    private enum Column {
        static let now = 20
        static let total = 33
        static let note = 36
        static let latency = 74
    }

    private static func lines(_ picture: ProofPicture, _ zone: LocalZone, on buffer: inout CellBuffer, in inside: Rect)
    {
        let faults = faultLines(picture, zone)
        let figures = figures(picture, isNarrow: inside.width < Column.latency + 39)
        let fixed = figures + against(picture) + [brokers(picture)]
        // Blank lines between the parts, where there is room for them and for some faults.
        let isRoomy = inside.height >= fixed.count + 4 + min(faults.count, 4)
        var lines: [Line] = isRoomy ? [[]] : []
        for part in [figures, against(picture), [brokers(picture)]] {
            lines += part
            if isRoomy { lines.append([]) }
        }
        let room = max(0, inside.height - lines.count)
        // The latest faults are kept, with their header.
        lines += faults.count <= room ? faults : Array(faults.prefix(1) + faults.suffix(max(0, room - 1)))
        for (index, line) in lines.prefix(inside.height).enumerated() {
            for (x, text) in line where x < inside.width - 2 {
                buffer.text(text, x: inside.x + 1 + x, y: inside.y + index, width: inside.width - 2 - x)
            }
        }
    }

    /// Texts by column.
    private typealias Line = [(Int, StyledText)]

    private static func ending(at column: Int, _ text: String, _ role: Role = .number) -> (Int, StyledText) {
        (max(0, column - TextWidth.of(text)), StyledText(text, role))
    }

    /// - Parameter isNarrow: there is no room for latencies beside the courses; they stand where notes would.
    private static func figures(_ picture: ProofPicture, isNarrow: Bool) -> [Line] {
        let counts = picture.counts
        let samples = picture.course.samples
        func line(_ name: String, _ rate: Double, _ total: Int, _ value: (ProofCourse.Sample) -> Int) -> Line {
            let course = Chart.sparkline(
                samples.map { Double(value($0)) / Double(max(1, $0.ticks)) }, width: ProofCourse.room)
            return [
                (0, StyledText(name)), ending(at: Column.now, Format.rate(rate) + "/s"),
                ending(at: Column.total, Format.grouped(total)), (Column.note, StyledText(course, .chart1)),
            ]
        }
        let inFlight =
            isNarrow
            ? latencies("produce ms", picture.produceLately) : "sent, and not yet answered or not yet read"
        let retried =
            isNarrow
            ? latencies("end to end", picture.endToEndLately)
            : "by the producers, after a leader moved or an answer was lost"
        let letters = String(samples.map { $0.fault ?? " " })
        let blanks = String(repeating: " ", count: ProofCourse.room - samples.count)
        return [
            [ending(at: Column.now, "NOW", .column), ending(at: Column.total, "TOTAL", .column)] + latencyHeader,
            line("sent", picture.rates.sent, counts.sent, \.sent)
                + latency("produce, last 10 s", picture.produceLately),
            line("acknowledged", picture.rates.acknowledged, counts.acknowledged, \.acknowledged)
                + latency("produce, whole run", picture.produceAll),
            line("read", picture.rates.read, counts.read, \.read)
                + latency("end to end, 10 s", picture.endToEndLately),
            [(0, StyledText("faults")), (Column.note, StyledText(blanks + letters, .healthDegraded))],
            [
                (0, StyledText("in flight")), ending(at: Column.now, Format.grouped(picture.inFlight)),
                (Column.note, StyledText(inFlight, .muted)),
            ],
            [
                (0, StyledText("retried")), ending(at: Column.total, Format.grouped(picture.retried)),
                (Column.note, StyledText(retried, .muted)),
            ],
        ]
    }

    private static let latencyHeader: Line = [
        (Column.latency, StyledText("LATENCY ms", .column)), ending(at: Column.latency + 24, "p50", .column),
        ending(at: Column.latency + 31, "p99", .column), ending(at: Column.latency + 39, "max", .column),
    ]

    private static func latency(_ name: String, _ times: LatencyHistogram) -> Line {
        [
            (Column.latency, StyledText(name, .muted)),
            ending(at: Column.latency + 24, milliseconds(times.quantile(0.5))),
            ending(at: Column.latency + 31, milliseconds(times.quantile(0.99))),
            ending(at: Column.latency + 39, milliseconds(times.longest)),
        ]
    }

    /// The same in one text, for narrow terminals.
    private static func latencies(_ name: String, _ times: LatencyHistogram) -> String {
        "\(name)  p50 \(milliseconds(times.quantile(0.5)))  p99 \(milliseconds(times.quantile(0.99)))  "
            + "max \(milliseconds(times.longest))"
    }

    private static func milliseconds(_ time: Duration?) -> String {
        guard let milliseconds = time.map({ $0 / .milliseconds(1) }) else { return "—" }
        return milliseconds < 100
            ? Format.decimal(milliseconds, places: 1) : Format.grouped(Int(milliseconds.rounded()))
    }

    private static func against(_ picture: ProofPicture) -> [Line] {
        let counts = picture.counts
        let rows = [
            ("LOST", counts.lost, "acknowledged, never read"),
            ("DUPLICATED", counts.duplicated, "one producer and sequence found twice"),
            ("OUT OF ORDER", counts.outOfOrder, "within one partition and producer"),
            ("CORRUPT", counts.corrupt, "checksum of the value differs"),
            ("PHANTOM", counts.phantom, "read, never sent"),
        ]
        var lines: [Line] = rows.map { name, count, note in
            let role: Role = count == 0 ? .number : .healthBad
            return [
                (0, StyledText(name, count == 0 ? .text : .healthBad)),
                ending(at: Column.total, Format.grouped(count), role), (Column.note, StyledText(note, .muted)),
            ]
        }
        let unknown =
            "no answer, so no promise: \(Format.grouped(counts.unknownFound)) found in the log, "
            + "\(Format.grouped(counts.unknown - counts.unknownFound)) not"
        lines.append([
            (0, StyledText("UNKNOWN")), ending(at: Column.total, Format.grouped(counts.unknown)),
            (Column.note, StyledText(unknown, .muted)),
        ])
        if counts.unknown > 0, let error = picture.lastError {
            lines.append([(Column.note, StyledText("last: \(error)", .muted))])
        }
        return lines + picture.findings.prefix(3).map { [(0, StyledText($0, .healthBad))] }
    }

    private static func brokers(_ picture: ProofPicture) -> Line {
        var text = StyledText("BROKER", .column)
        for broker in picture.brokers {
            let role: Role = broker.state.hasPrefix("up") ? .text : .healthBad
            text += StyledText("   \(broker.id)\(broker.isController ? " ★" : "") \(broker.state)", role)
        }
        text += StyledText(
            "      URP \(picture.underReplicated)", picture.underReplicated > 0 ? .healthDegraded : .text)
        text += StyledText("   offline \(picture.offline)", picture.offline > 0 ? .healthBad : .text)
        return [(0, text)]
    }

    private static func faultLines(_ picture: ProofPicture, _ zone: LocalZone) -> [Line] {
        func seconds(_ value: Double?, _ places: Int) -> String {
            value.map { Format.decimal($0, places: places) + " s" } ?? "running"
        }
        var lines: [Line] = []
        if !picture.faults.isEmpty {
            lines.append([
                (0, StyledText("TIME       FAULT", .column)), ending(at: 49, "NOTICED", .column),
                (52, StyledText("WRITES STOPPED", .column)), ending(at: 82, "NEW LEADERS", .column),
                ending(at: 93, "FULL ISR", .column), ending(at: 100, "LOST", .column),
            ])
        }
        for fault in picture.faults {
            let stopped =
                seconds(fault.writesStopped, 2) + " on \(fault.partitionsStopped) of \(picture.partitions)"
            lines.append([
                (0, StyledText(Format.time(fault.at, zone: zone), .timestamp)), (11, StyledText(fault.text)),
                ending(at: 49, seconds(fault.noticed, 1)), (52, StyledText(stopped, .number)),
                ending(at: 82, seconds(fault.newLeaders, 2)), ending(at: 93, seconds(fault.fullISR, 1)),
                ending(at: 100, Format.grouped(fault.lost), fault.lost == 0 ? .number : .healthBad),
            ])
        }
        if !picture.next.isEmpty { lines.append([(0, StyledText(picture.next, .muted))]) }
        return lines
    }
}
