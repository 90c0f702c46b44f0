import Testing

@testable import Server

@Suite("Rules for clients that sign people in (RFC 7591 §2)")
struct SignInRulesTests {
    private func fault(_ change: (inout ClientRecord) -> Void) -> SignInFault? {
        var client = ClientRecord(
            id: "shop", name: "Shop", grants: [.authorizationCode], createdAt: UnixTime(seconds: 0))
        client.signIn.redirectURIs = ["https://shop.example/cb"]
        change(&client)
        do throws(SignInFault) {
            try SignInRules(allowsHTTPOnLoopback: false).check(client)
            return nil
        } catch {
            return error
        }
    }

    @Test("The grant authorization_code needs a redirect URI")
    func redirectURI() {
        #expect(fault { _ in } == nil)
        #expect(fault { $0.signIn.redirectURIs = [] } == .noRedirectURI)
        #expect(
            fault {
                $0.signIn.redirectURIs = []
                $0.grants = [.clientCredentials]
            } == nil)
    }

    @Test(
        "A redirect URI that cannot be used is refused, also after signing out",
        arguments: ["https://shop.example/cb#x", "http://shop.example/cb", "shop.example/cb", "javascript:alert(1)"])
    func unusable(uri: String) {
        let redirect = fault { $0.signIn.redirectURIs.append(uri) }
        guard case .redirectURI(uri, _) = redirect else {
            Issue.record("\(String(describing: redirect))")
            return
        }
        let logout = fault { $0.signIn.postLogoutRedirectURIs = [uri] }
        guard case .postLogoutRedirectURI(uri, _) = logout else {
            Issue.record("\(String(describing: logout))")
            return
        }
    }

    @Test(
        "A client can register 64 redirect URIs, and as many for after signing out",
        arguments: [
            ("redirect_uris", \SignInOptions.redirectURIs),
            ("post_logout_redirect_uris", \SignInOptions.postLogoutRedirectURIs),
        ])
    func tooMany(member: String, uris: WritableKeyPath<SignInOptions, [String]> & Sendable) {
        func fault(_ count: Int) -> SignInFault? {
            self.fault { $0.signIn[keyPath: uris] = (0..<count).map { "https://shop.example/\($0)" } }
        }
        #expect(fault(64) == nil)
        #expect(fault(65) == .tooManyURIs(member: member, maximum: 64))
        #expect(fault(65)?.member == member)
    }

    @Test("RFC 6749 §4.4: a public client cannot have the grant client_credentials")
    func publicClient() {
        #expect(fault { $0.authenticationMethod = .none } == nil)
        let client = fault {
            $0.authenticationMethod = .none
            $0.grants.append(.clientCredentials)
        }
        #expect(client == .publicClientCredentials)
    }

    @Test("OpenID Connect Core §8.1: pairwise identifiers need one host, or a sector identifier")
    func sector() {
        func pairwise(_ uris: String..., sector: String? = nil) -> SignInFault? {
            fault {
                $0.signIn.subjectType = .pairwise
                $0.signIn.redirectURIs = uris
                $0.signIn.sectorIdentifier = sector
            }
        }
        #expect(pairwise("https://a.example/1", "https://A.example/2") == nil)
        #expect(
            pairwise("https://a.example/1", "https://b.example/1")
                == .ambiguousSector(hosts: ["a.example", "b.example"]))
        #expect(pairwise("https://a.example/1", "https://b.example/1", sector: "https://a.example/s") == nil)
        #expect(pairwise("https://a.example/1", "https://a.example:8443/2") == nil)
        #expect(pairwise("http://127.0.0.1/1", "com.example.app:/2") == nil)
        #expect(pairwise("https://a.example/1", "http://127.0.0.1/1") != nil)
        // One pattern alone as well: its host is not known.
        let pattern = "regexp=(https://[a-z]+.apps.example/cb)"
        #expect(pairwise(pattern) == .patternWithoutSector(pattern))
        #expect(pairwise(pattern, sector: "https://a.example/s") == nil)
    }

    @Test("URLs that the server calls are https, and those that people see are http or https")
    func urls() {
        #expect(
            fault { $0.signIn.backChannelLogoutURI = "http://127.0.0.1/out" }
                == .notAnHTTPSURL(member: "backchannel_logout_uri", "http://127.0.0.1/out"))
        #expect(
            fault { $0.signIn.sectorIdentifier = "https://a.example/#x" }
                == .notAnHTTPSURL(member: "sector_identifier_uri", "https://a.example/#x"))
        #expect(fault { $0.signIn.backChannelLogoutURI = "https://a.example/out" } == nil)
        #expect(
            fault { $0.signIn.logo = "javascript:alert(1)" }
                == .notAWebURL(member: "logo_uri", "javascript:alert(1)"))
        #expect(fault { $0.signIn.website = "http://a.example/\"onload=" } != nil)
        #expect(fault { $0.signIn.website = "http://a.example@evil.example" } != nil)
        #expect(fault { $0.signIn.website = "http://a.example" } == nil)
        #expect(fault { $0.signIn.website = "HTTP://a.example:8080#about" } == nil)
    }
}
