import Countersign
import Foundation

/// A client as the suite plays it: it makes authorization requests, redeems codes, and checks every answer.
struct RelyingParty: Sendable {
    static let redirectURI = "https://client.example/callback"
    static let logoutURI = "https://client.example/post_logout_redirect"

    let server: ConformanceServer
    let id: String
    let mode: ResponseMode
    let metadata: JSONObject
    let keys: [JWK]
    var authentication = AuthenticationMethod.privateKeyJWT
    /// For the methods with a secret.
    var secret = ""
    var redirectURI = RelyingParty.redirectURI
    /// The audience of its assertions: the token endpoint, unless a module says otherwise.
    var audience: String?

    func endpoint(_ name: String) throws -> String {
        guard let url = metadata.string(name)?.text else { throw TestFailure("the metadata has no \(name)") }
        return url
    }

    // MARK: Authorization

    /// Returns the parameters of an authorization request; those in `changes` are replaced, added, or removed if `nil`.
    func request(_ changes: [(String, String?)] = []) -> [(String, String)] {
        var parameters: [(String, String?)] = [
            ("client_id", id), ("redirect_uri", redirectURI), ("scope", "openid"), ("state", Self.random(10)),
            ("nonce", Self.random(10)), ("response_type", "code"),
        ]
        if mode == .formPost { parameters.append(("response_mode", mode.rawValue)) }
        for (name, value) in changes {
            if let index = parameters.firstIndex(where: { $0.0 == name }) {
                parameters[index].1 = value
            } else {
                parameters.append((name, value))
            }
        }
        return parameters.compactMap { name, value in value.map { (name, $0) } }
    }

    func url(_ request: [(String, String)]) throws -> String {
        try endpoint("authorization_endpoint") + "?" + TestServer.encode(request)
    }

    /// Sends a request through a browser whose person answers all pages.
    func authorize(
        _ request: [(String, String)], in browser: Browser, as person: Person = Person()
    ) async throws -> Landing {
        try await person.walk(browser, to: try url(request))
    }

    /// Checks what every authorization response must have.
    func check(_ response: ClientResponse, to request: [(String, String)]) throws {
        let state = request.first { $0.0 == "state" }?.1
        let base = String(response.location.prefix(redirectURI.utf8.count))
        guard base == redirectURI else { throw TestFailure("not the redirect URI: \(response.location)") }
        guard response.mode == (mode == .query ? .query : .formPost) else {
            throw TestFailure("another response mode: \(response.location)")
        }
        guard response["state"] == state else { throw TestFailure("another state: \(response.location)") }
        guard response["iss"] == server.issuer else { throw TestFailure("iss is not the issuer: \(response.location)") }
        let registered = URLText.parameters(of: redirectURI).map(\.0)
        let allowed = ["code", "error", "error_description", "error_uri", "state", "iss"]
        for name in response.names where !allowed.contains(name) && !registered.contains(name) {
            throw TestFailure("an unexpected parameter, \(name): \(response.parameters)")
        }
        if mode == .formPost, URLText.parameters(of: response.location).contains(where: { allowed.contains($0.0) }) {
            throw TestFailure("parts of a posted response in the query: \(response.location)")
        }
        if let text = response["error_description"], !text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
            throw TestFailure("error_description: \(text)")
        }
    }

    /// Sends a request that should end with a code.
    func code(_ request: [(String, String)], in browser: Browser, as person: Person = Person()) async throws -> String {
        let response = try await authorize(request, in: browser, as: person).response
        try check(response, to: request)
        guard let code = response["code"], response["error"] == nil else {
            throw TestFailure("no code: \(response.parameters)")
        }
        guard code.utf8.count >= 32 else { throw TestFailure("a code with less than 128 bits: \(code)") }
        return code
    }

    /// Sends a request that should end with an error at the client.
    func error(
        _ request: [(String, String)], in browser: Browser, as person: Person = Person()
    ) async throws -> String {
        let response = try await authorize(request, in: browser, as: person).response
        try check(response, to: request)
        guard let error = response["error"], response["code"] == nil else {
            throw TestFailure("no error: \(response.parameters)")
        }
        return error
    }

    // MARK: Tokens

    /// Signs a client assertion: it lives for a minute and has `iat`, `nbf` and `jti`.
    func assertion(audience: String? = nil) throws -> String {
        let now = server.now.seconds
        let audience = try audience ?? self.audience ?? endpoint("token_endpoint")
        return try Assertion(
            client: id, key: TestClients.rsaKey, algorithm: .rs256, header: [("kid", "k1")],
            claims: [
                ("aud", .string(audience)), ("iat", .number(now)), ("nbf", .number(now)), ("exp", .number(now + 60)),
            ]
        ).signed()
    }

    /// The parameters that authenticate the client.
    private func proof() throws -> [(String, String)] {
        switch authentication {
        case .clientSecretBasic: []
        case .clientSecretPost: [("client_id", id), ("client_secret", secret)]
        case .none: [("client_id", id)]
        case .privateKeyJWT:
            [
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", try assertion()),
            ]
        }
    }

    /// The header fields that authenticate the client.
    private var credentials: [(String, String)] {
        guard authentication == .clientSecretBasic else { return [] }
        return [("Authorization", "Basic " + Data("\(id):\(secret)".utf8).base64EncodedString())]
    }

    func redeem(_ code: String, _ more: [(String, String)] = []) async throws -> Answer {
        try await token([("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURI)] + more)
    }

    func refresh(_ token: String, _ more: [(String, String)] = []) async throws -> Answer {
        try await self.token([("grant_type", "refresh_token"), ("refresh_token", token)] + more)
    }

    private func token(_ parameters: [(String, String)]) async throws -> Answer {
        try await server.post(try endpoint("token_endpoint"), parameters + proof(), headers: credentials)
    }

    /// Signs a person in from the request to checked tokens.
    func signIn(
        _ changes: [(String, String?)] = [], in browser: Browser, as person: Person = Person()
    ) async throws -> SignIn {
        let request = request(changes)
        let code = try await code(request, in: browser, as: person)
        let answer = try await redeem(code)
        return try SignIn(answer, code: code, nonce: request.first { $0.0 == "nonce" }?.1, at: self)
    }

    // MARK: UserInfo

    enum TokenPlace: Sendable { case header, headerOfPost, form, query }

    func userInfo(_ token: String, in place: TokenPlace = .header) async throws -> Answer {
        let url = try endpoint("userinfo_endpoint")
        let header = [("Authorization", "Bearer " + token)]
        return switch place {
        case .header: try await server.get(url, headers: header)
        case .headerOfPost: try await server.post(url, [], headers: header)
        case .form: try await server.post(url, [("access_token", token)])
        case .query: try await server.get(url + "?access_token=" + token)
        }
    }

    /// Returns random letters and digits.
    static func random(_ length: Int) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        return String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
    }
}
