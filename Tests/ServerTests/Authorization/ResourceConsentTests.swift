import Store
import Testing

@testable import Server

@Suite("RFC 8707: consent for scopes at resources")
struct ResourceConsentTests {
    private static let (first, second) = ("https://a.example", "https://b.example")

    private static func request(_ scope: String, _ resource: String?) -> [(String, String?)] {
        [("scope", scope), ("resource", resource)]
    }

    @Test("What was allowed at one resource is not allowed at another one, nor without one")
    func pairs() async throws {
        let bench = try await AuthorizationBench()
        for (uri, name) in [(Self.first, "API A"), (Self.second, "")] {
            try await bench.store.resources.add(
                ResourceRecord(uri: uri, name: name, scopes: ["read", "write"], createdAt: bench.clock.now))
        }
        let browser = Browser()
        for allowed in [Self.request("read", Self.first), Self.request("write", Self.second)] {
            #expect(
                try await bench.complete(await bench.authorize(allowed, in: browser), in: browser)
                    .parameters["code"] != nil)
            #expect(await bench.authorize(allowed, in: browser).parameters["code"] != nil)
        }
        for (scope, resource) in [
            ("write", Self.first), ("read", Self.second), ("read write", Self.first), ("read", nil), ("write", nil),
        ] {
            let changes = Self.request(scope, resource)
            #expect(await bench.authorize(changes, in: browser).consent != nil, "\(scope) at \(resource ?? "none")")
            let silent = await bench.authorize(changes + [("prompt", "none")], in: browser)
            #expect(silent.parameters["error"] == "consent_required")
        }
        guard case .account(let page)? = await browser.get("/account", nil, bench).page else {
            Issue.record("no account page")
            return
        }
        #expect(page.accesses.map(\.scopes) == [["read", "write"]])
        #expect(page.accesses.map(\.resources) == [["API A", Self.second]])
    }
}
