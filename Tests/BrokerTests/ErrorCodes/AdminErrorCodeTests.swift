import ClusterMetadata
import KafkaProtocol
import TestSupport
import Testing

@testable import Broker

/// The errors of administrative requests, each as Kafka's.
@Suite struct AdminErrorCodeTests {
    @Test func topics() throws { try ErrorCodeCase.check(Self.creating + Self.deleting + Self.enlarging) }
    @Test func configs() throws { try ErrorCodeCase.check(Self.configs + Self.describing) }
    @Test func partitions() throws { try ErrorCodeCase.check(Self.elections + Self.moves + Self.directories) }
    @Test func clusterAndSecurity() throws { try ErrorCodeCase.check(Self.cluster + Self.quotas + Self.security) }
    @Test func credentials() throws { try ErrorCodeCase.check(Self.credentials) }

    // MARK: Topics

    private static func create(
        _ name: String, _ expected: ErrorCode..., edit: @escaping @Sendable (inout [CreateTopicsRequest.Topic]) -> Void
    ) -> ErrorCodeCase {
        let code = expected.first ?? .none
        return ErrorCodeCase("creating: \(name)", code) { broker in
            var request = CreateTopicsRequest(.init("new"))
            request.validateOnly = true
            edit(&request.topics)
            return try broker.call(request, 7).topics.map(\.errorCode)
        }
    }

    private static func assign(_ lists: [Int32: [Int32]]) -> @Sendable (inout [CreateTopicsRequest.Topic]) -> Void {
        { topics in
            topics[0].numPartitions = -1
            topics[0].replicationFactor = -1
            topics[0].assignments = lists.sorted { $0.key < $1.key }.map { partition, brokers in
                var assignment = CreateTopicsRequest.Topic.Assignment()
                assignment.partitionIndex = partition
                assignment.brokerIDs = brokers
                return assignment
            }
        }
    }

    private static func config(_ key: String, _ value: String?) -> @Sendable (inout [CreateTopicsRequest.Topic]) -> Void
    {
        { topics in
            var config = CreateTopicsRequest.Topic.Config()
            config.name = key
            config.value = value
            topics[0].configs = [config]
        }
    }

    static let creating: [ErrorCodeCase] = [
        create("as it should be", .none) { _ in },
        create("a name of dots", .invalidTopicException) { $0[0].name = ".." },
        create("a name with a space", .invalidTopicException) { $0[0].name = "a b" },
        create("a name too long", .invalidTopicException) { $0[0].name = String(repeating: "x", count: 250) },
        create("an empty name", .invalidTopicException) { $0[0].name = "" },
        create("a topic that is there", .topicAlreadyExists) { $0[0].name = "t" },
        create("twice", .invalidRequest) { $0.append($0[0]) },
        create("no replica", .invalidReplicationFactor) { $0[0].replicationFactor = 0 },
        create("more replicas than brokers", .invalidReplicationFactor) { $0[0].replicationFactor = 2 },
        create("no partition", .invalidPartitions) { $0[0].numPartitions = 0 },
        create("the factor comes before the count", .invalidReplicationFactor) {
            $0[0].replicationFactor = 5
            $0[0].numPartitions = 0
        },
        create("too many partitions", .policyViolation) { $0[0].numPartitions = 10_001 },
        create("an unknown config", .invalidConfig, edit: config("no.such", "1")),
        create("a config without a value", .invalidConfig, edit: config("retention.ms", nil)),
        create("a bad value", .invalidConfig, edit: config("retention.ms", "soon")),
        create("an assignment", .none, edit: assign([0: [1]])),
        create("an assignment and a count", .invalidRequest) {
            assign([0: [1]])(&$0)
            $0[0].numPartitions = 1
        },
        create("an assignment with a gap", .invalidReplicaAssignment, edit: assign([0: [1], 2: [1]])),
        create("an assignment to nobody", .invalidReplicaAssignment, edit: assign([0: []])),
        create("an assignment to one twice", .invalidReplicaAssignment, edit: assign([0: [1, 1]])),
        create("an assignment to a stranger", .invalidReplicaAssignment, edit: assign([0: [9]])),
    ]

