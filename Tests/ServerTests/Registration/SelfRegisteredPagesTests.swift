import Store
import Testing

@testable import Server

@Suite("RFC 9700 §4.11: what people see of clients that registered themselves")
struct SelfRegisteredPagesTests {
    private static let logo = "https://new.example/bank.png"

    private static func parameters(
        _ bench: RegistrationBench, token: String? = nil
    ) async throws -> [(String, String?)] {
        let registered = try await bench.register(
            [("client_name", "Your bank"), ("logo_uri", .string(ExactString(logo)))], token: token)
        let id = try #require(registered.id)
        return [("client_id", id), ("redirect_uri", RegistrationBench.redirectURI)]
    }

    @Test("Without a token: the host that people return to, and no redirect before a page")
    func open() async throws {
        let bench = try await RegistrationBench(.open)
        let request = try await Self.parameters(bench)
        let shown = await bench.bench.authorize(request, in: Browser())
        let page = try #require(shown.signIn)
        #expect(page.client?.name == "new.example")
        #expect(page.client?.logo == nil)
        #expect(shown.response.headers["Content-Security-Policy"]?.contains("img-src 'self';") == true)
        #expect(
            page.client?.selfDescription
                == ClientPresentation.SelfDescription(name: "Your bank", returnHost: "new.example"))
        let silent = await bench.bench.authorize(request + [("prompt", "none")])
        #expect(silent.location == nil)
        #expect(silent.refusal?.reference != nil)
        #expect(silent.refusal?.client == "new.example")
    }

    @Test("The host is that of the request, not another that the client has registered")
    func otherHost() async throws {
        let bench = try await RegistrationBench(.open)
        let uris = ["https://bank.example/cb", RegistrationBench.redirectURI]
        let registered = try await bench.register([("redirect_uris", .array(uris))])
        let id = try #require(registered.id)
        let request: [(String, String?)] = [("client_id", id), ("redirect_uri", RegistrationBench.redirectURI)]
        let browser = Browser()
        #expect(await bench.bench.authorize(request, in: browser).signIn?.client?.name == "new.example")
        let silent = await bench.bench.authorize(request + [("prompt", "none")])
        #expect(silent.refusal?.client == id)
    }

    @Test("With an initial access token: as a client of the operator")
    func withToken() async throws {
        let bench = try await RegistrationBench(.token)
        let request = try await Self.parameters(bench, token: try await bench.token())
        let page = try #require(await bench.bench.authorize(request, in: Browser()).signIn)
        #expect(page.client?.name == "Your bank")
        #expect(page.client?.logo?.url == Self.logo)
        #expect(page.client?.selfDescription == nil)
        let silent = await bench.bench.authorize(request + [("prompt", "none")])
        #expect(silent.location?.hasPrefix(RegistrationBench.redirectURI + "?error=login_required") == true)
    }
}
