/// The reason for a failed token request.
public enum TokenClientError: Error, Sendable, Equatable {
    /// The URL is not usable; nothing was sent.
    case address(String, AddressFault)
    /// The file of trusted certificates is not usable.
    case certificateFile(String)
    /// The connection failed or broke.
    case unreachable(url: String, detail: String)
    /// The server's certificate or its TLS is not acceptable.
    case notTrusted(url: String, TLSFault)
    /// The request took longer than `limit`.
    case timedOut(url: String, limit: Duration)
    /// The response is longer than `limit` bytes.
    case tooLong(url: String, limit: Int)
    /// The issuer publishes no metadata; the URLs that were tried, and their statuses.
    case noMetadata(issuer: String, tried: [Attempt])
    /// The metadata cannot be used.
    case metadata(url: String, detail: String)
    /// RFC 8414 §3.3: the metadata is of another issuer than the one asked for.
    case otherIssuer(expected: String, found: String)
    /// The assertion could not be signed.
    case signing(KeyError)
    /// The server refused the request (RFC 6749 §5.2).
    case refused(Refusal)
    /// The response is neither a token nor an error of RFC 6749.
    case response(url: String, status: Int, detail: String)

    /// The fault of a URL.
    public enum AddressFault: Sendable, Equatable {
        case notAURL
        /// Plain http, and not on the loopback interface.
        case notSecure
    }

    /// The reason for a failed TLS handshake.
    public enum TLSFault: Sendable, Equatable {
        /// The certificate is not from a trusted authority, or not valid now.
        case certificateRefused
        /// The certificate is for another host.
        case wrongHost
        /// The server does not speak TLS on this port, probably plain http.
        case notTLS
        /// TLS 1.1 or older.
        case oldVersion
        /// The server requires a client certificate.
        case clientCertificateRequired
        /// Another failure of the handshake.
        case handshake
    }

    /// One URL that was tried for metadata.
    public struct Attempt: Sendable, Equatable {
        /// The URL.
        public let url: String
        /// The status of its answer.
        public let status: Int
    }

    /// An error response (RFC 6749 §5.2).
    public struct Refusal: Sendable, Equatable {
        /// The HTTP status.
        public let status: Int
        /// `error`.
        public let error: String
        /// `error_description`.
        public let description: String?
        /// `error_uri`.
        public let uri: String?
        /// The reference under which Countersign logs the reason.
        public let reference: String?

        package init(status: Int, error: String, description: String?, uri: String?, reference: String?) {
            self.status = status
            self.error = error
            self.description = description
            self.uri = uri
            self.reference = reference
        }
    }

    /// What happened, as sentences.
    public var message: String {
        switch self {
        case .address(let url, .notAURL):
            "'\(url)' is not an http or https URL. Give the server's issuer, for example https://auth.example.com without a fragment."
        case .address(let url, .notSecure):
            "'\(url)' is plain http, which is for loopback addresses only. Use an https URL."
        case .certificateFile(let file):
            "'\(file)' contains no PEM certificates. Give the authority's certificate in PEM."
        case .unreachable(let url, let detail):
            "\(url) cannot be reached: \(detail). Check the URL, and that the server runs."
        case .notTrusted(let url, let fault): "\(url) cannot be trusted: \(fault.message)"
        case .timedOut(let url, let limit):
            "\(url) did not answer within \(limit.text). Check the URL, and that nothing in between blocks it."
        case .tooLong(let url, let limit):
            "The answer of \(url) is longer than \(limit) bytes. Check that the URL is that of an authorization server."
        case .noMetadata(let issuer, let tried):
            "\(issuer) publishes no metadata: "
                + tried.map { "\($0.url) answers \($0.status)" }.joined(separator: ", ")
                + ". Check that this is the server's issuer."
        case .metadata(let url, let detail): "The metadata at \(url) cannot be used: \(detail)."
        case .otherIssuer(let expected, let found):
            "The metadata is that of the issuer '\(found)', not that of '\(expected)'. Use the issuer exactly as it is written there."
        case .signing(let error): "The assertion could not be signed: \(error.phrase)."
        case .refused(let refusal): refusal.message
        case .response(let url, let status, let detail): "\(url) answered \(status), and \(detail)."
        }
    }
}

extension TokenClientError.TLSFault {
    fileprivate var message: String {
        switch self {
        case .certificateRefused:
            "its certificate was not issued by an authority that is trusted here, or is not valid now. "
                + "Trust the authority that issued it, or renew the certificate."
        case .wrongHost: "its certificate is for another host. Use the host name that the certificate names."
        case .notTLS: "it does not speak TLS. Use the port for https; plain http is for loopback addresses only."
        case .oldVersion: "it speaks TLS 1.1 or older. It must speak TLS 1.2 or later."
        case .clientCertificateRequired:
            "it asks for a client certificate, which this client does not have. Use an address without mutual TLS."
        case .handshake: "client and server do not agree on how to speak TLS. It must speak TLS 1.2 or later."
        }
    }
}

extension TokenClientError.Refusal {
    fileprivate var message: String {
        var text = "The server answered \(status) \(error)" + (description.map { ": \($0)" } ?? "")
        if !text.hasSuffix(".") { text += "." }
        return text + (uri.map { " See \($0)" } ?? "")
    }
}
