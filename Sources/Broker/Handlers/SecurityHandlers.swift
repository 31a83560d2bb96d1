import KafkaProtocol

/// What a cluster without security says to those who ask about it, as Kafka does: there is no authorizer, and nobody can
/// prove who they are on a plain connection.
package enum SecurityHandlers {
    private static let noAuthorizer = "No authorizer is configured."

    /// Registers them all.
    package static func register(on router: RequestRouter) {
        registerSASL(router)
        registerRules(router)
        registerTokens(router)
    }

    private static func registerSASL(_ router: RequestRouter) {
        router.on(SaslHandshakeRequest.self) { request in
            var response = SaslHandshakeResponse()
            response.errorCode = .illegalSaslState
            request.reply(response)
        }
        router.on(SaslAuthenticateRequest.self) { request in
            var response = SaslAuthenticateResponse()
            response.errorCode = .illegalSaslState
            response.errorMessage = "This listener does not use SASL."
            request.reply(response)
        }
    }

    private static func registerRules(_ router: RequestRouter) {
        router.on(DescribeAclsRequest.self) { request in
            var response = DescribeAclsResponse()
            response.errorCode = .securityDisabled
            response.errorMessage = noAuthorizer
            request.reply(response)
        }
        router.on(CreateAclsRequest.self) { request in
            var result = CreateAclsResponse.Result()
            result.errorCode = .securityDisabled
            result.errorMessage = noAuthorizer
            var response = CreateAclsResponse()
            response.results = request.body.creations.map { _ in result }
            request.reply(response)
        }
        router.on(DeleteAclsRequest.self) { request in
            var result = DeleteAclsResponse.Result()
            result.errorCode = .securityDisabled
            result.errorMessage = noAuthorizer
            var response = DeleteAclsResponse()
            response.filterResults = request.body.filters.map { _ in result }
            request.reply(response)
        }
    }

    /// Kafka takes no request for tokens on a connection on which nobody has proved who they are.
    private static func registerTokens(_ router: RequestRouter) {
        router.on(CreateDelegationTokenRequest.self) { request in
            var response = CreateDelegationTokenResponse()
            response.errorCode = .delegationTokenRequestNotAllowed
            request.reply(response)
        }
        router.on(RenewDelegationTokenRequest.self) { request in
            var response = DelegationTokenExpiryResponse()
            response.errorCode = .delegationTokenRequestNotAllowed
            request.reply(response)
        }
        router.on(ExpireDelegationTokenRequest.self) { request in
            var response = DelegationTokenExpiryResponse()
            response.errorCode = .delegationTokenRequestNotAllowed
            request.reply(response)
        }
        router.on(DescribeDelegationTokenRequest.self) { request in
            var response = DescribeDelegationTokenResponse()
            response.errorCode = .delegationTokenRequestNotAllowed
            request.reply(response)
        }
    }
}
