import Countersign
import Store
import TestSupport

extension Samples {
    /// Options of which each differs from its default.
    static let unusualSignIn: SignInOptions = {
        var options = SignInOptions()
        options.redirectURIs = ["https://shop.example/cb?a=b", "regexp=(https://a|https://b)"]
        options.postLogoutRedirectURIs = ["https://shop.example/bye"]
        options.requiresProofKey = false
        options.skipsConsent = true
        options.defaultMaximumAge = .zero
        options.requiresAuthenticationTime = true
        options.idTokenAlgorithm = .es256
        options.userInfoAlgorithm = .mlDSA65
        options.introspectionAlgorithm = .ps384
        options.idTokenLifetime = .seconds(300)
        options.userAccessTokenLifetime = .milliseconds(1500)
        options.refreshTokenLifetime = .seconds(315_360_000)
        options.rotatesRefreshTokens = true
        options.subjectType = .pairwise
        options.sectorIdentifier = "https://shop.example/sector.json"
        options.backChannelLogoutURI = "https://shop.example/logout"
        options.requiresLogoutSession = true
        options.audiences = ["NUL\0", "é"]
        options.revokesGrantsWithKey = true
        options.introspectsAllTokens = true
        options.website = "https://shop.example"
        options.logo = "https://shop.example/logo.svg"
        options.privacyPolicy = "https://shop.example/policy"
        options.termsOfService = "https://shop.example/tos"
        options.contacts = ["help@shop.example"]
        return options
    }()

    static func user(_ name: String = "alice", email: String? = nil, id: UserID = .generate()) -> UserRecord {
        let claims: JSONObject = ["email": .string(email)]
        return UserRecord(id: id, name: name, claims: claims, passwordHash: "hash", createdAt: TestClock.start)
    }

    /// A digest that differs for each number.
    static func digest(_ number: Int) -> [UInt8] { (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 % 8 * 8)) } }

    static func session(
        _ number: Int = 1, of user: UserID, at time: UnixTime = TestClock.start,
        lasting lifetime: Duration = .seconds(3600)
    ) -> SessionRecord {
        SessionRecord(
            digest: digest(number), id: "session-\(number)", user: user, authenticatedAt: time, methods: ["pwd"],
            createdAt: time, expiresAt: time + lifetime)
    }

    /// The identifier of a grant that differs for each number.
    static func grantID(_ number: Int) -> [UInt8] { Array(digest(number).prefix(AuthorizationGrantRecord.idLength)) }

    /// A code or a refresh token by its number, and the number of its grant.
    static func secret(_ number: Int = 1, of grant: Int? = nil) -> GrantSecretDigest {
        GrantSecretDigest(grant: grantID(grant ?? number), digest: digest(number))
    }

    static func grant(
        _ number: Int = 1, of user: UserID, to client: String = "shop", scopes: [String] = ["openid", "profile"],
        session: String = "session-1", at time: UnixTime = TestClock.start
    ) -> AuthorizationGrantRecord {
        AuthorizationGrantRecord(
            id: grantID(number), user: user, client: ClientID(client), scopes: scopes, session: session,
            authenticatedAt: time, createdAt: time)
    }

    static func code(_ number: Int = 1, at time: UnixTime = TestClock.start) -> AuthorizationCodeRecord {
        AuthorizationCodeRecord(
            digest: digest(number), redirectURI: "https://shop.example/callback", expiresAt: time + .seconds(60))
    }

    static func refreshToken(
        _ number: Int = 1, at time: UnixTime = TestClock.start, lasting lifetime: Duration = .seconds(86_400)
    ) -> RefreshTokenRecord {
        RefreshTokenRecord(digest: digest(number), expiresAt: time + lifetime)
    }
}

extension OpenStore {
    /// Adds a person with a session.
    func signIn(_ user: UserRecord = Samples.user(), session number: Int = 1) async throws -> UserID {
        try await store.users.add(user)
        try await store.sessions.add(Samples.session(number, of: user.id), replacing: nil, passwordChangedAt: nil)
        return user.id
    }
}
