import Glibc
import NIOCore
import NIOPosix

/// Why a connection could not be made, or was lost, as a sentence for people.
struct ConnectFailure: Error, Equatable {
    /// In words, without the address.
    let reason: String
    /// Whether somebody would have to start a broker, or give another address, before trying again can help: nobody
    /// listens at the address, or not a broker, or its name is not known.
    let isLasting: Bool

    /// What NIO, the resolver or the system says.
    init(_ error: any Error) {
        switch error {
        case let failure as ConnectFailure: self = failure
        case let ClientError.foreign(spoken): self.init(reason: "\(ClientError.foreign(spoken))", isLasting: true)
        case let failed as NIOConnectionError: self.init(failed)
        case let failed as IOError: self.init(errno: failed.errnoCode)
        case let failed as ChannelError: self.init(failed)
        default: self.init(reason: "\(error)", isLasting: false)
        }
    }

    private init(reason: String, isLasting: Bool) {
        self.reason = reason
        self.isLasting = isLasting
    }

    private init(_ error: NIOConnectionError) {
        let attempts = error.connectionErrors.map { ConnectFailure($0.error) }
        guard let first = attempts.first(where: { !$0.isLasting }) ?? attempts.first else {
            let isKnown = error.dnsAError == nil || error.dnsAAAAError == nil
            self.init(reason: isKnown ? "the name has no address" : "the name is not known", isLasting: true)
            return
        }
        self = first
    }

    private init(_ error: ChannelError) {
        switch error {
        case .connectTimeout(let time):
            self.init(reason: "no answer in \(time.nanoseconds / 1_000_000) ms", isLasting: false)
        case .ioOnClosedChannel, .alreadyClosed, .eof, .inputClosed, .outputClosed:
            self.init(reason: "connection closed by the broker", isLasting: false)
        default: self.init(reason: "\(error)", isLasting: false)
        }
    }

    private init(errno code: CInt) {
        switch code {
        case ECONNREFUSED: self.init(reason: "connection refused", isLasting: true)
        case ECONNRESET, EPIPE: self.init(reason: "connection closed by the broker", isLasting: false)
        case ETIMEDOUT: self.init(reason: "no answer", isLasting: false)
        case EHOSTUNREACH, ENETUNREACH: self.init(reason: "there is no way to this address", isLasting: false)
        default: self.init(reason: String(cString: strerror(code)).lowercased(), isLasting: false)
        }
    }
}
