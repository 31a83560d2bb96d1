import ClusterMetadata
import KafkaProtocol

/// Says for which mechanisms users have credentials (KIP-554), from this broker's image.
package struct DescribeUserScramCredentialsHandler {
    private let metadata: any MetadataSource

    package init(metadata: any MetadataSource) { self.metadata = metadata }

    package func handle(_ request: Request<DescribeUserScramCredentialsRequest>) {
        let credentials = metadata.image.credentials
        let asked = (request.body.users ?? []).map(\.name)
        // Nobody named is everybody.
        let counts = Dictionary((asked.isEmpty ? Array(credentials.keys) : asked).map { ($0, 1) }, uniquingKeysWith: +)
        var response = DescribeUserScramCredentialsResponse()
        response.results = counts.sorted { $0.key < $1.key }.map { user, count in
            var result = DescribeUserScramCredentialsResponse.Result()
            result.user = user
            if count > 1 {
                result.errorCode = .duplicateResource
                result.errorMessage =
                    "Cannot describe SCRAM credentials for the same user twice in a single request: \(user)"
            } else if let kept = credentials[user] {
                result.credentialInfos = Self.infos(kept)
            } else {
                result.errorCode = .resourceNotFound
                result.errorMessage = "Attempt to describe a user credential that does not exist: \(user)"
            }
            return result
        }
        request.reply(response)
    }

    private static func infos(
        _ credentials: [ScramMechanism: ScramCredential]
    ) -> [DescribeUserScramCredentialsResponse.Result.Credential] {
        credentials.sorted { $0.key.rawValue < $1.key.rawValue }.map { mechanism, credential in
            var info = DescribeUserScramCredentialsResponse.Result.Credential()
            info.mechanism = mechanism.rawValue
            info.iterations = credential.iterations
            return info
        }
    }
}
