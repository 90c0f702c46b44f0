import Countersign
import Crypto
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
        let cookie = secret("cs_se_")
        let session = SessionRecord(
            digest: digest(cookie), user: user.id, authenticatedAt: now, methods: ["pwd"], createdAt: now,
            expiresAt: now + Self.lifetime)
        try await store.sessions.add(session, replacing: nil, passwordChangedAt: user.passwordChangedAt)
        try await store.consents.give(
            ConsentRecord(user: user.id, client: client, scopes: Self.scopes.sorted(), givenAt: now))
        let codes = (0..<count).map { _ in secret("cs_ac_") }
        let tokens = (0..<count).map { _ in secret("cs_rt_") }
        for start in stride(from: 0, to: count, by: Self.batchSize) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in start..<min(start + Self.batchSize, count) {
                    group.addTask { try await add(codes[index], session, store, at: now) }
                    group.addTask {
                        let code = secret("cs_ac_")
                        try await add(code, session, store, at: now)
                        let token = RefreshTokenRecord(digest: digest(tokens[index]), expiresAt: now + Self.lifetime)
                        _ = try await store.grants.redeem(
                            digest(code), keyThumbprint: nil, accessExpiry: nil, refreshToken: token, at: now)
                    }
                }
                try await group.waitForAll()
            }
        }
        try await addPeople(to: store, at: now)
        try write(["countersign-session=\(cookie)"], "cookie")
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

    private func add(
        _ code: String, _ session: SessionRecord, _ store: any Store, at now: UnixTime
    ) async throws {
        let grant = AuthorizationGrantRecord(
            user: session.user, client: client, scopes: Self.scopes, session: session.id, nonce: "n-0S6_WzA2Mj",
            authenticatedAt: now, methods: ["pwd"], createdAt: now)
        let record = AuthorizationCodeRecord(
            digest: digest(code), redirectURI: Self.redirectURI, expiresAt: now + Self.codeLifetime)
        try await store.grants.add(grant, code: record)
    }

    private func secret(_ prefix: String) -> String { prefix + Base64URL.encode(RandomBytes.make(32)) }

    private func digest(_ secret: String) -> [UInt8] { Array(SHA256.hash(data: Array(secret.utf8))) }

    private func write(_ lines: [String], _ name: String) throws {
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        let contents = Data((lines.joined(separator: "\n") + "\n").utf8)
        guard FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: contents, attributes: attributes)
        else { throw UsageError(message: "cannot write \(folder)/\(name)") }
    }
}
