import Countersign
import Testing

/// Modules about request objects, which are not supported: the metadata says so, and requests with one are refused.
@Suite("Conformance: request objects")
struct RequestObjectConformanceTests {
    private static func unsigned(_ claims: JSONObject) -> String {
        let header: JSONObject = ["alg": "none"]
        return Base64URL.encode(header.rendered()) + "." + Base64URL.encode(claims.rendered()) + "."
    }

    @Test(
        "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
        arguments: ResponseMode.allCases)
    func object(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        #expect(party.metadata["request_parameter_supported"] == .boolean(false))
        // `state` is only inside, where the server does not look.
        let inner: JSONObject = ["state": .string(RelyingParty.random(10)), "client_id": .string(party.id)]
        let request = party.request([("state", nil), ("request", Self.unsigned(inner))])
        #expect(try await party.error(request, in: server.browser()) == "request_not_supported")
    }

    @Test(
        "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported", arguments: ResponseMode.allCases)
    func reference(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        #expect(party.metadata["request_uri_parameter_supported"] == .boolean(false))
        let request = party.request([("request_uri", "https://client.example/request.jwt#1")])
        #expect(try await party.error(request, in: server.browser()) == "request_uri_not_supported")
    }

    /// A redirect with `request_not_supported` would go to an address that nobody registered.
    @Test("oidcc-ensure-request-object-with-redirect-uri", arguments: ResponseMode.allCases)
    func redirectURI(_ mode: ResponseMode) async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty(mode: mode)
        let inner: JSONObject = ["redirect_uri": .string(RelyingParty.redirectURI), "client_id": .string(party.id)]
        let outer = RelyingParty.redirectURI + "/" + RelyingParty.random(8)
        let request = party.request([("redirect_uri", outer), ("request", Self.unsigned(inner))])
        let page = try await party.authorize(request, in: server.browser()).page
        #expect(page.status == 400)
        #expect(page.isHTML)
    }
}
