import Foundation

/// What the measured requests ask for.
enum RequestKind: String, CaseIterable {
    /// RFC 6749 §4.4.
    case clientCredentials = "client-credentials"
    /// RFC 6749 §4.1.3. Each request has a code of its own.
    case authorizationCode = "code"
    /// RFC 6749 §6. Each request has a refresh token of its own.
    case refreshToken = "refresh"
    /// RFC 7662. All requests ask about the same token.
    case introspection = "introspection"
    /// RFC 6749 §4.1.1, in a browser with a session, by a client that the person has allowed everything. All requests are the same.
    case authorization = "authorization"
    /// The form of the sign-in page with the right password.
    case signIn = "sign-in"

    /// The redirect URI that `StoreFiller` registers.
    static let redirectURI = "https://client.example/callback"

    /// The form before the value that varies; an assertion follows after it.
    var form: String {
        let redirectURI = "https%3A%2F%2Fclient.example%2Fcallback"
        return switch self {
        case .clientCredentials: "grant_type=client_credentials&scope=\(TokenRequest.scope)"
        case .authorizationCode: "grant_type=authorization_code&redirect_uri=\(redirectURI)&code="
        case .refreshToken: "grant_type=refresh_token&refresh_token="
        case .introspection: "token="
        case .authorization, .signIn: ""
        }
    }

    /// The path, after the issuer's.
    func path(_ server: ServerAddress, _ client: String) -> String {
        switch self {
        case .clientCredentials, .authorizationCode, .refreshToken: server.tokenPath
        case .introspection: "/oauth2/introspect"
        case .signIn: "/oauth2/authorize/sign-in"
        case .authorization:
            "/oauth2/authorize?response_type=code&client_id=\(client)&scope=openid&state=af0ifjsldkj&nonce=n-0S6_WzA2Mj"
                + "&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback"
        }
    }

    var expectedAnswer: ExpectedAnswer {
        switch self {
        case .clientCredentials, .authorizationCode, .refreshToken: .token
        case .introspection: .introspection
        case .authorization: .redirect
        case .signIn: .redirectOrBusy
        }
    }

    /// Reads one value per line.
    static func values(at path: String) throws -> [[UInt8]] {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw LoadError.failed("cannot read \(path)")
        }
        return [UInt8](bytes).split(separator: UInt8(ascii: "\n")).map { Array($0) }
    }
}
