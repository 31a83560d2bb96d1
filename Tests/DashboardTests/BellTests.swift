import ClusterInsight
import KafkaProtocol
import Testing

@testable import Dashboard

/// The bell rings when something goes wrong, for those who want it.
@Suite struct BellTests {
    private func commands(rings: Bool, weight: ClusterEvent.Weight) -> [Command] {
        var model = Fixture.model(Fixture.healthy(), .overview)
        model.rings = rings
        var events = model.latestEvents
        events.append(
            ClusterEvent(
                at: model.now, kind: .broker, text: "DOWN", short: "broker 2 DOWN", weight: weight, broker: 2))
        return Update.update(&model, .report(Fixture.healthy(), events))
    }

    @Test func itRingsWhenItIsWanted() {
        #expect(commands(rings: true, weight: .bad) == [.bell])
        #expect(commands(rings: false, weight: .bad).isEmpty)
        #expect(commands(rings: true, weight: .good).isEmpty)
    }
}
