import Countersign
import Fetching

/// Answers that several suites need.
enum Answer {
    static let emptySet = #"{"keys":[]}"#

    /// A whole answer with the body and the header fields.
    static func ok(_ body: String, _ fields: String...) -> String {
        "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n"
            + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
    }

    static func redirect(_ location: String, status: Int = 302) -> String {
        "HTTP/1.1 \(status) Elsewhere\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n"
    }
}

/// A fetcher for servers on loopback.
///
/// - Parameter timeout: far beyond what a busy machine needs; shorter where nothing more is to come.
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

/// The error of a fetch, or `nil` if there is none.
func failure(of fetcher: DocumentFetcher, _ url: RemoteURL, etag: String? = nil) async -> FetchError? {
    do throws(FetchError) {
        _ = try await fetcher.fetch(url, etag: etag)
        return nil
    } catch {
        return error
    }
}

/// Runs into a short time limit, and into longer ones where a busy machine did not come as far as it should within it.
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

extension FetchSettingNames {
    /// Names as a front gives them.
    static let configuration: FetchSettingNames = {
        var names = FetchSettingNames()
        names.httpOnLoopback = "allow_http_loopback"
        names.allowedNetworks = "allowed_networks"
        names.allowedHosts = "allowed_hosts"
        names.place = " under [remote_keys]"
        return names
    }()
}
