import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Every screen by place: its list, and how its body is drawn.
enum Screens {
    /// The list of the present place, nil where there is none.
    static func list(_ model: Model) -> ListPage? {
        switch model.place {
        case .overview: OverviewScreen.list(model)
        case .brokers: BrokersScreen.list(model)
        case .broker(let id, let tab): BrokerScreen.list(id, tab, model)
        case .topics: TopicsScreen.list(model)
        case .topic(let name, let tab): TopicScreen.list(name, tab, model)
        case .partitions: PartitionsScreen.list(model)
        case .partitionMap: PartitionsScreen.map(model)
        case .groups: GroupsScreen.list(model)
        case .group(let name): GroupScreen.list(name, model)
        case .messages: MessagesScreen.list(model)
        case .reassign: ReassignScreen.list(model)
        case .plan: WizardScreen.list(model)
        case .events: EventsScreen.list(model)
        case .journal: JournalScreen.list(model)
        case .quorum: QuorumScreen.list(model)
        }
    }

    /// Rows of data the present list shows at once.
    static func listHeight(_ model: Model, _ page: ListPage) -> Int {
        let inside = Frame.body(model.size).insideBox
        return Table.page(
            height: ListView.tableArea(inside, page).height, hasHeader: page.hasHeader)
    }

    static func draw(_ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        switch (model.place, model.connection) {
        case (.overview, .starting(let progress)) where model.report == nil:
            StartScreen.draw(progress, model, on: &buffer, in: body)
        case (_, .unreachable(let tries, let since)) where model.report == nil:
            UnreachableScreen.draw(tries, since: since, model, on: &buffer, in: body)
        case (.overview, _): OverviewScreen.draw(model, on: &buffer, in: body)
        default:
            guard let page = list(model) else { return }
            ListView.draw(page, model, on: &buffer, in: body)
            drawOver(model, on: &buffer, in: body)
        }
    }

    /// What some places draw besides their list.
    private static func drawOver(_ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        let tabs: Tabs? =
            switch model.place {
            case .broker(let id, let tab): BrokerScreen.tabs(id, tab, model)
            case .topic(let name, let tab): TopicScreen.tabs(name, tab, model)
            case .plan: WizardScreen.tabs(model)
            default: nil
            }
        let inside = body.insideBox
        tabs?.draw(on: &buffer, in: Rect(x: inside.x + 1, y: inside.y, width: inside.width - 2, height: 1))
        if case .plan = model.place { PreviewStep.drawSide(model, on: &buffer, in: inside) }
    }

    /// Scrolls what has no list.
    static func scroll(_ key: Key, _ model: inout Model) -> Bool { false }

    /// More lines of `d` for an object of the present list.
    static func details(_ id: String, _ model: Model) -> [StyledText] {
        switch model.place {
        case .topics: TopicsScreen.details(id, model)
        case .groups: GroupsScreen.details(id, model)
        default: []
        }
    }
}