    private static func delete(
        _ name: String, _ expected: ErrorCode, _ count: Int = 1,
        edit: @escaping @Sendable (inout [DeleteTopicsRequest.Topic]) -> Void
    ) -> ErrorCodeCase {
        ErrorCodeCase("deleting: \(name)", expected) { broker in
            var request = DeleteTopicsRequest()
            request.timeoutMs = 1_000
            request.topics = [DeleteTopicsRequest.Topic()]
            edit(&request.topics)
            return Array(Set(try broker.call(request, 6).responses.map(\.errorCode)))
        }
    }

    static let deleting: [ErrorCodeCase] = [
        delete("a name that is not there", .unknownTopicOrPartition) { $0[0].name = "no" },
        delete("an id that is not there", .unknownTopicId) { $0[0].topicID = UUID(high: 1, low: 1) },
        delete("neither name nor id", .invalidRequest) { _ in },
        delete("name and id", .invalidRequest) {
            $0[0].name = "t"
            $0[0].topicID = UUID(high: 1, low: 1)
        },
        delete("twice", .invalidRequest) {
            $0[0].name = "t"
            $0.append($0[0])
        },
    ]

    private static func enlarge(
        _ name: String, _ expected: ErrorCode, to count: Int32, of topic: String = "t", lists: [[Int32]]? = nil
    ) -> ErrorCodeCase {
        ErrorCodeCase("enlarging: \(name)", expected) { broker in
            var asked = CreatePartitionsRequest.Topic()
            asked.name = topic
            asked.count = count
            asked.assignments = lists.map { lists in
                lists.map { brokers in
                    var assignment = CreatePartitionsRequest.Topic.Assignment()
                    assignment.brokerIDs = brokers
                    return assignment
                }
            }
            var request = CreatePartitionsRequest()
            request.topics = [asked]
            request.timeoutMs = 1_000
            request.validateOnly = true
            return try broker.call(request, 3).results.map(\.errorCode)
        }
    }

    static let enlarging: [ErrorCodeCase] = [
        enlarge("by one", .none, to: 3),
        enlarge("to what it has", .invalidPartitions, to: 2),
        enlarge("to less", .invalidPartitions, to: 1),
        enlarge("what is not there", .unknownTopicOrPartition, to: 3, of: "no"),
        enlarge("too few lists", .invalidReplicaAssignment, to: 4, lists: [[1]]),
        enlarge("another number of replicas", .invalidReplicaAssignment, to: 3, lists: [[1, 2]]),
        enlarge("to a stranger", .invalidReplicaAssignment, to: 3, lists: [[9]]),
    ]

    // MARK: Configs

    private static func alter(
        _ name: String, _ expected: ErrorCode, _ type: Int8, _ resource: String, _ key: String, _ value: String?,
        operation: Int8 = 0, times: Int = 1
    ) -> ErrorCodeCase {
        ErrorCodeCase("altering: \(name)", expected) { broker in
            var change = IncrementalAlterConfigsRequest.Resource.Config()
            change.name = key
            change.value = value
            change.configOperation = operation
            var asked = IncrementalAlterConfigsRequest.Resource()
            asked.resourceType = type
            asked.resourceName = resource
            asked.configs = [change]
            var request = IncrementalAlterConfigsRequest()
            request.resources = Array(repeating: asked, count: times)
            request.validateOnly = true
            return Array(Set(try broker.call(request, 1).responses.map(\.errorCode)))
        }
    }

    static let configs: [ErrorCodeCase] = [
        alter("as it should be", .none, 2, "t", "retention.ms", "5"),
        alter("an unknown key", .invalidConfig, 2, "t", "no.such", "5"),
        alter("a bad value", .invalidConfig, 2, "t", "min.insync.replicas", "0"),
        alter("no value", .invalidRequest, 2, "t", "retention.ms", nil),
        alter("adding to what is no list", .invalidConfig, 2, "t", "retention.ms", "5", operation: 2),
        alter("an unknown operation", .invalidRequest, 2, "t", "retention.ms", "5", operation: 7),
        alter("a topic that is not there", .unknownTopicOrPartition, 2, "no", "retention.ms", "5"),
        alter("a broker that is not there", .brokerIdNotRegistered, 4, "9", "log.retention.ms", "5"),
        alter("a broker without a number", .invalidRequest, 4, "x", "log.retention.ms", "5"),
        alter("a key that is read once", .invalidRequest, 4, "1", "num.partitions", "5"),
        alter("an unknown kind of resource", .invalidRequest, 77, "x", "a", "5"),
        alter("a resource twice", .invalidRequest, 2, "t", "retention.ms", "5", times: 2),
    ]

