import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// What is worked out ahead of a picture is what the screen would have worked out, and is left where the screen went on.
@Suite struct ForesightTests {
    private var engine = InsightEngine()

    /// The picture of a story, as the next one of a row.
    private mutating func picture(_ story: Story) -> Message {
        let report = engine.observe(story.report.snapshot)
        return .report(report, engine.events)
    }

    private static let places: [Place] = [
        .overview, .brokers, .broker(2, .partitions), .topics, .topic("orders", .partitions), .partitions,
        .partitionMap,
        .groups, .events,
    ]

    @Test(arguments: places) mutating func aForeseenPictureLooksAsOneThatIsNot(_ place: Place) throws {
        var model = Story.healthy.model(place)
        _ = Update.update(&model, picture(.healthy))
        let foresight = Foresight()
        foresight.drew(model)
        let message = picture(.killed)
        var plain = model
        let commands = Update.update(&plain, message)
        let foreseen = try #require(Self.foreseen(foresight.foresee(message, at: model.now)))
        #expect(foreseen.fits(model))
        #expect(Update.update(&model, .foreseen(plain.latest!, plain.latestEvents, foreseen)) == commands)
        #expect(model.keptRows === foreseen.rows)
        #expect(model.latestChanges == plain.latestChanges)
        #expect(model.latestChanges != RecentChanges())
        #expect(View.view(model) == View.view(plain))
    }

    /// The wizard, and a plan that follows the cluster.
    @Test mutating func whatIsPlannedIsForeseen() throws {
        let wizardKeys: [Key] = [.character("R"), .enter, .enter, .enter]
        for (place, keys) in [(Place.topics, Array(wizardKeys.prefix(2))), (.topics, wizardKeys)]
            + [(.brokers, [.character("K")])]
        {
            var model = Story.healthy.model(place)
            _ = Update.update(&model, picture(.healthy))
            for key in keys { _ = Update.update(&model, .key(key)) }
            let isPlan = if case .plan = model.popup { true } else { false }
            #expect(isPlan == (place == .brokers) && (model.wizard == nil) == isPlan)
            let foresight = Foresight()
            foresight.drew(model)
            let message = picture(.killed)
            guard case .report(let report, let events) = message else { return }
            let foreseen = try #require(Self.foreseen(foresight.foresee(message, at: model.now)))
            #expect((foreseen.plan != nil) == isPlan)
            var plain = model
            _ = Update.update(&plain, message)
            var typed = model
            _ = Update.update(&model, .foreseen(report, events, foreseen))
            #expect(View.view(model) == View.view(plain))
            #expect(plain.popup == model.popup)
            // What was typed meanwhile stays.
            guard case .plan(var plan) = typed.popup else { continue }
            plan.scroll = 1
            typed.popup = .plan(plan)
            _ = Update.update(&typed, .foreseen(report, events, foreseen))
            guard case .plan(let now) = typed.popup else { continue }
            #expect(now.scroll == 1 && now.lines == foreseen.plan?.after.lines)
        }
    }

    @Test mutating func whatTheScreenDidMeanwhileCounts() throws {
        var model = Story.healthy.model(.topics)
        _ = Update.update(&model, picture(.healthy))
        let foresight = Foresight()
        foresight.drew(model)
        let message = picture(.killed)
        let foreseen = try #require(Self.foreseen(foresight.foresee(message, at: model.now)))
        guard case .report(let report, let events) = message else { return }

        // Another order, which the rows do not follow from.
        var sorted = model
        sorted.list.sort = TableSort(column: "urp", descending: true)
        var plain = sorted
        _ = Update.update(&sorted, .foreseen(report, events, foreseen))
        _ = Update.update(&plain, message)
        #expect(View.view(sorted) == View.view(plain))

        // A frozen screen, other marks of change, another picture.
        var frozen = model
        frozen.frozen = Frozen(report: model.latest, events: model.events, at: model.now)
        #expect(!foreseen.fits(frozen))
        var marked = model
        marked.latestChanges = sorted.latestChanges
        #expect(!foreseen.fits(marked))
        var later = model
        _ = Update.update(&later, picture(.healthy))
        #expect(!foreseen.fits(later))
        let changes = later.latestChanges
        _ = Update.update(&later, .foreseen(report, events, foreseen))
        #expect(later.keptRows !== foreseen.rows)
        #expect(later.latestChanges != changes)
    }

    @Test mutating func nothingIsForeseenOfWhatIsNotLookedAt() {
        let foresight = Foresight()
        let message = picture(.healthy)
        #expect(Self.foreseen(foresight.foresee(message, at: 0)) == nil)
        var model = Story.healthy.model(.topics)
        foresight.drew(model)
        guard case .connection = foresight.foresee(.connection(.live), at: 0) else {
            Issue.record("another message was changed")
            return
        }
        model.frozen = Frozen(report: model.latest, events: model.events, at: model.now)
        foresight.drew(model)
        #expect(Self.foreseen(foresight.foresee(message, at: 0)) == nil)
        model.frozen = nil
        foresight.drew(model)
        foresight.forget()
        #expect(Self.foreseen(foresight.foresee(message, at: 0)) == nil)
        foresight.drew(model)
        #expect(Self.foreseen(foresight.foresee(message, at: model.now)) != nil)
        // Taken out with the picture before, so that nobody holds that one here.
        #expect(Self.foreseen(foresight.foresee(message, at: model.now)) == nil)
    }

    private static func foreseen(_ message: Message) -> Foreseen? {
        if case .foreseen(_, _, let foreseen) = message { foreseen } else { nil }
    }
}
