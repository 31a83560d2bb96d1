import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Every screen by place: its list, and how its body is drawn.
enum Screens {
    /// The list of the present place, nil where there is none.
    static func list(_ model: Model) -> ListPage? {
        switch model.place {
        case .overview: OverviewScreen.list(model)
        case .clusters: ClustersScreen.list(model)
        case .brokers: BrokersScreen.list(model)
        case .broker(let id, let tab): BrokerScreen.list(id, tab, model)
        case .topics: TopicsScreen.list(model)
        case .topic(let name, let tab): TopicScreen.list(name, tab, model)
        case .partitions: PartitionsScreen.list(model)
        case .partitionMap: PartitionsScreen.map(model)
        case .groups: GroupsScreen.list(model)
        case .group(let name): GroupScreen.list(name, model)
        case .transactions: TransactionsScreen.list(model)
        case .producers(let topic): ProducersScreen.list(topic, model)
        case .analysis(let topic): AnalysisScreen.list(topic, model)
        case .messages: MessagesScreen.list(model)
        case .reassign: ReassignScreen.list(model)
        case .plan: WizardScreen.list(model)
        case .events: EventsScreen.list(model)
        case .journal: JournalScreen.list(model)
        case .quorum: QuorumScreen.list(model)
        }
    }

    /// Works out what the present place keeps of a picture, without drawing it.
    static func workOut(_ model: Model) {
        _ = list(model)
        if model.place == .overview, OverviewScreen.isAtRisk(model) { _ = RiskPanel.list(model) }
    }

    /// What stands in for the screens before the first picture, and while there can be none that is true.
    enum State {
        case starting(StartProgress)
        case unreachable([BootstrapTry], since: Timestamp)
    }

    /// The state that stands in for the present screen, nil once there is a picture.
    static func state(_ model: Model) -> State? {
        guard model.place != .clusters else { return nil }
        if case .unreachable(let tries, let since) = model.connection, tries.contains(where: { $0.broker != nil }) {
            return .unreachable(tries, since: since)
        }
        guard model.report == nil else { return nil }
        switch model.connection {
        case .starting(let progress): return model.place == .overview ? .starting(progress) : nil
        case .unreachable(let tries, let since): return .unreachable(tries, since: since)
        case .live, .lost: return nil
        }
    }

    /// Rows of data the present list shows at once.
    static func listHeight(_ model: Model, _ page: ListPage) -> Int {
        let inside = Frame.body(model.size).insideBox
        return Table.page(
            height: ListView.tableArea(inside, page).height, hasHeader: page.hasHeader)
    }

    /// Draws the body, and notes in the model of this frame which row the cursor is on.
    ///
    /// - Returns: the objects of the list in view; on Overview those of its groups.
    static func draw(_ model: inout Model, on buffer: inout CellBuffer, in body: Rect) -> [String] {
        switch state(model) {
        case .starting(let progress): StartScreen.draw(progress, model, on: &buffer, in: body)
        case .unreachable(let tries, let since):
            UnreachableScreen.draw(tries, since: since, model, on: &buffer, in: body)
        case nil where model.place == .overview:
            model.cursorRow = CursorRow(OverviewScreen.list(model), model.list)
            return OverviewScreen.draw(model, on: &buffer, in: body)
        case nil:
            guard let page = list(model) else { return [] }
            model.cursorRow = CursorRow(page, model.list)
            let visible = ListView.draw(page, model, on: &buffer, in: body)
            drawOver(model, on: &buffer, in: body)
            return visible
        }
        return []
    }

    /// The tabs of a detail, nil elsewhere.
    static func tabs(_ model: Model) -> Tabs? {
        switch model.place {
        case .broker(let id, let tab): BrokerScreen.tabs(id, tab, model)
        case .topic(let name, let tab): TopicScreen.tabs(name, tab, model)
        case .plan: WizardScreen.tabs(model)
        default: nil
        }
    }

    /// What some places draw besides their list.
    private static func drawOver(_ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        let inside = body.insideBox
        tabs(model)?.draw(on: &buffer, in: Rect(x: inside.x + 1, y: inside.y, width: inside.width - 2, height: 1))
        if case .plan = model.place { PreviewStep.drawSide(model, on: &buffer, in: inside) }
    }

    /// Scrolls what has no list.
    static func scroll(_ key: Key, _ model: inout Model) -> Bool { false }

    /// More lines of `d` for an object of the present list.
    static func details(_ id: String, _ model: Model) -> [StyledText] {
        switch model.place {
        case .clusters: ClustersScreen.details(id, model)
        case .groups: GroupsScreen.details(id, model)
        default: []
        }
    }
}
