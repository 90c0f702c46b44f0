import Store
import TestSupport
import Testing

@testable import Server

@Suite("RFC 8707: the scopes of the admin API are granted for its resource alone")
struct AdminScopeTests {
    private static func directory(_ bench: AdminBench) throws -> ResourceDirectory {
        let clock = bench.clock
        return ResourceDirectory(
            store: bench.store.resources,
            adminAPI: .adminAPI(at: try #require(ServerURLs(issuer: AdminBench.issuer))),
            Runtime(clock: { clock.now }))
    }

    @Test("client_credentials without the resource leaves them out, and refuses a request for them")
    func defaultAudience() async throws {
        let bench = try await AdminBench()
        let all = try await bench.requestToken("operator", resources: [])
        #expect(all["scope"] == "reports")
        let asked = try await bench.requestToken("operator", scope: "admin.write", resources: [])
        #expect(asked["error"] == "invalid_scope")
        #expect(asked["error_description"]?.contains("parameter resource") == true)
        let both = try await bench.requestToken("operator", scope: "admin.write reports", resources: [])
        #expect(both["scope"] == "reports")
    }

    @Test("for the resource there are no others")
    func ofResource() async throws {
        let bench = try await AdminBench()
        let answer = try await bench.requestToken("operator")
        #expect(answer["scope"] == "admin.read admin.write")
        let narrow = try await bench.requestToken("operator", scope: "admin.read")
        #expect(narrow["scope"] == "admin.read")
        #expect(try await bench.requestToken("operator", scope: "reports")["error"] == "invalid_scope")
        #expect(try await bench.requestToken("auditor", scope: "admin.write")["error"] == "invalid_scope")
    }

    @Test("A token for the admin API is for no other resource: that one could replay it")
    func alone() async throws {
        let bench = try await AdminBench()
        try await bench.store.resources.add(
            ResourceRecord(uri: "https://api.example", scopes: ["admin.read"], createdAt: TestClock.start))
        let both = try await bench.requestToken("operator", resources: [AdminBench.resource, "https://api.example"])
        #expect(both["error"] == "invalid_target")
        // A resource that claims the reserved scopes does not get them.
        let other = try await bench.requestToken("operator", scope: "admin.read", resources: ["https://api.example"])
        #expect(other["error"] == "invalid_scope")
    }

    @Test("A further audience, the default audience or a stored resource with this URI brings no reserved scope")
    func disguised() async throws {
        let bench = try await AdminBench { $0.accessTokens.audience = AdminBench.resource }
        let token = try await bench.token(resources: [])
        #expect(await bench.call("GET", "/clients", token: token).code == "insufficient_scope")
        try await bench.store.resources.add(
            ResourceRecord(uri: AdminBench.resource, scopes: ["reports"], createdAt: TestClock.start))
        #expect(try await bench.requestToken("operator")["scope"] == "admin.read admin.write")
        try await bench.add("sly", scopes: ["admin.read"]) { $0.signIn.audiences = [AdminBench.resource] }
        let sly = try await bench.token("sly", resources: [])
        #expect(await bench.call("GET", "/clients", token: sly).code != nil)
    }

    @Test("A grant without the resource gives no reserved scope, and a refresh cannot add it")
    func grants() async throws {
        let bench = try await AdminBench()
        try await bench.add("web", scopes: ["admin.read"], grants: [.authorizationCode]) {
            $0.signIn.redirectURIs = ["https://app.example/cb"]
        }
        let person = try await bench.person("ada", groups: ["admin"])
        let token = try await bench.token(of: person, client: "web", scopes: ["admin.read"], resources: [])
        #expect(await bench.call("GET", "/clients", token: token).code == "invalid_token")
    }

    @Test(
        "RFC 7591: a client that registered itself never gets one, however it was let in",
        arguments: [DynamicRegistration.Origin.open, .token])
    func registeredItself(_ origin: DynamicRegistration.Origin) async throws {
        let bench = try await AdminBench()
        let client = ClientRecord(
            id: "self", name: "self", scopes: ["admin.read", "admin.write"], createdAt: TestClock.start)
        let initial = InitialAccessToken(
            id: "t", digest: RandomBytes.make(32), note: "", scopes: nil, grants: nil, allowsReuse: false,
            maximumUses: 1, createdAt: TestClock.start, expiresAt: TestClock.start + .seconds(60))
        try await bench.store.initialAccessTokens.add(initial)
        let dynamic = DynamicRegistration(
            client: "self", origin: origin, initialAccessToken: origin == .token ? "t" : nil,
            digest: RandomBytes.make(32), registeredAt: TestClock.start,
            expiresAt: TestClock.start + .seconds(86_400))
        let key = KeyRecord(jwk: JWK(key: bench.key.verificationKey, keyID: "k1"), addedAt: TestClock.start)
        let outcome = try await bench.store.dynamicRegistrations.add(
            ClientRegistration(client: client, keys: [key], dynamic: dynamic), dynamic,
            within: OpenRegistrationBounds(unused: 10, total: 10))
        guard case .added = outcome else { throw StoreError.invalid("The client was not registered") }
        let answer = try await bench.requestToken("self")
        #expect(answer["error"] == "invalid_target")
        #expect(answer["error_description"]?.contains("registered itself") == true)
        let plain = try await bench.requestToken("self", resources: [])
        #expect(plain["scope"] == nil || plain["scope"] == "")
    }

    @Test(
        "A client that does not authenticate with private_key_jwt never gets one",
        arguments: [AuthenticationMethod.clientSecretBasic, .clientSecretPost, .none])
    func otherAuthentication(_ method: AuthenticationMethod) async throws {
        let bench = try await AdminBench()
        try await bench.add("weak", scopes: ["admin.write"]) { $0.authenticationMethod = method }
        let client = try #require(
            try await bench.store.clients.registration(of: "weak")?.registeredClient.attachedRecord?.record)
        await #expect(throws: OAuthError.self) {
            _ = try await Self.directory(bench).registered([AdminBench.resource], for: client)
        }
        // One that it had before its registration was changed does not count, either.
        let token = try await bench.token()
        #expect(await bench.call("GET", "/clients", token: token).status == 200)
        var changed = try #require(try await bench.store.clients.registration(of: "operator")).client
        changed.authenticationMethod = method
        try await bench.store.clients.replace(changed)
        #expect(await bench.call("GET", "/clients", token: token).code == "invalid_token")
    }

    @Test("A record whose origin is not known is not one of an operator, nor that of a document")
    func origin() async throws {
        let bench = try await AdminBench()
        let registration = try #require(try await bench.store.clients.registration(of: "operator"))
        #expect(!registration.client.isRegisteredByOperator)
        var record = try #require(registration.registeredClient.attachedRecord?.record)
        #expect(record.isRegisteredByOperator)
        for origin in [RegistrationOrigin.unknown, .document, .itself(.token), .itself(.open)] {
            record.registrationOrigin = origin
            #expect(!record.isRegisteredByOperator)
            let client = record
            await #expect(throws: OAuthError.self) {
                _ = try await Self.directory(bench).registered([AdminBench.resource], for: client)
            }
        }
    }

    @Test("RFC 7591 §2: registration does not grant them, even if the settings or an initial access token say so")
    func allowance() {
        var settings = RegistrationSettings()
        settings.scopes = ["openid", "admin.read", "admin.write"]
        #expect(RegistrationAllowance(open: settings).scopes == ["openid"])
        let token = InitialAccessToken(
            id: "1", digest: [], note: "", scopes: ["admin.write", "x"], grants: nil, allowsReuse: false,
            maximumUses: 1, createdAt: TestClock.start, expiresAt: TestClock.start)
        #expect(RegistrationAllowance(token, settings).scopes == ["x"])
        let client = ClientRecord(id: "c", name: "", scopes: ["admin.read", "y"], createdAt: TestClock.start)
        #expect(RegistrationAllowance(updating: client, .token).scopes == ["y"])
    }

    @Test("RFC 8414 §2: scopes_supported does not list them, so that no client asks for them by accident")
    func metadata() async throws {
        let bench = try await AdminBench()
        let metadata = await bench.send("GET", "/tenant/.well-known/openid-configuration")
        #expect(metadata.object.oneOrMany("scopes_supported")?.contains("reports") == true)
        #expect(metadata.object.oneOrMany("scopes_supported")?.contains(where: AdminScope.isReserved) == false)
    }

    @Test("The setting [admin_api] enabled = false ends it: the resource is unknown, and the path")
    func off() async throws {
        let bench = try await AdminBench { $0.servesAdminAPI = false }
        let answer = try await bench.requestToken("operator")
        #expect(answer["scope"] == "reports")
        #expect(
            await bench.call("GET", "/clients", token: try await bench.token(resources: [])).code == "invalid_token")
    }
}
