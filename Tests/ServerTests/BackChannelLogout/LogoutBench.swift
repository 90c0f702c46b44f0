import SQLite
import Store
import TestSupport
import Testing

@testable import Server

/// An issuer with clients that want logout notices, and senders of them, of which each is one server.
struct LogoutBench: Sendable {
    let bench: GrantBench
    let poster = FakePoster()
    let log: RecordedLog

    var store: SQLiteStore { bench.store }
    var clock: TestClock { bench.clock }

    init(_ change: (inout ClientRecord) -> Void = { _ in }) async throws {
        bench = try await GrantBench { client in
            client.signIn.backChannelLogoutURI = Self.url(client.id.text)
            change(&client)
        }
        log = RecordedLog(bench.clock)
    }

    static func url(_ client: String) -> String { "https://\(client).example/logout" }

    var tokens: LogoutTokens {
        LogoutTokens(
            issuer: GrantBench.issuer, idTokens: IDTokens(issuer: GrantBench.issuer, keys: bench.keys), keys: bench.keys
        )
    }

    func sender() throws -> LogoutSender {
        let clock = bench.clock
        let directory = CachedClientDirectory(
            store: store.clients, timeout: .zero, capacity: 10, clock: { clock.now })
        let keySets = try KeySetBench().node().cache
        return LogoutSender(
            store: store.logoutNotices,
            clients: ClientResolver(
                registered: directory, keySets: keySets, strangersKeySets: keySets, documents: nil),
            tokens: tokens, poster: poster, log.runtime(clock))
    }

    /// Signs in at clients in sessions of their own, and ends these.
    func end(_ count: Int = 1, at clients: String...) async throws {
        for _ in 0..<count {
            let session = SessionRecord(
                digest: RandomBytes.make(32), user: bench.user.id, authenticatedAt: clock.now, methods: ["pwd"],
                createdAt: clock.now, expiresAt: clock.now + .seconds(3600))
            try await store.sessions.add(session, replacing: nil, passwordChangedAt: nil)
            for client in clients {
                try await store.grants.add(
                    AuthorizationGrantRecord(
                        user: bench.user.id, client: ClientID(client), scopes: ["openid"], session: session.id,
                        authenticatedAt: clock.now, createdAt: clock.now),
                    code: AuthorizationCodeRecord(
                        digest: RandomBytes.make(32), redirectURI: GrantBench.redirectURI,
                        expiresAt: clock.now + .seconds(60)))
            }
            #expect(try await store.sessions.remove(session.id, of: bench.user.id, at: clock.now))
        }
    }

    /// How many notices wait.
    func waiting() async throws -> Int {
        try await store.logoutNotices.backlogs().reduce(0) { $0 + $1.count }
    }
}
