import Fetching
import Testing

@Suite("The reason why a document could not be fetched")
struct FetchErrorTests {
    private static let url = "https://keys.example/jwks"

    /// Each case, and the facts that its message must contain.
    static let errors: [(FetchError, [String])] = [
        (.notSecure(url: url), ["https", "allow_http_loopback"]),
        (.unresolved(url: url, host: "keys.example", .notFound), ["keys.example", "no address"]),
        (.unresolved(url: url, host: "keys.example", .failed("Temporary failure")), ["Temporary failure"]),
        (
            .forbiddenAddress(url: url, host: "keys.example", .v4(0x0A00_0001), .specialPurpose(.privateUse)),
            ["10.0.0.1", "private"]
        ),
        (.forbiddenAddress(url: url, host: "localhost", .v4(0x0808_0808), .publicOverHTTP), ["8.8.8.8", "loopback"]),
        (.unreachable(url: url, .v4(0x0808_0808), detail: "Connection refused"), ["8.8.8.8", "Connection refused"]),
        (.notTrusted(url: url, .certificateRefused), ["certificate"]), (.notTrusted(url: url, .wrongHost), ["host"]),
        (.notTrusted(url: url, .handshake("WRONG_VERSION_NUMBER")), ["WRONG_VERSION_NUMBER", "TLS 1.2"]),
        (.timedOut(url: url, limit: .seconds(5), .lookingUp), ["5 s", "name servers"]),
        (.timedOut(url: url, limit: .milliseconds(1500), .connecting), ["1500 ms", "connection"]),
        (.timedOut(url: url, limit: .seconds(5), .waiting), ["not begun"]),
        (.timedOut(url: url, limit: .seconds(5), .reading(bytes: 17)), ["17 bytes"]),
        (.status(url: url, 404), ["404", "200"]),
        (.tooManyRedirects(url: url, limit: 0), ["redirects"]),
        (.tooManyRedirects(url: url, limit: 3), ["3 redirects"]),
        (.redirectRefused(url: url, location: "ftp://x/", .scheme), ["ftp://x/", "https"]),
        (.redirectToOtherScheme(url: url, location: "http://x/"), ["http://x/"]),
        (.redirectWithoutTarget(url: url), ["Location"]), (.headTooLarge(url: url), ["100", "16 KiB"]),
        (.tooLong(url: url, limit: 262_144), ["262144"]), (.encoded(url: url, "gzip"), ["gzip"]),
        (.broken(url: url, detail: "the connection ended"), ["the connection ended"]),
        (.cancelled(url: url), ["cancelled"]),
    ]

    @Test("is one sentence that contains the URL and the facts", arguments: errors)
    func sentence(_ error: FetchError, _ facts: [String]) {
        let text = error.message(.configuration)
        #expect(text.hasPrefix(Self.url))
        #expect(text.hasSuffix("."))
        #expect(!text.contains("\n") && !text.contains(". "))
        for fact in facts { #expect(text.contains(fact), "\(text)") }
    }
}