    private static func describe(
        _ name: String, _ expected: ErrorCode, _ type: Int8, _ resource: String
    ) -> ErrorCodeCase {
        ErrorCodeCase("describing: \(name)", expected) { broker in
            var asked = DescribeConfigsRequest.Resource()
            asked.resourceType = type
            asked.resourceName = resource
            var request = DescribeConfigsRequest()
            request.resources = [asked]
            return try broker.call(request, 4).results.map(\.errorCode)
        }
    }

    static let describing: [ErrorCodeCase] = [
        describe("a topic", .none, 2, "t"),
        describe("a topic that is not there", .unknownTopicOrPartition, 2, "no"),
        describe("this broker", .none, 4, "1"),
        describe("another broker", .invalidRequest, 4, "2"),
        describe("all brokers", .none, 4, ""),
        describe("an unknown kind of resource", .invalidRequest, 77, "x"),
    ]

    // MARK: Partitions

    private static func elect(_ name: String, _ expected: ErrorCode, _ type: Int8, _ topic: String) -> ErrorCodeCase {
        ErrorCodeCase("electing: \(name)", expected) { broker in
            var request = ElectLeadersRequest()
            request.electionType = type
            request.topicPartitions = [.init(topic, [0])]
            let answer = try broker.call(request, 2)
            if answer.errorCode != .none { return [answer.errorCode] }
            return answer.replicaElectionResults.flatMap { $0.partitions.map(\.errorCode) }
        }
    }

    static let elections: [ErrorCodeCase] = [
        elect("who leads already", .electionNotNeeded, 0, "t"),
        elect("uncleanly with a leader", .electionNotNeeded, 1, "t"),
        elect("what is not there", .unknownTopicOrPartition, 0, "no"),
        elect("in an unknown way", .invalidRequest, 5, "t"),
    ]

    private static func move(
        _ name: String, _ expected: ErrorCode, _ topic: String, _ partition: Int32, to replicas: [Int32]?
    ) -> ErrorCodeCase {
        ErrorCodeCase("moving: \(name)", expected) { broker in
            var asked = AlterPartitionReassignmentsRequest.Partition()
            asked.partitionIndex = partition
            asked.replicas = replicas
            var entry = AlterPartitionReassignmentsRequest.Topic()
            entry.name = topic
            entry.partitions = [asked]
            var request = AlterPartitionReassignmentsRequest()
            request.topics = [entry]
            let answer = try broker.call(request, 0)
            if answer.errorCode != .none { return [answer.errorCode] }
            return answer.responses.flatMap { $0.partitions.map(\.errorCode) }
        }
    }

    static let moves: [ErrorCodeCase] = [
        move("to where it is", .none, "t", 0, to: [1]),
        move("to nobody", .invalidReplicaAssignment, "t", 0, to: []),
        move("to one twice", .invalidReplicaAssignment, "t", 0, to: [1, 1]),
        move("to a stranger", .invalidReplicaAssignment, "t", 0, to: [9]),
        move("a topic that is not there", .unknownTopicOrPartition, "no", 0, to: [1]),
        move("a partition that is not there", .unknownTopicOrPartition, "t", 9, to: [1]),
        move("cancelling what does not go on", .noReassignmentInProgress, "t", 0, to: nil),
    ]

    private static func put(
        _ name: String, _ expected: ErrorCode, _ topic: String, _ path: String
    ) -> ErrorCodeCase {
        ErrorCodeCase("log directories: \(name)", expected) { broker in
            var dir = AlterReplicaLogDirsRequest.Dir()
            dir.path = path
            dir.topics = [.init(topic, [0])]
            var request = AlterReplicaLogDirsRequest()
            request.dirs = [dir]
            return try broker.call(request, 2).results.flatMap { $0.partitions.map(\.errorCode) }
        }
    }

    static let directories: [ErrorCodeCase] = [
        put("where the replica is", .none, "t", "/data"),
        put("one that is none", .logDirNotFound, "t", "/elsewhere"),
        put("a replica that is not here", .replicaNotAvailable, "no", "/data"),
    ]

    // MARK: Cluster

