import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// The table of clusters: who is asked when, and what stands in it. Its frames are not drawn in the design: they are held
/// as they were found right.
@Suite struct ClusterScreenTests {
    private static let now = Fixture.healthyAt

    private static let clusters = [
        ClusterInfo(name: "bundled", isBundled: true, origin: "/var/lib/klamm/bundled"),
        ClusterInfo(
            name: "prod", isBundled: false, readOnlyReason: "cluster.prod.read.only = true",
            origin: "kafka-1.prod:9092,kafka-2.prod:9092", tag: .clusterTag6),
        ClusterInfo(name: "staging", isBundled: false, origin: "kafka-1.staging:9092", tag: .clusterTag3),
        ClusterInfo(name: "old", isBundled: false, origin: "10.1.2.3:9092"),
        ClusterInfo(name: "new", isBundled: false, origin: "10.1.2.4:9092"),
    ]

    private static func answer(_ edit: (inout ClusterAnswer) -> Void = { _ in }) -> ClusterAnswer {
        var answer = ClusterAnswer()
        answer.id = "Xw3bQ1vRTd6x0r0bq4J3Ng"
        answer.brokersUp = 5
        answer.brokersKnown = 5
        answer.controller = 2
        answer.topics = 1_204
        answer.partitions = 9_120
        answer.version = "3.9-IV0"
        answer.latency = 38
        edit(&answer)
        return answer
    }

    private func model(width: Int = 120, height: Int = 34) -> Model {
        var model = Fixture.model(Fixture.healthy(), .overview, width: width, height: height)
        model.clusters = Self.clusters
        return model
    }

    private func press(_ key: Key, _ model: inout Model) -> [Command] { Update.update(&model, .key(key)) }

    private func rows(_ model: Model) -> String { View.view(model).lines.joined(separator: "\n") }

    @Test func howClustersDo() throws {
        for (name, width, height) in [("14.1", 120, 34), ("14.1-80x24", 80, 24)] {
            var model = model(width: width, height: height)
            model.now -= 40_000
            _ = press(.character("c"), &model)
            func answer(_ name: String, _ outcome: ClusterOutcome) {
                _ = Update.update(&model, .clusterAnswered(name, outcome))
            }
            answer("staging", .answered(Self.answer { $0.latency = 1_640 }))
            model.now = Self.now - 4_000
            answer("bundled", .answered(Self.answer { $0.latency = 0.42 }))
            answer(
                "prod",
                .answered(
                    Self.answer {
                        $0.brokersUp = 4
                        $0.underReplicated = 1_204
                        $0.offline = 3
                    }))
            answer("staging", .failed("name not found: kafka-1.staging, asked of the resolver of this machine"))
            model.now = Self.now
            try Golden.hold(model, as: name)
        }
    }

    @Test func theyAreAskedWhileSomebodyLooks() {
        var model = model()
        #expect(Update.update(&model, .tick(model.now)).isEmpty)
        let all = Self.clusters.map { Command.askCluster($0.name) }
        #expect(press(.character("c"), &model) == all)
        #expect(Update.update(&model, .tick(model.now + 60_000)).isEmpty, "an answer is waited for")
        for cluster in Self.clusters {
            #expect(Update.update(&model, .clusterAnswered(cluster.name, .answered(Self.answer()))).isEmpty)
        }
        let answeredAt = model.now
        #expect(Update.update(&model, .tick(answeredAt + ClusterActions.interval - 1)).isEmpty)
        #expect(press(.character("r"), &model) == [.refresh] + all)
        for cluster in Self.clusters { _ = Update.update(&model, .clusterAnswered(cluster.name, .stopped)) }
        _ = press(.character("z"), &model)
        #expect(Update.update(&model, .tick(model.now + ClusterActions.interval)).isEmpty, "frozen")
        _ = press(.character("z"), &model)
        let report = Fixture.healthy()
        #expect(Update.update(&model, .report(report, model.latestEvents)) == all)
        _ = press(.escape, &model)
        #expect(model.place == .overview)
        for cluster in Self.clusters { _ = Update.update(&model, .clusterAnswered(cluster.name, .stopped)) }
        #expect(Update.update(&model, .tick(model.now + 10 * ClusterActions.interval)).isEmpty, "nobody looks")
    }

