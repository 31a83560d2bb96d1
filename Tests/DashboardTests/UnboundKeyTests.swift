import TerminalUI
import Testing

@testable import Dashboard

/// Keys that do nothing where the person is.
@Suite struct UnboundKeyTests {
    private func said(_ key: Key, _ place: Place) -> String? {
        var model = Fixture.model(Fixture.healthy(), place)
        _ = Update.update(&model, .key(key))
        return model.flash?.text
    }

    @Test func theScreenThatHasTheKeyIsNamed() {
        #expect(said(.character("K"), .topics) == "K does nothing here: kill the broker (SIGKILL) is on 1 Overview")
        #expect(said(.character("N"), .overview) == "N does nothing here: new topic is on 3 Topics")
        #expect(said(.character("u"), .brokers) == "u does nothing here: groups that use it is on 3 Topics")
    }

    @Test func columnsAndSortsThatAreNotThereAreSaid() {
        #expect(said(.character("w"), .overview) == "all columns are in view already")
        for key in "s<>" { #expect(said(.character(key), .overview)?.hasPrefix("nothing is sorted here") == true) }
        #expect(said(.character("l"), .topics) == "h l scroll columns where w shows all of them")
        #expect(said(.character("w"), .topics) == nil, "there are more")
        #expect(said(.character("w"), .events) == "all columns are in view already")
    }

    @Test func aKeyOfNoScreenLeadsToTheKeys() {
        #expect(said(.character("Q"), .topics) == "Q does nothing here; ? lists the keys")
        #expect(said(.function(12), .topics) == "F12 does nothing here; ? lists the keys")
        #expect(said(.mouse(MouseEvent(action: .release, button: .left, position: Point(x: 3, y: 9))), .topics) == nil)
    }
}
