import AsyncHTTPClient
import Files
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension FetchExchange {
    /// The reason for a missing response, and whether to try another address.
    struct Failure: Error {
        let reason: FetchError
        var mayTryAnother = false
    }

    /// Maps an error of a library to a reason.
    func failure(_ error: any Error, on route: FetchRoute) -> Failure {
        let url = url.text
        if let failure = proxyFailure(error, on: route) { return failure }
        switch error {
        case let error as HTTPClientError where Self.timeLimits.contains(error):
            // Each address gets a share of the time; only the deadline ends the fetch.
            let isShare = progress.isConnecting && error != .deadlineExceeded
            return Failure(reason: request.timedOut, mayTryAnother: isShare)
        case is CancellationError:
            return Failure(reason: .cancelled(url: url))
        case let error as HTTPClientError where error == .cancelled:
            return Failure(reason: .cancelled(url: url))
        case let error as IOError:
            let detail = String(cString: strerror(error.errnoCode))
            // Before the request is sent, another address may work; after that, the failure is the server's.
            let isConnecting = progress.isConnecting
            let reason: FetchError =
                isConnecting
                ? .unreachable(url: url, route.peer, detail: detail) : .broken(url: url, detail: detail)
            return Failure(reason: reason, mayTryAnother: isConnecting)
        case is PinnedConnection.WrongPeer:
            return Failure(reason: .unreachable(url: url, route.peer, detail: "it leads to another address"))
        case is PinnedConnection.WrongHost:
            return Failure(reason: .notTrusted(url: url, .wrongHost))
        case is PinnedConnection.TooManyBytes, is NIOTooManyBytesError:
            return Failure(reason: tooMuch)
        case HTTPParserError.headerOverflow:
            return Failure(reason: .headTooLarge(url: url))
        default:
            if let problem = Self.tlsProblem(error) { return Failure(reason: .notTrusted(url: url, problem)) }
            return Failure(reason: .broken(url: url, detail: Self.phrase(error)))
        }
    }

    /// The reason for an error before the proxy has connected; `nil` if the error does not concern a proxy.
    private func proxyFailure(_ error: any Error, on route: FetchRoute) -> Failure? {
        guard let proxy = route.proxy, progress.isConnecting else { return nil }
        let problem: ProxyProblem
        // Another address of the host may be one that the proxy can reach.
        var mayTryAnother = false
        switch error {
        case let error as HTTPClientError where error == .proxyAuthenticationRequired:
            problem = .authenticationRequired(hadCredentials: proxy.credentials != nil)
        case let error as HTTPClientError where error == .invalidProxyResponse:
            let host = route.destination.map { RemoteHost.address($0).text } ?? self.url.host
            problem = .refused(
                destination: "\(host):\(self.url.port)", hadCredentials: proxy.credentials != nil)
            mayTryAnother = true
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            problem = .closed
        case let error as NIOConnectionError:
            guard let cause = error.connectionErrors.first?.error as? IOError else { return nil }
            problem = .unreachable(detail: String(cString: strerror(cause.errnoCode)))
            mayTryAnother = true
        case let error as IOError:
            problem = .unreachable(detail: String(cString: strerror(error.errnoCode)))
            mayTryAnother = true
        default: return nil
        }
        return Failure(
            reason: .proxy(url: url.text, proxy: proxy.name, problem), mayTryAnother: mayTryAnother)
    }

    /// The limit that was exceeded: that of the head or that of the body.
    private var tooMuch: FetchError {
        progress.isReading ? .tooLong(url: url.text, limit: maximumLength) : .headTooLarge(url: url.text)
    }

    private static let timeLimits: [HTTPClientError] = [
        .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded, .tlsHandshakeTimeout,
        .getConnectionFromPoolTimeout, .httpProxyHandshakeTimeout,
    ]

    private static func tlsProblem(_ error: any Error) -> TLSProblem? {
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname: return .wrongHost
        case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate:
            return .certificateRefused
        case NIOSSLError.uncleanShutdown: return nil
        case NIOSSLError.handshakeFailed(let error):
            let text = String(describing: error)
            return text.contains("CERTIFICATE_VERIFY_FAILED") ? .certificateRefused : .handshake(reason(in: text))
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            return .handshake(reason(in: String(describing: error)))
        default: return nil
        }
    }

    /// BoringSSL's name of the reason, taken from its error stack.
    private static func reason(in text: String) -> String {
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
        return words.last { $0.count > 4 && $0.allSatisfy { $0.isUppercase || $0 == "_" || $0.isNumber } }.map(
            String.init)
            ?? ResponseLimits.shortened(text)
    }

    private static func phrase(_ error: any Error) -> String {
        let breakOff = "the connection ended before it was complete"
        return switch error {
        case let error as HTTPClientError where error == .remoteConnectionClosed: breakOff
        case HTTPParserError.invalidEOFState, NIOSSLError.uncleanShutdown: breakOff
        case is HTTPParserError: "it is not valid HTTP (\(ResponseLimits.shortened(String(describing: error))))"
        default: ResponseLimits.shortened(String(describing: error).prefix { $0 != "\n" })
        }
    }
}
