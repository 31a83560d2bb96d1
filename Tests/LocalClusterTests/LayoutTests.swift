import Glibc
import Properties
import Testing

@testable import LocalCluster

/// A directory that is gone after the test.
func withDirectory(_ body: (ClusterDirectory) async throws -> Void) async throws {
    let directory = ClusterDirectory("/tmp/klamm-local-\(getpid())-\(UInt32.random(in: 0 ... .max))")
    do {
        try await body(directory)
    } catch {
        try ClusterDirectory.remove(directory.path)
        throw error
    }
    try ClusterDirectory.remove(directory.path)
}

@Suite struct LayoutTests {
    static let three = ClusterLayout(
        clusterID: "abc", brokers: (1...4).map { .init(id: $0, port: 9091 + Int($0), isVoter: $0 < 4) })

    @Test func layoutSurvivesItsFile() throws {
        let text = Self.three.properties(file: "cluster.properties").text
        let again = try ClusterLayout(Properties(parsing: text, file: "cluster.properties"))
        #expect(again == Self.three)
        #expect(again.bootstrapServers == "127.0.0.1:9092,127.0.0.1:9093,127.0.0.1:9094,127.0.0.1:9095")
        #expect(again.quorumVoters == "1@127.0.0.1:9092,2@127.0.0.1:9093,3@127.0.0.1:9094")
    }

    @Test(arguments: [
        ("brokers=1\nvoters=1\nbroker.1.port=1", "c: `cluster.id` is missing"),
        ("cluster.id=x\nbrokers=1,x\nvoters=1\nbroker.1.port=1", "c:2: `x` is not a broker id"),
        ("cluster.id=x\nbrokers=1,2\nvoters=1\nbroker.1.port=1", "c:2: broker 2 has no `broker.2.port`"),
        ("cluster.id=x\nbrokers=1\nvoters=2\nbroker.1.port=1", "c:3: `voters` must name some of the brokers"),
        (
            "cluster.id=x\nbrokers=1\nvoters=1\nbroker.1.port=0",
            "c:4: `broker.1.port` must be a number from 1 to 65535, not `0`"
        ),
    ])
    func damagedLayoutsNameTheLine(_ text: String, _ message: String) throws {
        let properties = try Properties(parsing: text, file: "c")
        #expect {
            try ClusterLayout(properties)
        } throws: {
            "\($0)" == message
        }
    }

    @Test func serverPropertiesHoldKafkasKeys() throws {
        let directory = ClusterDirectory("/d")
        let file = ServerProperties.make(Self.three.brokers[3], of: Self.three, in: directory)
        #expect(file["process.roles"] == "broker,controller")
        #expect(file["listeners"] == "PLAINTEXT://127.0.0.1:9095")
        #expect(file["controller.quorum.bootstrap.servers"] == Self.three.bootstrapServers)
        #expect(file["controller.quorum.voters"] == nil)
        #expect(file["log.dirs"] == "/d/broker-4/data")
        #expect(try Properties(parsing: file.text, file: "f").dictionary == file.dictionary)
    }

    @Test func clustersOfEarlierReleasesKeepTheirVoters() throws {
        let text = "cluster.id=x\nbrokers=1,2\nvoters=1\nbroker.1.port=9092\nbroker.2.port=9093"
        let layout = try ClusterLayout(Properties(parsing: text, file: "c"))
        let file = ServerProperties.make(layout.brokers[1], of: layout, in: ClusterDirectory("/d"))
        #expect(file["process.roles"] == "broker")
        #expect(file["controller.quorum.voters"] == "1@127.0.0.1:9092")
        #expect(file["controller.quorum.bootstrap.servers"] == "127.0.0.1:9092,127.0.0.1:9093")
        let again = try ClusterLayout(Properties(parsing: layout.properties(file: "c").text, file: "c"))
        #expect(again == layout && !again.canChangeVoters)
    }

    /// The first voters may all go once others vote; what was configured of them goes with them.
    @Test func firstVotersMayGo() throws {
        var layout = Self.three
        for id: Int32 in 1...3 { layout.remove(try layout.broker(id)) }
        let again = try ClusterLayout(Properties(parsing: layout.properties(file: "c").text, file: "c"))
        #expect(again == layout && again.brokers.map(\.id) == [4] && again.canChangeVoters)

        var old = Self.three
        old.canChangeVoters = false
        old.remove(try old.broker(4))
        #expect(!old.canChangeVoters)
        var file = ServerProperties.make(old.brokers[2], of: old, in: ClusterDirectory("/d"))
        #expect(file["controller.quorum.voters"] == old.quorumVoters)
        old.remove(try old.broker(1))
        ServerProperties.address(&file, old.brokers[1], old)
        #expect(old.canChangeVoters && file["controller.quorum.voters"] == nil)
    }

    @Test func standardDirectoryFollowsXDG() {
        #expect(ClusterDirectory.standard { ["XDG_DATA_HOME": "/x", "HOME": "/h"][$0] }.path == "/x/klamm")
        #expect(ClusterDirectory.standard { ["XDG_DATA_HOME": "x", "HOME": "/h"][$0] }.path == "/h/.local/share/klamm")
    }

    @Test func portsInUseArePassedOver() throws {
        let free = try Ports.free(2, from: 0, host: "127.0.0.1")
        #expect(Set(free).count == 2)
        #expect(free.allSatisfy { $0 < Ports.outgoing }, "no connection takes it while the broker is down")
        let next = try Ports.free(1, from: free[0], host: "127.0.0.1", except: [free[0]])
        #expect(next[0] > free[0])
    }
}