    @Test func onlySoManyAreAskedAtOnce() {
        var model = model()
        let most = DashboardLimits.clustersAsked
        let names = (0..<most + 3).map { "c\($0)" }
        model.clusters = names.map { ClusterInfo(name: $0, isBundled: false) }
        #expect(press(.character("c"), &model) == names.prefix(most).map { .askCluster($0) })
        #expect(Update.update(&model, .tick(model.now)).isEmpty)
        #expect(
            Update.update(&model, .clusterAnswered("c1", .failed("connection refused"))) == [.askCluster(names[most])])
    }

    @Test func enterShowsACluster() {
        var model = model()
        _ = press(.character("c"), &model)
        #expect(Screens.cursorID(model) == "bundled")
        model.list.cursorID = "prod"
        #expect(press(.enter, &model) == [.showCluster("prod")])
        model.list.cursorID = "bundled"
        #expect(press(.enter, &model).isEmpty)
        #expect(model.place == .overview, "it is shown already")
        model.place = .clusters
        model.list.cursorID = "prod"
        _ = press(.character("d"), &model)
        #expect(rows(model).contains("cluster.prod.read.only = true"))
    }

    /// Who cannot be reached is no reason not to see the others.
    @Test func theTableIsThereWhileNobodyAnswers() {
        var model = model()
        model.latest = nil
        model.cluster = Self.clusters[3]
        let tried = BootstrapTry(address: "10.1.2.3:9092", tries: 1, error: "connection refused", nextTryAt: model.now)
        model.connection = .unreachable([tried], since: model.now)
        #expect(rows(model).contains("c other clusters"))
        #expect(press(.character("c"), &model).count == Self.clusters.count)
        let text = rows(model)
        #expect(text.contains("Clusters 5") && text.contains("10.1.2.3:9092: connection refused"))
        model.clusters = [Self.clusters[3]]
        model.place = .overview
        #expect(!rows(model).contains("other clusters"))
    }

    /// What is wrong with an address is seen on any terminal, however long its name.
    @Test func whyNobodyAnswersIsSeenOnSmallTerminals() {
        func page(_ width: Int, _ height: Int) -> Model {
            var model = Fixture.model(Fixture.healthy(), .overview, width: width, height: height)
            model.latest = nil
            model.cluster = ClusterInfo(name: "kafka-broker-1.eu-central-1.example.org", isBundled: false)
            let tried = BootstrapTry(
                address: "kafka-broker-1.eu-central-1.example.org:9092", tries: 3, error: "the name is not known",
                nextTryAt: model.now + 4_000)
            model.connection = .unreachable([tried], since: model.now)
            return model
        }
        for (width, height) in [(80, 24), (40, 10)] {
            let text = rows(page(width, height))
            #expect(text.contains("   the name is not known; 3 tries,") && text.contains("next in 4 s"), "\(text)")
        }
        var model = page(120, 34)
        #expect(rows(model).contains("kafka-broker-1.eu-central-1.example.org:9092     3   the name is not known "))
        // The keys of the page, and not those of the screen that it stands in for.
        _ = press(.character("?"), &model)
        let keys = rows(model)
        #expect(keys.contains("Keys of this page") && keys.contains("copy the errors"), "\(keys)")
        #expect(!keys.contains("how far charts reach back"))
    }

    @Test func addressesThatBrokersAdvertiseAreToldAsSuch() {
        var model = model()
        model.latest = nil
        model.connection = .unreachable(
            [
                BootstrapTry(
                    address: "kafka-1:9092", of: 1, tries: 2, error: "the name is not known", nextTryAt: model.now)
            ], since: model.now)
        let text = rows(model)
        // Pictures that were drawn before it was known are not shown any longer.
        var late = self.model()
        late.connection = model.connection
        #expect(rows(late) == text)
        #expect(text.contains("answers, but nobody does at the addresses that its brokers advertise"), "\(text)")
        #expect(text.contains("ADVERTISED BY BROKERS") && text.contains("advertised.listeners of the brokers"))
        #expect(!text.contains("has answered yet"))
    }

    @Test func onlyProblemsAreThoseThatAreSeen() {
        var model = model()
        _ = press(.character("c"), &model)
        _ = Update.update(&model, .clusterAnswered("prod", .answered(Self.answer { $0.offline = 1 })))
        _ = Update.update(&model, .clusterAnswered("staging", .failed("connection refused")))
        _ = Update.update(&model, .clusterAnswered("new", .stopped))
        _ = press(.character("!"), &model)
        #expect(ClustersScreen.list(model).ids == ["prod", "staging"])
    }

    /// What another window waited for does not come here.
    @Test func answersStayWhenAnotherClusterIsShown() {
        var before = model()
        _ = press(.character("c"), &before)
        _ = Update.update(&before, .clusterAnswered("prod", .answered(Self.answer())))
        var model = model()
        model.keep(of: before)
        #expect(model.clustersAsked["prod"]?.answer?.value == Self.answer())
        #expect(press(.character("c"), &model).count == Self.clusters.count)
    }

    @Test func thePaletteLeadsThere() {
        for text in ["clusters", "cluster"] {
            var model = model()
            guard case .done(let commands) = Palette.run(text, chosen: 0, &model) else {
                Issue.record("\(text) was not run")
                continue
            }
            #expect(model.place == .clusters && commands.count == Self.clusters.count)
        }
    }
}
