import Properties
import TerminalUI
import Testing

@testable import Dashboard

/// `klamm.properties`: what can be set, and what is said about the rest.
@Suite struct SettingsTests {
    private func read(_ text: String) throws -> Settings {
        Settings(try Properties(parsing: text, file: "klamm.properties"))
    }

    @Test func everythingThatCanBeSet() throws {
        let settings = try read(
            """
            # mine
            theme = nord
            refresh.interval.ms = 2000
            mouse = false
            ascii = true
            bell = true
            time.zone = -05:30
            cluster.prod.bootstrap.servers = k1:9092,k2:9092
            cluster.prod.client.id = me
            cluster.prod.color = red
            cluster.prod.read.only = true
            cluster.prod.theme = gruvbox-dark
            cluster.dev.bootstrap.servers = localhost:9092
            cluster.bundled.color = green
            """)
        #expect(settings.warnings.isEmpty, "\(settings.warnings)")
        #expect(settings.theme == "nord")
        #expect(settings.theme(of: "prod") == ("gruvbox-dark", "cluster.prod.theme"))
        #expect(settings.theme(of: "dev") == ("nord", "theme") && settings.theme(of: "other").name == "nord")
        #expect(settings.interval == 2_000)
        #expect(!settings.usesMouse && settings.forcesASCII && settings.rings)
        #expect(settings.zone == .offset(-19_800))
        #expect(settings.clusters.map(\.name) == ["prod", "dev", "bundled"])
        let prod = try #require(settings.cluster("prod"))
        #expect(prod.tag == .clusterTag6)
        #expect(prod.client.bootstrap?.map(\.description) == ["k1:9092", "k2:9092"])
        #expect(prod.readOnlyReason == "cluster.prod.read.only = true in klamm.properties, line 11")
        #expect(settings.cluster("dev")?.readOnlyReason == nil)
    }

    @Test func zonesAreTheMachinesOwnOrAtAnOffset() {
        #expect(TimeZoneChoice("local") == .machine)
        #expect(TimeZoneChoice("UTC") == .offset(0))
        #expect(TimeZoneChoice("+0200")?.zone(ofMachine: .utc).offset(0) == 7_200)
        for wrong in ["", "+2", "+25:00", "02:00", "Europe/Berlin", "+02:75", "+0a:00"] {
            #expect(TimeZoneChoice(wrong) == nil, "\(wrong)")
        }
    }

    @Test func mistakesWarnWithTheirLineAndLeaveTheRest() throws {
        let settings = try read(
            """
            tehme = nord
            refresh.interval.ms = 5
            mouse = perhaps
            cluster.prod.bootstrap.servers = nonsense:port
            cluster.prod.color = pink
            cluster.prod.read.only = of course
            cluster.prod.ssl.keystore.password = secret
            cluster.prod = x
            cluster.bundled.bootstrap.servers = a:1
            theme = nord
            """)
        #expect(settings.warnings.map(\.line) == Array(1...9))
        #expect(settings.warnings[0].description == "klamm.properties:1: unknown key `tehme`; it has no effect")
        #expect(settings.theme == "nord")
        #expect(settings.interval == Settings().interval)
        #expect(settings.cluster("prod")?.client.bootstrap == nil)
        #expect(settings.cluster("prod")?.readOnlyReason != nil, "who meant to be careful is taken at the word")
        #expect(!settings.warnings.contains { $0.description.contains("secret") })
    }

    @Test func aFileThatCannotBeReadGivesDefaultsAndSaysWhy() {
        #expect(Settings(reading: "/nowhere/klamm.properties") { _ in false } == Settings())
        let folder = Settings(reading: "/") { _ in true }
        #expect(folder.warnings.count == 1)
        #expect(folder.warnings.first?.description.contains("no setting is used") == true)
    }
}

/// Keys given to actions by the person.
@Suite struct KeyMapTests {
    private func read(_ wishes: (String, String)...) -> (map: KeyMap, refusals: [String?]) {
        KeyMap.read(wishes.map { KeyMap.Wish(action: $0.0, keys: $0.1) })
    }

    @Test func aRemappedKeyDrivesDispatchHintsAndHelp() {
        let (map, refusals) = read(("topic.messages", "F5"), ("filter", "C-f"))
        #expect(refusals == [nil, nil])
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.keys = map
        let hints = View.view(model).lines.joined(separator: "\n")
        #expect(hints.contains("F5 messages"))
        #expect(!hints.contains(" m messages"))
        var help = model
        help.popup = .keys(KeysPopup())
        #expect(View.view(help).lines.joined(separator: "\n").contains("C-f"))
        _ = Update.update(&model, .key(.character("m")))
        #expect(model.place == .topics)
        _ = Update.update(&model, .key(.control("f")))
        #expect(model.prompt?.purpose == .filter)
        _ = Update.update(&model, .key(.escape))
        _ = Update.update(&model, .key(.function(5)))
        #expect(model.place == .messages)
    }

    @Test func twoActionsCanSwapKeys() {
        let (map, refusals) = read(("topic.messages", "u"), ("topic.usedby", "m"))
        #expect(refusals == [nil, nil])
        #expect(Actions.table(.topics, map).first { $0.id == "topic.usedby" }?.keys == [.character("m")])
    }

