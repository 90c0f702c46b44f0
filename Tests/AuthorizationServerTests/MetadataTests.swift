import CountersignJOSE
import Testing

@testable import CountersignServer

@Suite("RFC 8414 §2: what the metadata advertises")
struct MetadataTests {
    @Test("Where private_key_jwt is switched off, no way to authenticate and no grant", arguments: [true, false])
    func acceptsAssertions(_ accepts: Bool) async throws {
        let urls = try #require(ServerURLs(issuer: "https://as.example"))
        let endpoint = MetadataEndpoint(urls, acceptsAssertions: accepts)
        let response = await endpoint.response(to: EndpointRequest(method: "GET", path: urls.openIDConfigurationPath))
        let metadata = try JSONObject(parsing: response.body)
        #expect(metadata["token_endpoint_auth_methods_supported"] == .array(accepts ? ["private_key_jwt"] : []))
        #expect(metadata["grant_types_supported"] == .array(accepts ? ["client_credentials"] : []))
        #expect((metadata["token_endpoint_auth_signing_alg_values_supported"] != nil) == accepts)
        #expect(metadata["issuer"] == "https://as.example")
        // Client libraries demand it, also where they do not use it.
        #expect(metadata["authorization_endpoint"] == "https://as.example/oauth2/authorize")
        #expect(metadata["response_types_supported"] == .array([]))
    }
}
