extension APITable {
    /// Who clients are and what they may do: without security brokers keep credentials, and else say that there is none.
    static let security: [Entry] = [
        Entry(SaslHandshakeRequest.self, served: 0...1),
        Entry(SaslAuthenticateRequest.self, served: 0...2),
        Entry(DescribeAclsRequest.self, served: 0...3),
        Entry(CreateAclsRequest.self, served: 0...3),
        Entry(DeleteAclsRequest.self, served: 0...3),
        Entry(CreateDelegationTokenRequest.self, served: 0...3),
        Entry(RenewDelegationTokenRequest.self, served: 0...2),
        Entry(ExpireDelegationTokenRequest.self, served: 0...2),
        Entry(DescribeDelegationTokenRequest.self, served: 0...3),
        Entry(DescribeUserScramCredentialsRequest.self, served: 0...0),
        Entry(AlterUserScramCredentialsRequest.self, served: 0...0),
    ]
}
