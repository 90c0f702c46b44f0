import AsyncHTTPClient
import Files
import NIOCore
import NIOPosix
import NIOSSL

extension TokenClientError {
    /// Maps an error of a library to an error of a request to this URL. The library's text is dropped, since it names source files.
    init(_ error: any Error, at url: String) {
        let server = Self.origin(of: url)
        switch error {
        case let error as TokenClientError: self = error
        case is NIOTooManyBytesError: self = .tooLong(url: url, limit: Connection.maximumLength)
        case let error as HTTPClientError where Self.timeouts.contains(error):
            self = .timedOut(url: server, limit: Connection.timeout)
        default:
            if let fault = Self.tlsFault(error) {
                self = .notTrusted(url: server, fault)
            } else {
                self = .unreachable(url: server, detail: Self.phrase(error))
            }
        }
    }

    /// Scheme, host and port, which name the unreachable server.
    private static func origin(of url: String) -> String {
        guard let match = url.prefixMatch(of: /https?:\/\/[^\/?]*/) else { return url }
        return String(match.output)
    }

    private static let timeouts: [HTTPClientError] = [
        .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded, .tlsHandshakeTimeout,
        .getConnectionFromPoolTimeout,
    ]

    private static func tlsFault(_ error: any Error) -> TLSFault? {
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname: return .wrongHost
        case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate: return .certificateRefused
        case NIOSSLError.uncleanShutdown: return nil
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            let text = String(describing: error)
            if text.contains("CERTIFICATE_VERIFY_FAILED") { return .certificateRefused }
            if ["WRONG_VERSION_NUMBER", "HTTP_REQUEST"].contains(where: text.contains) { return .notTLS }
            if ["PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL"].contains(where: text.contains) { return .oldVersion }
            if ["CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE"].contains(where: text.contains) {
                return .clientCertificateRequired
            }
            return .handshake
        default: return nil
        }
    }

    /// The reason for a failed or broken connection, in a few words.
    private static func phrase(_ error: any Error) -> String {
        switch error {
        case is CancellationError: return "the request was cancelled"
        case let error as IOError: return phrase(error.errnoCode)
        case let error as NIOConnectionError:
            if let last = error.connectionErrors.last { return phrase(last.error) }
            return "its host name cannot be looked up"
        case is SocketAddressError: return "its host name cannot be looked up"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            return "the server closed the connection before it answered"
        case is NIOSSLError: return "the server closed the connection before the end of its answer"
        default: return "the server's answer is not valid HTTP"
        }
    }

    private static func phrase(_ errno: Int32) -> String {
        let text = String(cString: strerror(errno))
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
