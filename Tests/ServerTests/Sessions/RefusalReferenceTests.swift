import Store
import Testing

@testable import Server

@Suite("Refusal pages have a reference that the operator can look up")
struct RefusalReferenceTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let method: String
        let path: String
        let text: String
        let status: Int
        let part: String
        var isSignedIn = false
    }

    @Test(
        "at every endpoint with pages",
        arguments: [
            Refused(
                testDescription: "an old ticket", method: "GET", path: "/oauth2/authorize", text: "ticket=x",
                status: 400,
                part: "was open for more than"),
            Refused(
                testDescription: "a form with an old ticket", method: "POST", path: "/oauth2/authorize/sign-in",
                text: "ticket=x", status: 400, part: "was open for more than"),
            Refused(
                testDescription: "a parameter sent twice", method: "GET", path: "/oauth2/logout",
                text: "state=1&state=2&client_id=web", status: 400, part: "'state' was sent more than once"),
            Refused(
                testDescription: "too many parameters", method: "POST", path: "/oauth2/logout",
                text: "state=" + String(repeating: "%", count: 12_000).replacing("%", with: "%25"), status: 413,
                part: "longer than"),
            Refused(
                testDescription: "a logout without its form key", method: "POST", path: "/oauth2/logout",
                text: "answer=sign_out", status: 403, part: "too old", isSignedIn: true),
            Refused(
                testDescription: "an account form without its key", method: "POST", path: "/account",
                text: "end_other_sessions=yes", status: 403, part: "too old", isSignedIn: true),
            Refused(
                testDescription: "an account form with a field sent twice", method: "POST", path: "/account",
                text: "withdraw=a&withdraw=b", status: 400, part: "'withdraw' was sent more than once", isSignedIn: true
            ),
        ])
    func reference(_ example: Refused) async throws {
        let bench = try await AuthorizationBench()
        let browser = example.isSignedIn ? try await bench.signedIn() : Browser()
        let shown =
            example.method == "GET"
            ? await browser.get(example.path, example.text, bench)
            : await browser.post(example.path, Self.fields(example.text), bench)
        let page = try #require(shown.refusal)
        #expect((shown.status, page.code) == (example.status, "invalid_request"))
        #expect(page.detail.contains(example.part))
        await bench.store.audit.flush()
        let reference = Reference(try #require(page.reference))
        let entry = try #require(try await bench.store.audit.entry(reference))
        #expect((entry.code, entry.endpoint, entry.isProven) == ("invalid_request", example.path, false))
        let record = try #require(RequestRecord(text: entry.trace))
        #expect(record.detail.contains(example.part))
        // No client was looked up.
        #expect(record.isRegistered == nil)
    }

    private static func fields(_ text: String) -> [HiddenField] {
        text.split(separator: "&").map {
            let parts = $0.split(separator: "=", maxSplits: 1).map(String.init)
            return HiddenField(parts[0], parts[1])
        }
    }
}
