import ClusterInsight
import KafkaProtocol
import Testing

@testable import Dashboard

/// Rows are worked out once for a picture, and anew for whatever else they follow from.
@Suite struct KeptRowsTests {
    private final class Counter {
        var count = 0
    }

    @Test func rowsAreWorkedOutOncePerPictureAndChoice() {
        var model = Story.healthy.model(.topics)
        let counter = Counter()
        func rows(_ model: Model) -> [Int] {
            model.rows {
                counter.count += 1
                return [counter.count]
            }
        }
        #expect(rows(model) == [1])
        model.list.cursorID = "orders"
        model.now += 10
        #expect(rows(model) == [1])
        model.list.filter = "pay"
        #expect(rows(model) == [2])
        model.list.filter = ""
        #expect(rows(model) == [3])
        model.latest = Story.healthy.report
        #expect(rows(model) == [4])
        let before = model
        model.frozen = Frozen(report: model.latest, events: model.events, at: model.now)
        #expect(rows(model) == [5])
        #expect(rows(before) == [4])
    }

    @Test func aListWithoutAnOrderOfItsOwnIsKeptToo() {
        let model = Story.healthy.model(.topics)
        let counter = Counter()
        for _ in 0..<2 {
            let order = model.keepsOrder {
                counter.count += 1
                return nil
            }
            #expect(order == nil)
        }
        #expect(counter.count == 1)
    }

    /// What is listed and where the cursor finds itself is the same whether it was kept or worked out.
    @Test func theCursorFindsItsRowByName() throws {
        for place in [Place.topics, .groups] {
            var model = Story.healthy.model(place)
            model.showsInternal = true
            for filter in ["", "o"] {
                model.list.filter = filter
                let page = try #require(Screens.list(model))
                #expect(page.ids.count > 1)
                for index in page.ids.indices { #expect(page.ids.firstIndex(of: page.ids[index]) == index) }
                #expect(page.ids.firstIndex(of: "not there") == nil)
                #expect(try #require(Screens.list(model)).ids == page.ids)
            }
        }
    }
}