    @Test(arguments: [
        ("nothing.at.all", "F5", "there is no action"), ("delete", "F5", "nearest is"), ("row", "F5", "fixed"),
        ("wizard.cancel", "F5", "fixed"), ("filter", "", "names no key"), ("filter", "Hyper-x", "names no key"),
        ("filter", "m", "`topic.messages` on Topics"), ("filter", "3", "`screen`"), ("filter", "C-c", "`quit`"),
        ("filter", "j", "`row`"), ("filter", "Esc", "Esc"), ("filter", "F", "capital letters change the cluster"),
        ("topic.delete", "F5", "needs a capital letter"), ("topic.delete", "N", "`topic.new`"),
    ])
    func wishesThatCannotBeGranted(_ action: String, _ keys: String, _ reason: String) {
        let (map, refusals) = read((action, keys))
        #expect(map == KeyMap())
        #expect(refusals.first??.contains(reason) == true, "\(refusals)")
    }

    @Test func aRefusedWishFreesWhatItTook() {
        // The first takes the key of the second, which cannot have the one it wants.
        let (map, refusals) = read(("topic.messages", "u"), ("topic.usedby", "/"))
        #expect(map == KeyMap())
        #expect(refusals.allSatisfy { $0 != nil })
    }

    @Test(arguments: Place.examples) func everyPlaceIsAnExample(_ place: Place) {
        #expect(Place.examples.filter { $0.kind == place.kind }.count == 1)
    }
}

/// What the palette does with settings.
@Suite struct PaletteSettingsTests {
    private func typed(_ text: String, _ model: inout Model) {
        _ = Update.update(&model, .key(.character(":")))
        for character in text { _ = Update.update(&model, .key(.character(character))) }
    }

    @Test func themesAndClustersAreCompleted() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.themes = ["gruvbox-dark", "nord"]
        model.clusters = ["bundled", "prod"].map { ClusterInfo(name: $0, isBundled: $0 == "bundled") }
        typed("theme no", &model)
        #expect(model.prompt?.prompt.ghost == "rd")
        #expect(Update.update(&model, .key(.tab)) == [.previewTheme("nord")])
        #expect(Update.update(&model, .key(.enter)).prefix(2) == [.previewTheme(nil), .setTheme("nord")])
        typed("cluster pr", &model)
        #expect(model.prompt?.prompt.ghost == "od")
        _ = Update.update(&model, .key(.tab))
        #expect(Update.update(&model, .key(.enter)).first == .showCluster("prod"))
    }

    @Test func themesAreShownBeforeTheyAreTaken() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.themes = (1...10).map { "theme-\($0)" }
        typed("theme ", &model)
        #expect(Update.update(&model, .key(.down)) == [.previewTheme("theme-2")])
        for _ in 0..<8 { _ = Update.update(&model, .key(.down)) }
        #expect(model.prompt?.theme == "theme-10")
        #expect(View.view(model).lines.contains { $0.contains("theme-10") })
        #expect(Update.update(&model, .key(.escape)) == [.previewTheme(nil)])
        #expect(model.prompt == nil)
        typed("theme nowhere", &model)
        #expect(model.prompt?.theme == nil)
    }

    @Test func shortNamesLeadToScreensAndObjects() {
        for (text, place) in [
            ("t", Place.topics), ("t orders", .topic("orders", .partitions)), ("g billing", .group("billing")),
            ("topics orders", .topic("orders", .partitions)), ("b 2", .broker(2, .partitions)), ("p", .partitions),
        ] {
            var model = Fixture.model(Fixture.healthy(), .overview)
            typed(text, &model)
            _ = Update.update(&model, .key(.enter))
            #expect(model.place == place, "\(text)")
        }
        var model = Fixture.model(Fixture.healthy(), .overview)
        typed("t /pay", &model)
        _ = Update.update(&model, .key(.enter))
        #expect(model.place == .topics && model.list.filter == "pay")
        typed("t nowhere", &model)
        _ = Update.update(&model, .key(.enter))
        #expect(model.prompt?.note.contains("t nowhere") == true)
    }

    @Test func whatTheLastLineSaidIsKeptAndBounded() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        for number in 0..<(DashboardLimits.said + 5) { model.say("text \(number)") }
        #expect(model.said.count == DashboardLimits.said)
        model.say([PropertiesError(file: "/home/me/klamm.properties", line: 3, reason: "unknown key `x`")])
        #expect(model.flash?.text == "klamm.properties:3: unknown key `x`")
        typed("messages-log", &model)
        _ = Update.update(&model, .key(.enter))
        #expect(View.view(model).lines.joined().contains("klamm.properties:3: unknown key `x`"))
    }

    @Test func anotherClusterKeepsWhatBelongsToThePerson() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.interval = 5_000
        model.say("before")
        var next = Model(
            size: model.size, now: model.now, cluster: ClusterInfo(name: "prod", isBundled: false, tag: .clusterTag6),
            connection: .unreachable([], since: model.now))
        next.keep(of: model)
        #expect(next.interval == 5_000 && next.said.map(\.text) == ["before"])
        #expect(next.latest == nil && next.place == .overview)
    }
}