    static let cluster: [ErrorCodeCase] = [
        ErrorCodeCase("unregistering a broker that is not there", .brokerIdNotRegistered) { broker in
            var request = UnregisterBrokerRequest()
            request.brokerID = 9
            return [try broker.call(request, 0).errorCode]
        },
        ErrorCodeCase("a feature that is not there", .invalidUpdateVersion) { broker in
            var update = UpdateFeaturesRequest.Update()
            update.feature = "no.such"
            update.maxVersionLevel = 1
            var request = UpdateFeaturesRequest()
            request.featureUpdates = [update]
            return [try broker.call(request, 1).errorCode]
        },
        ErrorCodeCase("controllers asked of a broker", .mismatchedEndpointType) { broker in
            var request = DescribeClusterRequest()
            request.endpointType = 2
            return [try broker.call(request, 2).errorCode]
        },
        ErrorCodeCase("a coordinator of an unknown kind", .invalidRequest) { broker in
            var request = FindCoordinatorRequest()
            request.keyType = 9
            request.coordinatorKeys = ["g"]
            return try broker.call(request, 4).coordinators.map(\.errorCode)
        },
    ]

    private static func quota(
        _ name: String, _ expected: ErrorCode, _ parts: [(String, String?)], _ key: String, _ value: Double
    ) -> ErrorCodeCase {
        ErrorCodeCase("quotas: \(name)", expected) { broker in
            var change = AlterClientQuotasRequest.Entry.Change()
            change.key = key
            change.value = value
            var entry = AlterClientQuotasRequest.Entry()
            entry.entity = parts.map { QuotaEntityPart($0, $1) }
            entry.ops = [change]
            var request = AlterClientQuotasRequest()
            request.entries = [entry]
            request.validateOnly = true
            return try broker.call(request, 1).entries.map(\.errorCode)
        }
    }

    static let quotas: [ErrorCodeCase] = [
        quota("of a user", .none, [("user", "a")], "producer_byte_rate", 5),
        quota("of all client ids of a user", .none, [("client-id", nil), ("user", "a")], "request_percentage", 0.5),
        quota("of nobody", .invalidRequest, [], "producer_byte_rate", 5),
        quota("of an unknown kind", .invalidRequest, [("group", "a")], "producer_byte_rate", 5),
        quota("of an empty name", .invalidRequest, [("user", "")], "producer_byte_rate", 5),
        quota("of a user twice", .invalidRequest, [("user", "a"), ("user", "b")], "producer_byte_rate", 5),
        quota(
            "of an address and a user", .invalidRequest, [("ip", "1.2.3.4"), ("user", "b")], "connection_creation_rate",
            5),
        quota("of an address", .none, [("ip", "1.2.3.4")], "connection_creation_rate", 5),
        quota("of what is no address", .invalidRequest, [("ip", "1.2.3")], "connection_creation_rate", 5),
        quota("bytes of an address", .invalidRequest, [("ip", "1.2.3.4")], "producer_byte_rate", 5),
        quota("an unknown key", .invalidRequest, [("user", "a")], "no_such_rate", 5),
        quota("nothing at all", .invalidRequest, [("user", "a")], "consumer_byte_rate", 0),
        quota("half a byte", .invalidRequest, [("user", "a")], "consumer_byte_rate", 0.5),
    ]

    // MARK: Credentials

    private static func alter(
        _ name: String, _ expected: [String: ErrorCode], deleting deletions: [(String, Int8)] = [],
        setting upsertions: [(String, Int8, Int32)] = [], password: [UInt8] = [1]
    ) -> ErrorCodeCase {
        let users = expected.keys.sorted()
        return ErrorCodeCase("credentials: \(name)", users.map { expected[$0] ?? .none }) { broker in
            var request = AlterUserScramCredentialsRequest()
            request.deletions = deletions.map { user, mechanism in
                var deletion = AlterUserScramCredentialsRequest.Deletion()
                deletion.name = user
                deletion.mechanism = mechanism
                return deletion
            }
            request.upsertions = upsertions.map { user, mechanism, iterations in
                var upsertion = AlterUserScramCredentialsRequest.Upsertion()
                upsertion.name = user
                upsertion.mechanism = mechanism
                upsertion.iterations = iterations
                upsertion.salt = Secret([7])
                upsertion.saltedPassword = Secret(password)
                return upsertion
            }
            let results = try broker.call(request, 0).results.sorted { $0.name < $1.name }
            #expect(results.map(\.name) == users)
            return results.map(\.errorCode)
        }
    }

