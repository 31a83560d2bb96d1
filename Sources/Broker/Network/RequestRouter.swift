import KafkaProtocol
import NIOCore

/// Takes a frame to its handler: header, version check against `APITable`, body, handler.
///
/// As with Kafka, an unknown API, a version that is not served or an unreadable body ends the connection; only
/// ApiVersions answers a version that is too high (KIP-511).
package final class RequestRouter {
    /// What a connection does with a frame.
    package enum Outcome { case accepted, refused(String) }

    /// Takes the answer's frame; nil for none.
    package typealias Respond = (ByteBuffer?) -> Void
    private typealias Handler = (RequestHeader, inout ByteBuffer, Caller) throws -> Void

    /// Who sent a frame, and what can be done to their connection.
    private struct Caller {
        let client: ClientInfo
        let bytes: Int
        let respond: Respond
        let close: () -> Void
        let mute: (Int64) -> Void
    }

    private var handlers: [APIKey: Handler] = [:]
    /// What clients may use; without it they may use everything.
    package var quotas: ClientQuotas?

    package init() {}

    /// Declares who handles an API.
    package func on<R: KafkaRequest>(_ type: R.Type, _ handle: @escaping (Request<R>) -> Void) {
        handlers[R.api] = { [unowned self] header, buffer, caller in
            let work = quotas.flatMap { RequestWork($0, caller.client) }
            let flexible = header.version >= R.flexibleSince
            if flexible { try RequestHeader.skipTags(&buffer) }
            let body = try R(decoding: &buffer, version: header.version, flexible: flexible)
            let reply: (R.Response?) -> Void = { response in
                let response = work.map { $0.finish(response, of: body, muting: caller.mute) } ?? response
                guard let response else { return caller.respond(nil) }
                let frame = try? Frame.response(
                    response, to: R.self, version: header.version, correlationID: header.correlationID)
                if frame == nil { caller.close() }
                caller.respond(frame)
            }
            handle(
                Request(
                    body: body, version: header.version, client: caller.client, reply: reply, close: caller.close,
                    bytes: caller.bytes, mute: caller.mute))
            work?.pause()
        }
    }

    /// Forgets all handlers, and with them what they hold.
    package func takeApart() {
        handlers = [:]
        quotas = nil
    }

    /// The APIs that have a handler, with the versions served; what ApiVersions tells clients.
    package var advertised: [ApiVersionsResponse.API] {
        APITable.entries.values.filter { $0.scope == .clients && handlers[$0.api] != nil }
            .sorted { $0.api < $1.api }
            .compactMap { entry in
                guard let served = entry.served else { return nil }
                var api = ApiVersionsResponse.API()
                api.key = entry.api.rawValue
                api.minVersion = served.lowerBound
                api.maxVersion = served.upperBound
                return api
            }
    }

    /// Handles one frame without its size. `respond` is called once, possibly much later, if the frame is accepted; `mute`
    /// asks to read nothing from the client for so many milliseconds.
    package func route(
        _ frame: ByteBuffer, from host: String, respond: @escaping Respond, close: @escaping () -> Void,
        mute: @escaping (Int64) -> Void = { _ in }
    ) -> Outcome {
        var buffer = frame
        let header: RequestHeader
        do { header = try RequestHeader(decoding: &buffer) } catch { return .refused("unreadable header: \(error)") }
        let api = APIKey(rawValue: header.api)
        guard let served = APITable.entries[api]?.served, let handler = handlers[api] else {
            return .refused("\(api) is not served")
        }
        guard served.contains(header.version) else {
            guard api == .apiVersions else { return .refused("\(api) version \(header.version) is not served") }
            respond(Self.unsupportedApiVersions(header, served))
            return .accepted
        }
        let caller = Caller(
            client: ClientInfo(clientID: header.clientID ?? "", host: host), bytes: frame.readableBytes,
            respond: respond, close: close, mute: mute)
        do {
            try handler(header, &buffer, caller)
            return .accepted
        } catch {
            return .refused("\(api) version \(header.version): \(error)")
        }
    }

    private static func unsupportedApiVersions(_ header: RequestHeader, _ served: ClosedRange<Int16>) -> ByteBuffer? {
        var response = ApiVersionsResponse()
        response.errorCode = .unsupportedVersion
        var api = ApiVersionsResponse.API()
        api.key = APIKey.apiVersions.rawValue
        api.minVersion = served.lowerBound
        api.maxVersion = served.upperBound
        response.apiKeys = [api]
        return try? Frame.response(
            response, to: ApiVersionsRequest.self, version: 0, correlationID: header.correlationID)
    }
}
