import Countersign
import Testing

@testable import Server

@Suite("draft-ietf-oauth-client-id-metadata-document §3: identifiers that are URLs")
struct ClientIDURLTests {
    private static func settings(loopback: Bool = false) -> ClientMetadataSettings {
        var settings = ClientMetadataSettings()
        settings.isEnabled = true
        settings.allowedHosts = ["client.example", "localhost", "127.0.0.1", "[::1]", "*.agents.example"]
        settings.allowsHTTPOnLoopback = loopback
        return settings
    }

    @Test(
        "A URL with a path on an allowed host is accepted",
        arguments: [
            ("https://client.example/c.json", "client.example"), ("https://client.example/a/", "client.example"),
            ("https://client.example:8443/c", "client.example"), ("https://client.example/c?v=1", "client.example"),
            ("https://CLIENT.example/c", "client.example"), ("https://a.b.agents.example/...", "a.b.agents.example"),
            ("https://client.example//", "client.example"), ("https://127.0.0.1/c", "127.0.0.1"),
            ("https://[::1]/c", "[::1]"),
        ])
    func accepted(_ id: String, _ host: String) throws {
        let url = try ClientIDURL(ClientID(id), Self.settings())
        #expect(url.text == ExactString(id))
        #expect(url.host == host)
    }

    @Test(
        "An ambiguous URL or one without a path is refused",
        arguments: [
            "https://client.example", "https://client.example/", "https://client.example?x", "https://client.example/.",
            "https://client.example/../c", "https://client.example/a/%2e%2E/c", "https://client.example/a/./c",
            "https://client.example/.%2e/c", "https://client.example/c#f", "https://u@client.example/c",
            "https://u:p@client.example/c", "https://client.example:0/c", "https://client.example:65536/c",
            "https://client.example./c", "https://client.example\\@evil.example/c", "https://client.example/a b",
            "https://client.example/é", "https://client.example/%zz", "https:///c", "https://",
            "http://client.example/c",
            "http://localhost/c", "https://0x7f.0.0.1/c", "https://127.1/c", "https://client.example/\u{0}",
            "https://client.example/" + String(repeating: "a", count: 233),
        ])
    func refused(_ id: String) {
        #expect {
            try ClientIDURL(ClientID(id), Self.settings())
        } throws: { error in
            if case .url = error as? ClientMetadataFault { true } else { false }
        }
    }

    @Test("The longest URL fits into a registered identifier, so that an operator can disable it")
    func longest() throws {
        let id = "https://client.example/" + String(repeating: "a", count: 232)
        #expect(id.utf8.count == ClientID.maximumLength)
        #expect(try ClientIDURL(ClientID(id), Self.settings()).text.text == id)
    }

    @Test(
        "A host that is not allowed is named as the reason",
        arguments: ["evil.example", "evil-agents.example", "agents.example", "127.0.0.2", "xclient.example"])
    func otherHost(_ host: String) {
        #expect(throws: ClientMetadataFault.host(host)) {
            try ClientIDURL(ClientID("https://\(host)/c"), Self.settings())
        }
    }

    @Test("http is accepted for loopback only, and only if the operator allows it")
    func loopback() throws {
        for id in ["http://localhost:8080/c", "http://127.0.0.1/c"] {
            #expect(ClientIDURL.matches(ClientID(id), Self.settings(loopback: true)))
            #expect(!ClientIDURL.matches(ClientID(id), Self.settings()))
            #expect(try ClientIDURL(ClientID(id), Self.settings(loopback: true)).text.text == id)
        }
        #expect(throws: ClientMetadataFault.self) {
            try ClientIDURL(ClientID("http://client.example/c"), Self.settings(loopback: true))
        }
    }

    @Test(
        "Other identifiers belong to registered clients",
        arguments: ["billing", "HTTPS://client.example/c", "urn:x", ""])
    func notMeant(_ id: String) {
        #expect(!ClientIDURL.matches(ClientID(id), Self.settings(loopback: true)))
    }
}

@Suite("The list of allowed client hosts")
struct AllowedHostTests {
    @Test(
        "An entry matches a host, or every host below a domain",
        arguments: [
            ("client.example", "client.example", true), ("client.example", "CLIENT.EXAMPLE", true),
            ("Client.Example", "client.example", true), ("client.example", "a.client.example", false),
            ("client.example", "client.example.", false), ("client.example", "xclient.example", false),
            ("*.example.com", "a.example.com", true), ("*.example.com", "a.b.example.com", true),
            ("*.EXAMPLE.com", "A.example.COM", true), ("*.example.com", "example.com", false),
            ("*.example.com", "evil-example.com", false), ("*.example.com", ".example.com", false),
            ("*.example.com", "a.example.com.", false), ("*.example.com", "a.example.com.evil.example", false),
            ("127.0.0.1", "127.0.0.1", true), ("*.0.0.1", "127.0.0.1", true), ("[::1]", "[::1]", true),
            ("client.example:443", "client.example", false), ("*", "client.example", false),
            ("", "client.example", false),
            ("*.", "client.example", false), ("*example.com", "a.example.com", false), ("", "", true),
        ])
    func entry(_ entry: String, _ host: String, _ isAllowed: Bool) {
        var settings = ClientMetadataSettings()
        settings.allowedHosts = ["other.example", entry]
        #expect(settings.allows(host: host) == isAllowed)
        #expect(settings.pattern(allowing: host) == (isAllowed ? entry : nil))
    }

    @Test("An empty list allows no host")
    func empty() {
        #expect(!ClientMetadataSettings().allows(host: "client.example"))
        #expect(!ClientMetadataSettings().isEnabled)
    }
}
