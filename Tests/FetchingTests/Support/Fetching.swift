import Countersign
import Fetching

/// HTTP responses.
enum Answer {
    static let emptySet = #"{"keys":[]}"#

    static func ok(_ body: String, _ fields: String...) -> String {
        "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n"
            + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
    }

    static func redirect(_ location: String, status: Int = 302) -> String {
        "HTTP/1.1 \(status) Elsewhere\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n"
    }
}

/// Returns a fetcher for servers on loopback. The default timeout is far beyond what a busy machine needs.
func loopbackFetcher(
    timeout: Duration = .seconds(300), maximumLength: Int = 262_144, resolver: any NameResolver = SystemNameResolver()
) -> DocumentFetcher {
    DocumentFetcher(
        FetchPolicy(allowsHTTPOnLoopback: true, timeout: timeout, maximumLength: maximumLength), resolver: resolver,
        clock: { UnixTime(seconds: 1_795_514_400) })
}

func loopbackURL(_ text: String) throws -> RemoteURL {
    try RemoteURL(text, allowsHTTPOnLoopback: true)
}

/// Returns the error of a fetch, or `nil` if it succeeds.
func failure(of fetcher: DocumentFetcher, _ url: RemoteURL, etag: String? = nil) async -> FetchError? {
    do throws(FetchError) {
        _ = try await fetcher.fetch(url, etag: etag)
        return nil
    } catch {
        return error
    }
}

/// Retries a fetch with longer timeouts while a busy machine does not reach the expected error within a short one.
func patiently(
    until isExpected: (FetchError) -> Bool, _ fetch: (_ limit: Duration) async -> FetchError?
) async -> FetchError? {
    var error: FetchError?
    for limit in [400, 3000, 20_000, 100_000] {
        error = await fetch(.milliseconds(limit))
        guard let error, !isExpected(error) else { break }
    }
    return error
}

extension FetchPolicy {
    init(
        allowsHTTPOnLoopback: Bool = false, trust: TrustRoots = .system, timeout: Duration = .seconds(5),
        maximumLength: Int = 262_144, maximumRedirects: Int = 3
    ) {
        self.init()
        self.allowsHTTPOnLoopback = allowsHTTPOnLoopback
        self.trust = trust
        self.timeout = timeout
        self.maximumLength = maximumLength
        self.maximumRedirects = maximumRedirects
    }
}

extension FetchSettingNames {
    static let configuration: FetchSettingNames = {
        var names = FetchSettingNames()
        names.httpOnLoopback = "allow_http_loopback"
        names.allowedNetworks = "allowed_networks"
        names.allowedHosts = "allowed_hosts"
        names.place = " under [remote_keys]"
        return names
    }()
}
