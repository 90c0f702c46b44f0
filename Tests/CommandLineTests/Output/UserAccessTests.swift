import SQLite
import Store
import TestSupport
import Testing

@testable import Administration
@testable import CLI

@Suite("The clients with access to an account, as user show lists them")
struct UserAccessTests {
    private static let later = Samples.now + .seconds(60)

    /// Adds a person who has allowed `shop`, has a grant of the trusted `portal`, and had one of `gone`.
    private func fill(_ store: any Store) async throws -> UserRecord {
        let user = UserRecord(name: "alice", createdAt: Samples.now)
        try await store.users.add(user)
        let session = SessionRecord(
            digest: [1], user: user.id, authenticatedAt: Samples.now, methods: ["pwd"], createdAt: Samples.now,
            expiresAt: Samples.now + .seconds(3600))
        try await store.sessions.add(session, replacing: nil, passwordChangedAt: nil)
        for (number, client) in [(UInt8(1), ClientID("portal")), (2, "gone")] {
            let grant = AuthorizationGrantRecord(
                user: user.id, client: client, scopes: ["openid", "email"], resources: ["https://api.example"],
                session: session.id, authenticatedAt: Samples.now, createdAt: Samples.now)
            try await store.grants.add(
                grant,
                code: AuthorizationCodeRecord(
                    digest: [UInt8](repeating: number, count: 32), redirectURI: "https://a.example/cb",
                    expiresAt: Self.later))
            if client == "gone" { try await store.grants.revoke(grant.id, at: Self.later) }
        }
        try await store.consents.give(
            ConsentRecord(
                user: user.id, client: "shop", scopes: ["openid"], givenAt: Samples.now, usedAt: Self.later))
        return user
    }

    @Test("are those of /account, trusted ones included, in JSON and in text")
    func shown() async throws {
        let store = try SQLiteStore(directory: TemporaryDirectory().path, clock: { Samples.now })
        let user = try await fill(store)
        let details = try await PeopleAdministration(store).details(of: "alice")
        #expect(details.accesses == (try await store.consents.access(of: user.id, limit: 50)))
        let (now, later) = (JSONValue.string(Samples.now.text), JSONValue.string(Self.later.text))
        let expected: [JSONObject] = [
            [
                "client_id": "portal", "scopes": ["email", "openid"], "resources": ["https://api.example"],
                "since": now, "last_used_at": now, "consent_given_at": .null,
            ],
            [
                "client_id": "shop", "scopes": ["openid"], "resources": .array([String]()), "since": now,
                "last_used_at": later, "consent_given_at": now,
            ],
        ]
        #expect(details.json["access"] == .array(expected))
        let lines = details.text(at: Samples.now).split(separator: "\n").filter { $0.hasPrefix("Access ") }
        let (nowText, laterText) = (Samples.now.text, Self.later.text)
        #expect(
            lines.map { $0.dropFirst(6).drop { $0 == " " } } == [
                """
                portal: email openid https://api.example, no consent, because the operator trusts it, since \(nowText), \
                last used \(nowText)
                """,
                "shop: openid, consent of \(nowText), since \(nowText), last used \(laterText)",
            ])
        await store.close()
    }
}
