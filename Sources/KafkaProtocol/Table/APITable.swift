/// Every API that Klamm speaks: what a broker advertises and dispatches on, and what a client negotiates with.
package enum APITable {
    /// Where an API may be asked for.
    package enum Scope: Sendable { case clients, brokers }

    /// One API: its declaration, and the versions that the bundled broker serves.
    package struct Entry: Sendable {
        package let request: any KafkaRequest.Type
        /// What ApiVersions says; every version in it is truly served. Nil for what only brokers of other clusters serve.
        package let served: ClosedRange<Int16>?
        /// `.brokers` keeps an API out of the ApiVersions answer.
        package let scope: Scope

        package init(_ request: any KafkaRequest.Type, served: ClosedRange<Int16>?, scope: Scope = .clients) {
            self.request = request
            self.served = served
            self.scope = scope
        }

        package var api: APIKey { request.api }
    }

    /// All entries by key.
    package static let entries: [APIKey: Entry] = Dictionary(
        (data + groups + transactions + admin + security + quorum).map { ($0.api, $0) },
        uniquingKeysWith: { first, _ in first })
}
