import Countersign
import TestSupport
import Testing

@testable import Server

@Suite("Open registration is bounded", .timeLimit(.minutes(5)))
struct OpenRegistrationTests {
    @Test("One address registers so many clients in an hour, then 429 says when to try again")
    func perAddress() async throws {
        let bench = try await RegistrationBench(.open) { $0.perSourceAndHour = 4 }
        let address = RegistrationBench.publicAddress
        for _ in 0..<4 { #expect(try await bench.register(from: address).status == 201) }
        let refused = try await bench.register(from: address)
        #expect(refused.status == 429 && refused.error == "temporarily_unavailable")
        #expect(refused.response.headers["Retry-After"] == "900")
        #expect(try await bench.register(from: "::ffff:\(address)").status == 429)
        #expect(try await bench.register(from: "198.41.0.5").status == 201)
        // Behind a proxy everybody has its address.
        for _ in 0..<5 { #expect(try await bench.register(from: "10.0.0.1").status == 201) }
        let token = try await bench.token()
        #expect(try await bench.register(token: token, from: address).status == 201)
        bench.bench.clock.advance(by: .seconds(900))
        #expect(try await bench.register(from: address).status == 201)
        #expect(try await bench.register(from: address).status == 429)
    }

    @Test("A proxy's address has fifty times as much")
    func proxy() async throws {
        let bench = try await RegistrationBench(.open) { $0.perSourceAndHour = 1 }
        for _ in 0..<50 { #expect(try await bench.register(from: "10.0.0.1").status == 201) }
        #expect(try await bench.register(from: "10.0.0.1").status == 429)
    }

    @Test("An IPv6 network counts as one address, and one of 48 bits as five")
    func network() async throws {
        let bench = try await RegistrationBench(.open) { $0.perSourceAndHour = 1 }
        #expect(try await bench.register(from: "2a00:1450:4001:80b::1").status == 201)
        #expect(try await bench.register(from: "2a00:1450:4001:80b:ffff::2").status == 429)
        for number in 0..<4 { #expect(try await bench.register(from: "2a00:1450:4001:9\(number)::1").status == 201) }
        #expect(try await bench.register(from: "2a00:1450:4001:94::1").status == 429)
        #expect(try await bench.register(from: "2a00:1450:4002:94::1").status == 201)
    }

    @Test("Registrations that were never used have a bound of their own")
    func unused() async throws {
        let bench = try await RegistrationBench(.open) { $0.openBounds = .init(unused: 2, total: 3) }
        let first = try await bench.register()
        #expect(try await bench.register().status == 201)
        let full = try await bench.register()
        #expect(full.status == 503 && full.error == "temporarily_unavailable")
        #expect(full.response.headers["Retry-After"] == "3600")
        let id = ClientID(try #require(first.id))
        try await bench.store.dynamicRegistrations.recordUses(
            [(client: id, at: bench.bench.clock.now)], lifetime: bench.settings.unusedLifetime)
        #expect(try await bench.register().status == 201)
        // The bound of all.
        let others = try await bench.store.dynamicRegistrations.all().map { (client: $0.client, at: TestClock.start) }
        try await bench.store.dynamicRegistrations.recordUses(others, lifetime: .seconds(100))
        #expect(try await bench.register().status == 503)
        let token = try await bench.token()
        #expect(try await bench.register(token: token).status == 201)
    }

    @Test("Only the operator's setting gives a stranger the grant client_credentials")
    func clientCredentials() async throws {
        let bench = try await RegistrationBench(.open) { $0.allowsClientCredentials = true }
        let answer = try await bench.register([("grant_types", ["client_credentials"]), ("redirect_uris", nil)])
        #expect(answer.status == 201)
        let anyone = try await bench.register([
            ("grant_types", ["client_credentials"]), ("token_endpoint_auth_method", "none"), ("jwks", nil),
        ])
        #expect(anyone.error == "invalid_client_metadata")
    }

    @Test("A new client cannot guess or choose its identifier")
    func identifiers() async throws {
        let bench = try await RegistrationBench.shared()
        var ids: Set<String> = []
        for _ in 0..<8 { ids.insert(try #require(try await bench.register([("client_id", "web")]).id)) }
        #expect(ids.count == 8 && ids.allSatisfy { $0.utf8.count == 32 })
    }

    @Test("What happens is logged, without tokens")
    func logged() async throws {
        let bench = try await RegistrationBench(.open)
        let answer = try await bench.register(from: RegistrationBench.publicAddress)
        _ = try await bench.register([("redirect_uris", ["/"])])
        let lines = bench.bench.log.texts
        #expect(lines.contains { $0.contains("\(answer.id ?? "?") registered itself without a token from 198.41.0.4") })
        #expect(lines.contains { $0.contains("registration refused") && $0.contains("invalid_redirect_uri") })
        #expect(!lines.contains { $0.contains("cs_rat_") })
    }
}

@Suite("OpenID Connect Registration §5: sector_identifier_uri", .timeLimit(.minutes(5)))
struct SectorIdentifierTests {
    private static let url: ExactString = "https://sector.example/uris.json"
    private static let members: [(String, JSONValue?)] = [
        ("subject_type", "pairwise"), ("sector_identifier_uri", .string(url)),
        ("redirect_uris", ["https://a.example/cb", "https://b.example/cb"]),
    ]

    @Test("A document that lists all redirect URIs is accepted; strangers' come from public addresses")
    func good() async throws {
        let bench = try await RegistrationBench(.open)
        bench.reader.answer(
            Self.url,
            .received(
                Array(#"["https://b.example/cb", 1, "https://a.example/cb", "https://c.example/"]"#.utf8), etag: nil,
                lifetime: nil))
        let answer = try await bench.register(Self.members)
        #expect(answer.status == 201)
        #expect(answer.object["sector_identifier_uri"] == .string(Self.url))
        #expect(bench.reader.calls.map(\.document) == [.sectorIdentifier(isOfStranger: true)])
        _ = try await bench.register(Self.members, token: try await bench.token())
        #expect(bench.reader.calls.last?.document == .sectorIdentifier(isOfStranger: false))
    }

    @Test(
        "Any other document is refused, and nothing is stored",
        arguments: [
            #"["https://a.example/cb"]"#, #"["https://a.example/cb","https://b.example/cb/"]"#, "[]", "{}", "",
            #"{"redirect_uris":["https://a.example/cb","https://b.example/cb"]}"#, nil,
        ])
    func bad(_ body: String?) async throws {
        let bench = try await RegistrationBench(.open)
        if let body { bench.reader.answer(Self.url, .received(Array(body.utf8), etag: nil, lifetime: nil)) }
        let answer = try await bench.register(Self.members)
        #expect(answer.status == 400 && answer.error == "invalid_client_metadata")
        #expect(answer.description.contains("sector_identifier_uri"))
        // What this server can reach is not a stranger's business.
        #expect(!answer.description.contains("nothing is there"))
        #expect(try await bench.store.dynamicRegistrations.all() == [])
    }

    @Test("An address at its limit causes no fetch")
    func limited() async throws {
        let bench = try await RegistrationBench(.open) { $0.perSourceAndHour = 1 }
        for _ in 0..<3 { _ = try await bench.register(Self.members, from: RegistrationBench.publicAddress) }
        #expect(bench.reader.calls.count == 1)
    }
}
