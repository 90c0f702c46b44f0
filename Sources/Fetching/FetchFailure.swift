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
        var isRetryable = false
    }

    /// Maps an error of a library to a reason.
    func failure(_ error: any Error, on route: FetchRoute) -> Failure {
        let stage = progress.stage
        if let proxy = route.proxy, stage.isConnecting, let (problem, isRetryable) = proxyProblem(error, route, proxy) {
            return Failure(reason: .proxy(url: url.text, proxy: proxy.name, problem), isRetryable: isRetryable)
        }
        // Each address gets a share of the time; only the deadline ends the fetch.
        let isShareOver = Self.isTimeLimit(error) && error as? HTTPClientError != .deadlineExceeded
        // Before the request is sent, another address may work; after that, the failure is the server's.
        return Failure(
            reason: reason(error, on: route, stage),
            isRetryable: stage.isConnecting && (error is IOError || isShareOver))
    }

    private func reason(_ error: any Error, on route: FetchRoute, _ stage: FetchStage) -> FetchError {
        let url = url.text
        switch error {
        case _ where Self.isTimeLimit(error): return request.timedOut
        case let error as FetchError: return error
        case is CancellationError: return .cancelled(url: url)
        case let error as HTTPClientError where error == .cancelled: return .cancelled(url: url)
        case let error as IOError:
            let detail = SystemError(error.errnoCode).text
            return stage.isConnecting
                ? .unreachable(url: url, route.peer, detail: detail) : .broken(url: url, detail: detail)
        case is PinnedConnection.WrongPeer:
            return .unreachable(url: url, route.peer, detail: "it leads to another address")
        case is PinnedConnection.WrongHost: return .notTrusted(url: url, .wrongHost)
        // The limit that was exceeded is that of the head or that of the body.
        case is PinnedConnection.TooManyBytes, is NIOTooManyBytesError:
            if case .reading = stage { return .tooLong(url: url, limit: maximumLength) }
            return .headTooLarge(url: url)
        case HTTPParserError.headerOverflow: return .headTooLarge(url: url)
        default:
            if let problem = Self.tlsProblem(error) { return .notTrusted(url: url, problem) }
            return .broken(url: url, detail: Self.phrase(error))
        }
    }

    /// The reason for an error before the proxy has connected, and whether another address of the host may be one that the proxy can reach.
    ///
    /// - Returns: `nil` if the error does not concern a proxy.
    private func proxyProblem(
        _ error: any Error, _ route: FetchRoute, _ proxy: FetchProxy
    ) -> (ProxyProblem, isRetryable: Bool)? {
        let hadCredentials = proxy.credentials != nil
        switch (error as? NIOConnectionError)?.connectionErrors.first?.error ?? error {
        case let error as IOError: return (.unreachable(detail: SystemError(error.errnoCode).text), true)
        case let error as HTTPClientError where error == .proxyAuthenticationRequired:
            return (.authenticationRequired(hadCredentials: hadCredentials), false)
        case let error as HTTPClientError where error == .invalidProxyResponse:
            let host = route.destination.map { RemoteHost.address($0).text } ?? url.host
            return (.refused(destination: "\(host):\(url.port)", hadCredentials: hadCredentials), true)
        case let error as HTTPClientError where error == .remoteConnectionClosed: return (.closed, false)
        default: return nil
        }
    }

    private static func isTimeLimit(_ error: any Error) -> Bool {
        (error as? HTTPClientError).map(timeLimits.contains) ?? false
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
        let name = words.last { $0.count > 4 && $0.allSatisfy { $0.isUppercase || $0 == "_" || $0.isNumber } }
        return name.map(String.init) ?? ResponseLimits.shortened(text)
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
