import Countersign
import Foundation
import Server
import Store

/// A person with a session and a consent, and authorization grants with a code or a refresh token each, for one client.
///
/// The secrets are written to files in a folder, one per line: `cookie`, `codes`, `refresh-tokens`, and the `password` of all others who
/// can sign in.
struct PeopleFilling: Sendable {
    /// Of sessions and refresh tokens.
    private static let lifetime = Duration.seconds(3600)
    /// The longest that a server accepts: a code lives for a minute, and another node's clock may be a minute ahead.
    private static let codeLifetime = Duration.seconds(118)
    /// The number of concurrent writes, which share a transaction.
    private static let batchSize = 500
    /// The number of people with a password, so that no one signs in twice at once.
    private static let peopleCount = 600
    static let redirectURI = "https://client.example/callback"
    static let scopes = ["openid", "bench.read"]

    let client: ClientID
    let count: Int
    /// Where the secrets are written.
    let folder: String

    /// Lets the client do what is measured.
    func prepare(_ client: inout ClientRecord) {
        client.grants = GrantType.allCases
        client.scopes = Array(Set(client.scopes + Self.scopes)).sorted()
        client.signIn.redirectURIs = [Self.redirectURI]
        client.signIn.idTokenAlgorithm = .es256
    }

    func fill(_ store: any Store) async throws {
        let now = UnixTime.now
        let user = UserRecord(name: "bench", claims: ["email": "bench@example.com"], createdAt: now)
        try await store.users.add(user)
        let cookie = IssuedSecret.generate(.session)
        let session = SessionRecord(
            digest: cookie.digest, user: user.id, authenticatedAt: now, methods: ["pwd"], createdAt: now,
            expiresAt: now + Self.lifetime)
        try await store.sessions.add(session, replacing: nil, passwordChangedAt: user.passwordChangedAt)
        try await store.consents.give(
            ConsentRecord(user: user.id, client: client, scopes: Self.scopes.sorted(), givenAt: now))
        var (codes, tokens): ([String], [String]) = ([], [])
        for start in stride(from: 0, to: count, by: Self.batchSize) {
            try await withThrowingTaskGroup(of: (code: String, token: String).self) { group in
                for _ in start..<min(start + Self.batchSize, count) {
                    group.addTask {
                        let code = try await addCode(session, store, at: now)
                        return (code.text, try await addRefreshToken(session, store, at: now))
                    }
                }
                for try await (code, token) in group {
                    codes.append(code)
                    tokens.append(token)
                }
            }
        }
        try await addPeople(to: store, at: now)
        try write(["countersign-session=\(cookie.text)"], "cookie")
        try write(codes, "codes")
        try write(tokens, "refresh-tokens")
    }

    private func addPeople(to store: any Store, at now: UnixTime) async throws {
        let password = Base64URL.encode(RandomBytes.make(18))
        let hash = try await PasswordHasher().hash(password)
        for number in 1...Self.peopleCount {
            try await store.users.add(UserRecord(name: "bench-\(number)", passwordHash: hash, createdAt: now))
        }
        try write([password], "password")
    }

    private func addRefreshToken(_ session: SessionRecord, _ store: any Store, at now: UnixTime) async throws -> String
    {
        let code = try await addCode(session, store, at: now).digest
        let token = GrantSecret.generate(.refreshToken, of: code.grant)
        let record = RefreshTokenRecord(digest: token.digest.digest, expiresAt: now + Self.lifetime)
        _ = try await store.grants.redeem(code, keyThumbprint: nil, accessExpiry: nil, refreshToken: record, at: now)
        return token.text
    }

    private func addCode(_ session: SessionRecord, _ store: any Store, at now: UnixTime) async throws -> GrantSecret {
        let grant = AuthorizationGrantRecord(
            user: session.user, client: client, scopes: Self.scopes, session: session.id, nonce: "n-0S6_WzA2Mj",
            authenticatedAt: now, methods: ["pwd"], createdAt: now)
        let code = GrantSecret.generate(.authorizationCode, of: grant.id)
        let record = AuthorizationCodeRecord(
            digest: code.digest.digest, redirectURI: Self.redirectURI, expiresAt: now + Self.codeLifetime)
        try await store.grants.add(grant, code: record)
        return code
    }

    private func write(_ lines: [String], _ name: String) throws {
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        let contents = Data((lines.joined(separator: "\n") + "\n").utf8)
        guard FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: contents, attributes: attributes)
        else { throw UsageError(message: "cannot write \(folder)/\(name)") }
    }
}
