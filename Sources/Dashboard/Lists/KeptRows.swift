import KafkaProtocol
import Synchronization
import TerminalUI

/// Which rows a list has and in which order, kept from the key to the frame that answers it, and to the next key: of ten
/// thousand topics that takes longer than all of the rest. One list is kept, of one picture, and what follows from that
/// picture alone; the next picture begins anew.
///
/// A memo and nothing else: what is found here is what would be worked out. Safe to use from any thread.
final class KeptRows: Sendable {
    /// What rows and their order follow from, besides the picture.
    struct Key: Equatable, Sendable {
        let place: Place
        let pane: OverviewPane
        let filter: String
        let sort: TableSort?
        let problemsOnly: Bool
        let showsInternal: Bool
        /// Objects that are gone stay in the list for a while.
        let changesEnd: Timestamp?
        let wizard: Wizard?
        /// What a step of the wizard says is cut to it.
        let size: Size
    }

    private struct Kept {
        let key: Key
        var values: [String: any Sendable] = [:]
    }

    private let kept = Mutex<Kept?>(nil)
    private let ofPicture = Mutex<[String: any Sendable]>([:])

    /// What is kept under a name for a list; worked out where that is another list, or not yet.
    func value<Value: Sendable>(_ name: String, for key: Key, _ make: () -> Value) -> Value {
        let found = kept.withLock { kept -> Value? in
            if kept?.key != key { kept = Kept(key: key) }
            // A value may be nil, which a cast would take for what is not there.
            guard let known = kept?.values[name] else { return nil }
            return known as? Value
        }
        if let found { return found }
        let value = make()
        kept.withLock { kept in
            if kept?.key == key { kept?.values[name] = value }
        }
        return value
    }

    /// What is kept under a name, whichever list is shown; worked out where it is not yet.
    func value<Value: Sendable>(_ name: String, _ make: () -> Value) -> Value {
        if let known = ofPicture.withLock({ $0[name] }) as? Value { return known }
        let value = make()
        ofPicture.withLock { $0[name] = value }
        return value
    }
}

extension Model {
    /// The rows of the list at the present place, in the order in which equal ones shall stay.
    func rows<Rows: Sendable>(_ make: () -> Rows) -> Rows { kept("rows", make) }

    /// What follows from those rows.
    func kept<Value: Sendable>(_ name: String, _ make: () -> Value) -> Value {
        keptRows.value(name, for: rowsKey, make)
    }

    /// What follows from the picture alone, for all screens. No more than the few names that are asked for.
    func keptOfPicture<Value: Sendable>(_ name: String, _ make: () -> Value) -> Value {
        keptRows.value(name, make)
    }

    /// The places of rows as they are shown, for `ListSpec.keepsOrder`.
    var keepsOrder: (() -> [Int]?) -> [Int]? {
        { [keptRows, rowsKey] make in keptRows.value("order", for: rowsKey, make) }
    }

    private var rowsKey: KeptRows.Key {
        let list = list
        return KeptRows.Key(
            place: place, pane: pane, filter: list.filter, sort: list.sort, problemsOnly: list.problemsOnly,
            showsInternal: showsInternal, changesEnd: recent.endsAt, wizard: wizard, size: size)
    }
}
