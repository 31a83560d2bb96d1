import ClusterMetadata
import KafkaProtocol
import Testing

@testable import Broker

/// Credentials of users through a whole broker.
@Suite struct ScramCredentialsTests {
    private func set(_ user: String, iterations: Int32, _ broker: LoneBroker) throws {
        var upsertion = AlterUserScramCredentialsRequest.Upsertion()
        upsertion.name = user
        upsertion.mechanism = ScramMechanism.sha512.rawValue
        upsertion.iterations = iterations
        upsertion.salt = Secret([1])
        upsertion.saltedPassword = Secret([2])
        var request = AlterUserScramCredentialsRequest()
        request.upsertions = [upsertion]
        #expect(try broker.call(request, 0).results.map(\.errorCode) == [ErrorCode.none])
    }

    private func iterations(_ broker: LoneBroker) throws -> [String: [Int32]] {
        let answer = try broker.call(DescribeUserScramCredentialsRequest(), 0)
        return Dictionary(uniqueKeysWithValues: answer.results.map { ($0.user, $0.credentialInfos.map(\.iterations)) })
    }

    /// What was answered is seen at once, and again by the next process.
    @Test func aRestartKeepsThem() throws {
        let broker = try LoneBroker()
        try set("a", iterations: 4_096, broker)
        try set("b", iterations: 8_192, broker)
        #expect(try iterations(broker) == ["a": [4_096], "b": [8_192]])
        try set("a", iterations: 16_384, broker)
        #expect(try iterations(broker) == ["a": [16_384], "b": [8_192]])
        try broker.restart()
        #expect(try iterations(broker) == ["a": [16_384], "b": [8_192]])
    }
}
