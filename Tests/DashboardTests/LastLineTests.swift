import ClusterInsight
import KafkaProtocol
import Testing

@testable import Dashboard

/// The last line says nothing of the cluster that is over.
@Suite struct LastLineTests {
    /// The healthy cluster in which broker 2 has just been killed.
    private func hurt() -> Model {
        var model = Story.healthy.model(.overview)
        let story = Story.killed
        _ = Update.update(&model, .report(story.report, story.events))
        return model
    }

    @Test func whatIsOverIsSaidNoLonger() {
        var model = hurt()
        let said = model.flash?.text ?? ""
        #expect(model.flash?.weight == .error && model.flash?.about?.kind == .offline, "\(said)")
        // Another picture in which nothing has changed leaves it.
        _ = Update.update(&model, .report(Story.killed.report, Story.killed.events))
        #expect(model.flash?.text == said)
        _ = Update.update(&model, .report(Fixture.healthy(), Story.killed.events))
        #expect(model.flash == nil, "\(said)")
        #expect(model.said.contains { $0.text == said }, "the log of messages keeps it")
    }

    @Test func whatAPersonWasToldStays() {
        var model = hurt()
        model.flash = nil
        model.say("create topic t: ok", .ok)
        _ = Update.update(&model, .report(Fixture.healthy(), Story.killed.events))
        #expect(model.flash?.text == "create topic t: ok")
    }

    @Test(
        arguments: [
            (.isrShrank, nil), (.minISR, nil), (.offline, nil), (.broker, 2), (.unclean, nil),
        ] as [(ClusterEvent.Kind, BrokerID?)])
    func eachKindIsJudgedByWhatItTellsOf(_ kind: ClusterEvent.Kind, _ broker: BrokerID?) throws {
        let healthy = Fixture.healthy()
        let id = TopicPartition("payments", 0)
        let event = ClusterEvent(at: 0, kind: kind, text: "", broker: broker, partitions: broker == nil ? [id] : [])
        #expect(event.holds(in: healthy) == (kind == .unclean), "an election that was unclean stays so")
        var snapshot = healthy.snapshot
        let topic = try #require(snapshot.topics.firstIndex { $0.name == id.topic })
        snapshot.topics[topic].partitions[0].leader = nil
        snapshot.topics[topic].partitions[0].isr = []
        snapshot.brokers[1].state = .down(since: 0)
        #expect(event.holds(in: ClusterReport(snapshot, figures: healthy.figures)))
    }
}
