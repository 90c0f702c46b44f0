import CountersignJOSE
import Testing

@testable import Server

@Suite("RFC 6749 §5.2: the error response")
struct OAuthErrorTests {
    @Test("error_description contains only characters that the specification allows")
    func characters() throws {
        let error = OAuthError(.invalidClient, "a \"quoted\" \\ é\n\u{1F600} ~")
        let object = try JSONObject(parsing: error.response().body)
        #expect(object["error_description"] == "a 'quoted' / ??? ~")
    }

    @Test("It has a status, an error page and a Retry-After field")
    func response() throws {
        let refused = OAuthError(.invalidClient, "x", page: "expired").response(issuer: "https://as.example")
        #expect(refused.status == 401)
        #expect(try JSONObject(parsing: refused.body)["error_uri"] == "https://as.example/errors/expired")
        #expect(refused.headers["Cache-Control"] == "no-store")
        let unavailable = OAuthError(.temporarilyUnavailable, "x").response()
        #expect(unavailable.status == 503)
        #expect(unavailable.headers["Retry-After"] == "1")
    }

    @Test("A reference is 8 characters of base32, and no two are the same")
    func reference() {
        let references = (0..<1000).map { _ in Reference.random().text }
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        #expect(references.allSatisfy { $0.count == 8 && $0.allSatisfy(alphabet.contains) })
        #expect(Set(references).count == 1000)
    }
}
