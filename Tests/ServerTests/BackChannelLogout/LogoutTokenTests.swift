import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("OpenID Connect Back-Channel Logout 1.0 §2.4: logout tokens")
struct LogoutTokenTests {
    private static func notice(_ bench: GrantBench, client: String = "app") -> LogoutNoticeRecord {
        LogoutNoticeRecord(
            session: bench.session.id, client: ClientID(client), user: bench.user.id, createdAt: TestClock.start)
    }

    private static func client(_ bench: GrantBench) async throws -> ClientRecord {
        try #require(try await bench.store.clients.registration(of: ClientID("app"))).client
    }

    @Test(
        "has these claims and no others, and the client's algorithm",
        arguments: [SignatureAlgorithm?.none, .es256, .edDSA])
    func claims(_ algorithm: SignatureAlgorithm?) async throws {
        let bench = try await LogoutBench { $0.signIn.idTokenAlgorithm = algorithm }
        let now = TestClock.start + .seconds(7)
        let text = try bench.tokens.issue(
            about: Self.notice(bench.bench), to: try await Self.client(bench.bench), at: now)
        let jws = try CompactJWS(parsing: text)
        #expect(jws.header.algorithm == algorithm ?? .rs256)
        #expect(jws.header.type == "logout+jwt")
        let claims = try #require(bench.bench.signed(text, as: .logoutToken))
        #expect(
            claims.members.map(\.name.text).sorted() == ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"])
        #expect(claims["iss"] == .string(GrantBench.issuer))
        #expect(claims["aud"] == "app")
        #expect(claims["sub"] == .string(bench.bench.user.id.text))
        #expect(claims["sid"] == .string(bench.bench.session.id))
        #expect(claims["iat"] == .number(now.seconds))
        #expect(claims["exp"] == .number(now.seconds + 120))
        #expect(claims["events"] == .object(["http://schemas.openid.net/event/backchannel-logout": .object([:])]))
        #expect((claims.string("jti")?.text.utf8.count ?? 0) >= 22)
    }

    @Test("has a `jti` of its own for each attempt")
    func identifiers() async throws {
        let bench = try await LogoutBench()
        let client = try await Self.client(bench.bench)
        let identifiers = try (0..<3).map { _ in
            let text = try bench.tokens.issue(about: Self.notice(bench.bench), to: client, at: TestClock.start)
            return bench.bench.signed(text, as: .logoutToken)?.string("jti")
        }
        #expect(Set(identifiers.compactMap(\.self)).count == 3)
    }

    @Test(
        "has the `sub` and the `sid` of the client's ID tokens, pairwise or not",
        arguments: SignInOptions.SubjectType.allCases)
    func identity(_ type: SignInOptions.SubjectType) async throws {
        let bench = try await LogoutBench { $0.signIn.subjectType = type }
        let reply = try await bench.bench.redeem(try await bench.bench.code())
        let idToken = try reply.claims("id_token")
        let text = try bench.tokens.issue(
            about: Self.notice(bench.bench), to: try await Self.client(bench.bench), at: TestClock.start)
        let claims = try #require(bench.bench.signed(text, as: .logoutToken))
        #expect(claims["sub"] != nil && claims["sub"] == idToken["sub"])
        #expect(claims["sid"] != nil && claims["sid"] == idToken["sid"])
        #expect((claims["sid"] == .string(bench.bench.session.id)) == (type == .public))
    }

    @Test("is neither an ID token nor a hint nor an access token")
    func confusion() async throws {
        let bench = try await LogoutBench()
        let text = try bench.tokens.issue(
            about: Self.notice(bench.bench), to: try await Self.client(bench.bench), at: TestClock.start)
        for type in JWTType.allCases where type != .logoutToken { #expect(bench.bench.signed(text, as: type) == nil) }
        let token = String(decoding: text, as: UTF8.self)
        #expect(IDTokens(issuer: GrantBench.issuer, keys: bench.bench.keys).hint(token) == nil)
        #expect(try await bench.bench.userInfo(token).status == 401)
    }
}
