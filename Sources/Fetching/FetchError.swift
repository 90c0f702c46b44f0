/// The reason for a failed fetch. It never contains anything from the response's body.
package enum FetchError: Error, Sendable, Equatable {
    /// Plain http, although loopback is not allowed.
    case notSecure(url: String)
    case unresolved(url: String, host: String, NameResolutionError)
    case forbiddenAddress(url: String, host: String, IPAddress, AddressRefusal)
    /// The host's name must not be passed to a proxy that resolves names.
    case forbiddenName(url: String, host: String, NameRefusal)
    /// The connection failed; the system's text.
    case unreachable(url: String, IPAddress, detail: String)
    /// The connection through the proxy `HOST:PORT` failed.
    case proxy(url: String, proxy: String, ProxyProblem)
    /// The TLS handshake failed, or the certificate is not trusted.
    case notTrusted(url: String, TLSProblem)
    case timedOut(url: String, limit: Duration, FetchStage)
    case status(url: String, Int)
    case tooManyRedirects(url: String, limit: Int)
    /// A redirect to a URL that must not be fetched; the value of `Location`, shortened.
    case redirectRefused(url: String, location: String, RemoteURLError)
    case redirectToOtherScheme(url: String, location: String)
    /// A redirect without exactly one `Location`.
    case redirectWithoutTarget(url: String)
    /// More than 100 header fields, or more than 16 KiB of them.
    case headTooLarge(url: String)
    /// A body longer than `limit` bytes.
    case tooLong(url: String, limit: Int)
    /// A body with a content coding that was not requested; the coding, shortened.
    case encoded(url: String, String)
    /// A response that is not valid HTTP, or ended early.
    case broken(url: String, detail: String)
    case cancelled(url: String)
}

/// The reason for a failed TLS handshake.
package enum TLSProblem: Sendable, Equatable {
    case certificateRefused
    case wrongHost
    /// No common protocol or cipher, or not TLS; the library's text.
    case handshake(String)
}

/// The progress of a fetch.
package enum FetchStage: Sendable, Equatable {
    case lookingUp
    case connecting
    /// Connecting through a proxy, `HOST:PORT`.
    case connectingThrough(String)
    case waiting
    /// Reading the body; the bytes received.
    case reading(bytes: Int)

    /// Whether the request has not been sent yet.
    var isConnecting: Bool {
        switch self {
        case .lookingUp, .connecting, .connectingThrough: true
        case .waiting, .reading: false
        }
    }

    var phrase: String {
        switch self {
        case .lookingUp: "its name servers had not answered"
        case .connecting: "there was no connection yet"
        case .connectingThrough(let proxy): "the proxy \(proxy) had made no connection yet"
        case .waiting: "the answer had not begun"
        case .reading(let bytes): "\(bytes) bytes of the answer had arrived"
        }
    }
}

extension FetchError {
    /// What is wrong, where, and what to do, in one sentence with generic names of settings.
    package var message: String { message(FetchSettingNames()) }

    /// What is wrong, where, and what to do, in one sentence.
    package func message(_ names: FetchSettingNames) -> String {
        switch self {
        case .notSecure(let url):
            "\(url) is plain http: use https, or set '\(names.httpOnLoopback) = true'\(names.place) for tests on "
                + "this machine."
        case .unresolved(let url, let host, let error):
            "\(url): '\(host)' cannot be looked up, \(error.phrase); check the name and this machine's name servers."
        case .forbiddenAddress(let url, let host, let address, let refusal):
            host == RemoteHost.address(address).text
                ? "\(url) is at \(address), \(refusal.phrase); \(refusal.remedy(hasName: false, names))."
                : "\(url): '\(host)' leads to \(address), \(refusal.phrase); \(refusal.remedy(hasName: true, names))."
        case .forbiddenName(let url, let host, let refusal):
            "\(url): '\(host)' \(refusal.phrase(names))."
        case .unreachable(let url, let address, let detail):
            "\(url): no connection to \(address), \(detail); check that the server runs and can be reached from here."
        case .proxy(let url, let proxy, let problem):
            "\(url): \(problem.phrase(proxy, names))."
        case .notTrusted(let url, .certificateRefused):
            "\(url): the server's certificate is not trusted or not valid now; "
                + "it must come from an authority that this server trusts, with its intermediate certificates; "
                + "a private authority is added with '\(names.additionalTrustedCertificates)'\(names.place)."
        case .notTrusted(let url, .wrongHost):
            "\(url): the server's certificate is for another host; it must name the host of the URL."
        case .notTrusted(let url, .handshake(let detail)):
            "\(url): no TLS with the server, \(detail); it must speak TLS 1.2 or later."
        case .timedOut(let url, let limit, let stage):
            "\(url): not complete after \(limit.exactText), \(stage.phrase); the server must answer faster."
        case .status(let url, let status):
            "\(url) answers with status \(status); it must answer with 200 and the document."
        case .tooManyRedirects(let url, let limit):
            limit == 0
                ? "\(url) redirects elsewhere, which is not followed; register the URL that has the document."
                : "\(url) redirects once more after \(limit) redirects; register the URL that has the document."
        case .redirectRefused(let url, let location, let error):
            "\(url) redirects to '\(location)', which is refused: \(error.phrase); let it redirect to an https URL."
        case .redirectToOtherScheme(let url, let location):
            "\(url) redirects to '\(location)', which has another scheme; register the URL that has the document."
        case .redirectWithoutTarget(let url):
            "\(url) redirects without saying where to; it must send one Location, or the document itself."
        case .headTooLarge(let url):
            "\(url) sends more header fields than are read; "
                + "at most \(ResponseLimits.fields) with \(ResponseLimits.fieldBytes / 1024) KiB together are."
        case .tooLong(let url, let limit):
            "\(url) sends more than \(limit) bytes; the document must be shorter."
        case .encoded(let url, let encoding):
            "\(url) sends the document encoded as '\(encoding)'; it must not encode it, since no encoding was requested."
        case .broken(let url, let detail):
            "\(url): the answer is broken, \(detail); check what the server, or a proxy in front of it, sends."
        case .cancelled(let url):
            "\(url): the fetch was cancelled; it is tried again when the document is needed."
        }
    }
}

extension Duration {
    /// The duration, in milliseconds unless it is a whole number of seconds.
    fileprivate var exactText: String {
        milliseconds % 1000 == 0 ? text : "\(milliseconds) ms"
    }
}
