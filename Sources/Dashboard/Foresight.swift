import ClusterInsight
import KafkaProtocol
import Synchronization

/// What a new picture changes on the screen: what differs from the one before, which rows the list in view has then, and
/// what an open plan says.
///
/// A memo and nothing else: where the screen has gone on meanwhile, it works that out itself.
package struct Foreseen: Sendable {
    /// The picture it follows, by number: held, an old picture would be let go by whoever drops this last.
    fileprivate let after: Int
    fileprivate let changesBefore: RecentChanges
    /// What changed a moment ago, with what the picture adds.
    let changes: RecentChanges
    /// The rows of the list, in their order.
    let rows: KeptRows
    /// The open plan, if there is one.
    let plan: Revised?

    /// A plan as it was, and as it is with the picture.
    struct Revised: Sendable {
        let before: PlanPopup
        let after: PlanPopup

        init?(_ before: Popup?, _ after: Popup?) {
            guard case .plan(let before) = before, case .plan(let after) = after else { return nil }
            (self.before, self.after) = (before, after)
        }
    }

    /// Whether the model still is as it was when this was worked out.
    func fits(_ model: Model) -> Bool {
        model.frozen == nil && model.latest?.number == after && model.latestChanges == changesBefore
    }
}

/// Works out ahead what a picture changes on the screen, on the thread that brings the picture: of 100,000 partitions that
/// takes longer than a frame may, and the screen goes on answering keys meanwhile. Safe to use from any thread.
package final class Foresight: Sendable {
    private let shown = Mutex<Model?>(nil)

    /// Knows no screen yet.
    package init() {}

    /// Notes what the last frame showed.
    package func drew(_ model: Model) { shown.withLock { $0 = model } }

    /// Forgets it, so that the picture in it is not held here.
    package func forget() { shown.withLock { $0 = nil } }

    /// A picture with what it changes on the screen; other messages, and pictures that are not looked at, as they are.
    package func foresee(_ message: Message, at now: Timestamp) -> Message {
        guard case .report(let report, let events) = message else { return message }
        // Taken out, not copied: who holds a picture last has to let it go, which takes long too.
        let model = shown.withLock { shown in
            defer { shown = nil }
            return shown
        }
        guard var model, model.frozen == nil, let before = model.latest else { return message }
        let (changesBefore, popupBefore) = (model.latestChanges, model.popup)
        model.now = now
        _ = Update.update(&model, message)
        Screens.workOut(model)
        return .foreseen(
            report, events,
            Foreseen(
                after: before.number, changesBefore: changesBefore, changes: model.latestChanges,
                rows: model.keptRows, plan: Foreseen.Revised(popupBefore, model.popup)))
    }
}