    private static func describe(_ name: String, _ users: [String], _ expected: ErrorCode...) -> ErrorCodeCase {
        ErrorCodeCase("credentials: \(name)", expected) { broker in
            var request = DescribeUserScramCredentialsRequest()
            request.users = users.map { name in
                var user = DescribeUserScramCredentialsRequest.User()
                user.name = name
                return user
            }
            let answer = try broker.call(request, 0)
            #expect(answer.errorCode == .none)
            return answer.results.map(\.errorCode)
        }
    }

    static let credentials: [ErrorCodeCase] = [
        describe("of all, where nobody has any", []),
        describe("of nobody known, and of one twice", ["a", "b", "b"], .resourceNotFound, .duplicateResource),
        alter("too few iterations", ["a": .unacceptableCredential], setting: [("a", 1, 4_095)]),
        alter("too many iterations", ["a": .unacceptableCredential], setting: [("a", 1, 16_385)]),
        alter("an empty name", ["": .unacceptableCredential], setting: [("", 1, 4_096)]),
        alter("an empty name to delete", ["": .unacceptableCredential], deleting: [("", 1)]),
        alter("an unknown mechanism", ["a": .unsupportedSaslMechanism], setting: [("a", 3, 4_096)]),
        alter("an unknown mechanism to delete", ["a": .unsupportedSaslMechanism], deleting: [("a", 0)]),
        alter("no salted password", ["a": .unacceptableCredential], setting: [("a", 1, 4_096)], password: []),
        alter("one that does not exist", ["a": .resourceNotFound], deleting: [("a", 1)]),
        alter("the first error of a user counts", ["a": .resourceNotFound], deleting: [("a", 1), ("a", 1)]),
        alter("one twice", ["a": .duplicateResource], setting: [("a", 1, 4_096), ("a", 2, 4_096)]),
        describe("nothing came of it", ["a"], .resourceNotFound),
        alter(
            "two users, one in error", ["a": .none, "b": .unacceptableCredential],
            setting: [("a", 1, 4_096), ("b", 2, 1)]),
        describe("of both", ["a", "b"], .none, .resourceNotFound),
        alter("another mechanism to delete", ["a": .resourceNotFound], deleting: [("a", 2)]),
        alter("deleted and set", ["a": .duplicateResource], deleting: [("a", 1)], setting: [("a", 1, 8_192)]),
        alter("deleted", ["a": .none], deleting: [("a", 1)]),
        describe("gone", ["a"], .resourceNotFound),
    ]

    static let security: [ErrorCodeCase] = [
        ErrorCodeCase("rules listed", .securityDisabled) { [try $0.call(DescribeAclsRequest(), 3).errorCode] },
        ErrorCodeCase("a rule made", .securityDisabled) { broker in
            var request = CreateAclsRequest()
            request.creations = [ACLBinding()]
            return try broker.call(request, 3).results.map(\.errorCode)
        },
        ErrorCodeCase("rules removed", .securityDisabled) { broker in
            var request = DeleteAclsRequest()
            request.filters = [ACLFilter()]
            return try broker.call(request, 3).filterResults.map(\.errorCode)
        },
        ErrorCodeCase("a handshake on a plain listener", .illegalSaslState) {
            [try $0.call(SaslHandshakeRequest(), 1).errorCode]
        },
        ErrorCodeCase("a proof on a plain listener", .illegalSaslState) {
            [try $0.call(SaslAuthenticateRequest(), 2).errorCode]
        },
        ErrorCodeCase("a token", .delegationTokenRequestNotAllowed) {
            [try $0.call(CreateDelegationTokenRequest(), 3).errorCode]
        },
        ErrorCodeCase("a longer token", .delegationTokenRequestNotAllowed) {
            [try $0.call(RenewDelegationTokenRequest(), 2).errorCode]
        },
        ErrorCodeCase("a shorter token", .delegationTokenRequestNotAllowed) {
            [try $0.call(ExpireDelegationTokenRequest(), 2).errorCode]
        },
        ErrorCodeCase("all tokens", .delegationTokenRequestNotAllowed) {
            [try $0.call(DescribeDelegationTokenRequest(), 3).errorCode]
        },
    ]
}
