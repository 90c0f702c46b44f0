import Countersign
import Store
import Testing

@testable import CLI
@testable import Server

@Suite("The text of `explain`")
struct AuditTextTests {
    private static func entry(_ record: RequestRecord, client: String? = "web") -> AuditEntry {
        AuditEntry(
            reference: Reference("V4TN8KQZ"), at: UnixTime(seconds: 1_795_655_900), clientID: client, isProven: false,
            code: "invalid_request", endpoint: "/oauth2/authorize", remoteAddress: "203.0.113.7", trace: record.text)
    }

    private static func text(_ record: RequestRecord, client: String? = "web") -> String {
        entry(record, client: client).text(on: .plain, options: ["--data", "/srv/data"], nearMatch: nil)
    }

    @Test("shows why an authorization request was refused, with the parameters to compare")
    func authorization() throws {
        let form = try Form(
            parsing: "client_id=web&redirect_uri=https%3A%2F%2Fevil.example%2F&state=secret&nonce=n-1&scope=openid".utf8
        )
        let error = OAuthError(.invalidRequest, "redirect_uri: 'https://evil.example/' is not registered.")
        let text = Self.text(RequestRecord(error, form, isRegistered: true))
        for part in [
            "V4TN8KQZ", "web (as the caller says; no key was proved)", "203.0.113.7", "/oauth2/authorize",
            "invalid_request", "redirect_uri: 'https://evil.example/' is not registered.", "Registered",
            "https://evil.example/", "openid",
        ] { #expect(text.contains(part), "\(part)") }
        #expect(!text.contains("secret") && !text.contains("n-1"))
        #expect(!text.contains("cannot be read"))
        let unknown = Self.text(RequestRecord(error, form, isRegistered: false))
        #expect(unknown.contains("no, or the client is disabled"))
    }

    @Test("says nothing of a registration that was not looked up")
    func withoutClient() throws {
        let record = RequestRecord(
            OAuthError(.invalidRequest, "The form was sent by another site."), nil, isRegistered: nil)
        let text = Self.text(record, client: nil)
        #expect(text.contains("The form was sent by another site.") && text.contains("the caller named none"))
        #expect(!text.contains("Registered"))
        let json = Self.entry(record).json
        guard case .object(let request)? = json["request"] else {
            Issue.record("no request")
            return
        }
        #expect(request["registered"] == .null)
    }
}
