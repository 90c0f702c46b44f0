/// The sign-in to the console: OpenID Connect with this server, as any client does it (OpenID Connect Core §3.1).
struct SignInFlow: Sendable {
    static let callbackPath = "/callback"
    /// The age of a sign-in that opens a page for something sensitive, in which minutes are left to use it.
    static let recentAge: Duration = .seconds(300)
    /// The tolerated difference between the clocks of nodes.
    private static let clockDifference: Duration = .seconds(60)

    private let client: ConsoleClient
    private let urls: ServerURLs
    private let tokenEndpoint: Routes
    private let signature: OwnSignature
    private let sessions: ConsoleSessions
    private let store: any Store
    private let cookie: ServerCookie
    private let seal: TicketSeal
    private let runtime: Runtime

    init(
        client: ConsoleClient, urls: ServerURLs, keys: ServerKeys, tokenEndpoint: Routes, sessions: ConsoleSessions,
        store: any Store, runtime: Runtime
    ) {
        self.client = client
        self.urls = urls
        self.tokenEndpoint = tokenEndpoint
        self.sessions = sessions
        self.store = store
        self.runtime = runtime
        signature = OwnSignature(keys.ring, issuer: urls.issuer)
        cookie = ServerCookie("countersign-console-sign-in", of: client.address)
        seal = TicketSeal(.consoleSignIn, issuer: client.address.issuer, keys: keys.sealing)
    }

    /// Sends a browser to the authorization endpoint.
    ///
    /// - Parameters:
    ///   - path: path and query of the page at which the person goes on, below the console's address.
    ///   - selectsAccount: whether another person may sign in than the one who has.
    func begin(
        returningTo path: String, maximumAge: Duration = ConsoleSessions.idleLimit, selectsAccount: Bool = false,
        at now: UnixTime
    ) -> EndpointResponse {
        let request = SignInRequest(
            returningTo: path, home: client.address.path.isEmpty ? "/" : client.address.path, maximumAge: maximumAge,
            at: now)
        var parameters: [(name: String, value: String)] = [
            ("response_type", "code"), ("client_id", ClientID.console.text), ("redirect_uri", client.redirectURI),
            ("scope", "openid"), ("state", request.state), ("nonce", request.nonce),
            ("code_challenge", request.challenge), ("code_challenge_method", "S256"),
            ("max_age", String(maximumAge.components.seconds)),
        ]
        if selectsAccount { parameters.append(("prompt", "select_account")) }
        let cookies = request.sealed(by: seal).map { [cookie.setting($0)] } ?? []
        return PageResponder.redirect(to: urls.authorization + "?" + FormWriter.encoded(parameters), cookies: cookies)
    }

    /// Takes the answer of the authorization endpoint.
    ///
    /// - Returns: the place at which the person goes on, and the header fields `Set-Cookie`.
    func finish(
        _ request: EndpointRequest, at now: UnixTime
    ) async throws(ConsoleSignInFault) -> (path: String, cookies: [String]) {
        guard let query = try? Form(parsing: (request.query ?? "").utf8),
            let begun = Cookies(request)[cookie.name].flatMap({ SignInRequest(opening: $0, by: seal, at: now) }),
            begun.hasState(query.text("state")), query.text("iss").map({ ExactString($0) }) == ExactString(urls.issuer)
        else { throw .otherBrowser }
        if let error = query.text("error") { throw error == "access_denied" ? .cancelled : .refused(error) }
        guard let code = query.text("code") else { throw .refused("no code") }
        let token = try await redeem(code, begun, at: now)
        let grant = try await grant(of: code, proven: token, begun, at: now)
        do {
            return (begun.path, [cookie.deletion] + (try await sessions.begin(grant, in: request, at: now)))
        } catch {
            throw .unavailable
        }
    }

    /// The header field `Set-Cookie` that forgets a sign-in that failed.
    var deletion: String { cookie.deletion }

    /// Redeems the code at the token endpoint, within the process (RFC 6749 §4.1.3).
    ///
    /// - Returns: the ID token.
    private func redeem(
        _ code: String, _ begun: SignInRequest, at now: UnixTime
    ) async throws(ConsoleSignInFault) -> String {
        guard let assertion = try? client.assertion(at: now) else { throw .unavailable }
        let form = FormWriter.encoded([
            ("grant_type", GrantType.authorizationCode.rawValue), ("code", code),
            ("redirect_uri", client.redirectURI), ("code_verifier", begun.verifier),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ])
        let response = await tokenEndpoint.response(
            to: EndpointRequest(
                method: "POST", path: urls.path + "/oauth2/token",
                headers: ["Content-Type": "application/x-www-form-urlencoded"], body: .bytes(Array(form.utf8))))
        let answer = try? JSONObject(parsing: response.body)
        if response.status >= 500 { throw .unavailable }
        guard response.status == 200, let token = answer?.string("id_token")?.text else {
            throw .refused(answer?.string("error")?.text ?? "no ID token")
        }
        return token
    }

    /// OpenID Connect Core §3.1.3.7: checks the ID token, and that it is about the grant whose code was redeemed.
    private func grant(
        of code: String, proven token: String, _ begun: SignInRequest, at now: UnixTime
    ) async throws(ConsoleSignInFault) -> AuthorizationGrantRecord {
        guard let claims = signature.claims(of: Array(token.utf8), type: .plain),
            claims.oneOrMany("aud") == [ClientID.console.text], begun.hasNonce(claims.string("nonce")?.text),
            let expiry = claims.time("exp"), now < expiry + Self.clockDifference,
            let authenticatedAt = claims.time("auth_time"), authenticatedAt <= now + Self.clockDifference,
            now < authenticatedAt + begun.maximumAge + Self.clockDifference, let subject = claims.string("sub")?.text,
            let id = GrantSecret(code, .authorizationCode)?.digest.grant
        else { throw .refused("ID token") }
        let found: AuthorizationGrantRecord?
        do {
            found = try await store.grants.grant(id)
        } catch {
            throw .unavailable
        }
        guard let found, found.client == .console, found.revokedAt == nil,
            ExactString(found.user.text) == ExactString(subject),
            claims.string("sid") == ExactString(found.session)
        else { throw .refused("grant") }
        return found
    }
}

/// Why a sign-in to the console failed.
enum ConsoleSignInFault: Error, Sendable, Equatable {
    /// The answer is not that of a sign-in which this browser began, or it began too long ago.
    case otherBrowser
    case cancelled
    /// - Parameter reason: an error code of the server, or what was wrong with its answer.
    case refused(String)
    case unavailable
}
