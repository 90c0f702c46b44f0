import Testing

@testable import Server

@Suite("RFC 8414 §2 and §3: issuer and well-known addresses")
struct ServerURLsTests {
    @Test(
        "The issuer is a plain http or https URL",
        arguments: [
            ("https://as.example", true), ("http://127.0.0.1:9443", true), ("https://as.example/tenant", true),
            ("https://as.example/", false), ("https://as.example?x", false), ("https://as.example#x", false),
            ("ftp://as.example", false), ("https://", false), ("https://u@as.example", false), ("as.example", false),
            ("https://as.example/a b", false), ("https://as.example/\"", false), ("", false),
        ])
    func issuer(_ issuer: String, _ isAccepted: Bool) {
        #expect((ServerURLs(issuer: issuer) != nil) == isAccepted)
    }

    @Test("For an issuer with a path, metadata is at the location that each specification defines")
    func path() throws {
        let urls = try #require(ServerURLs(issuer: "https://as.example/tenant"))
        #expect(urls.token == "https://as.example/tenant/oauth2/token")
        #expect(urls.openIDConfigurationPath == "/tenant/.well-known/openid-configuration")
        #expect(urls.authorizationServerMetadataPath == "/.well-known/oauth-authorization-server/tenant")
    }
}
