import CountersignClient
import Crypto
import HTTP

/// An authorization request (OpenID Connect Core §3.1.2.1) with what the client keeps to check the answer.
struct AuthorizationRequest: Sendable {
    var scope: String
    /// `prompt`; empty leaves it to the server.
    var prompt = ""
    /// Binds the answer to this browser (RFC 6749 §10.12).
    let state = Self.random()
    /// Binds the ID token to this request (OpenID Connect Core §3.1.3.7).
    let nonce = Self.random()
    /// The secret of PKCE (RFC 7636 §4.1), which leaves this machine only with the code.
    let verifier = Self.random()

    /// The values that can be chosen (OpenID Connect Core §3.1.2.1).
    static let prompts = ["", "login", "consent", "select_account", "none"]

    var challenge: String { Base64URL.encode(Array(SHA256.hash(data: Array(verifier.utf8)))) }

    func parameters(clientID: ClientID, redirectURI: String) -> [(name: String, value: String)] {
        var parameters = [
            ("response_type", "code"), ("client_id", clientID.text), ("redirect_uri", redirectURI), ("scope", scope),
            ("state", state), ("nonce", nonce), ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ]
        if !prompt.isEmpty { parameters.append(("prompt", prompt)) }
        return parameters
    }

    func url(to endpoint: ServerAddress, clientID: ClientID, redirectURI: String) -> String {
        let query = FormWriter.encoded(parameters(clientID: clientID, redirectURI: redirectURI))
        return endpoint.text + (endpoint.text.contains("?") ? "&" : "?") + query
    }

    private static func random() -> String { Base64URL.encode(RandomBytes.make(32)) }
}
